package generate

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/model"
)

// Client returns the Go source of package xapi's client: its type, whose documentation lists every operation by tag,
// and a method for each.
func Client(m *model.Model, contract document.Object, words model.Words, tariff *Tariff) ([]byte, error) {
	all, err := endpoints(m, contract, words, tariff)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString(notice + clientHead)
	tags := map[string][]endpoint{}
	for _, e := range all {
		tags[tagName(e.Tag)] = append(tags[tagName(e.Tag)], e)
	}
	var names []string
	for name := range tags {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(&out, "//\n// # %s\n//\n", name)
		for _, e := range slices.SortedFunc(slices.Values(tags[name]), func(a, b endpoint) int { return strings.Compare(a.Name, b.Name) }) {
			fmt.Fprintf(&out, "//   - [Client.%s]: %s\n", e.Name, e.Summary)
		}
	}
	out.WriteString("type Client struct {\n// core stands behind a function, so that no printer that walks through values gets to credentials, or to a connection\n// that still has some in its buffer.\ncore func() *caller\n}\n\n")
	slices.SortFunc(all, func(a, b endpoint) int { return strings.Compare(a.Name, b.Name) })
	for _, e := range all {
		method(&out, e)
		if e.Paging != nil {
			listing(&out, m, e)
		}
	}
	ids(&out, all)
	tariff.units(&out)
	return gofmt("the client", out.Bytes())
}

// clientHead stands at the top of the client.
const clientHead = `package xapi

import (
	"context"
	"io"
	"iter"

	"github.com/xapi-go/xapi-go/gen"
)

// Client calls the X API. It is made by [New] and safe for concurrent use. Each method carries out one operation, takes
// options for that call alone, and returns what the operation answers; an error tells what to do, see [Error].
//
// These are the operations, by the family that X lists them under.
`

// tagName is the heading of a tag.
func tagName(tag string) string {
	switch tag {
	case "Tweets":
		return "Posts"
	case "":
		return "General"
	}
	return tag
}

// method writes the methods of an operation. What an operation takes or answers only since its method was first made is
// had by another one, so that calls of the first go on compiling.
func method(out *bytes.Buffer, e endpoint) {
	if len(e.Late) == 0 {
		methodOf(out, e, e.Name)
		return
	}
	plain := e
	for _, what := range e.Late {
		switch what {
		case model.LateParams:
			plain.Params = nil
		case model.LateBody:
			plain.Body, plain.Form = "", false
		case model.LateAnswer:
			plain.Kind = "none"
		}
	}
	methodOf(out, plain, e.Name)
	methodOf(out, e, e.Name+"With")
}

func methodOf(out *bytes.Buffer, e endpoint, name string) {
	about(out, e, name, "")
	var args, pass strings.Builder
	for _, arg := range e.Args {
		fmt.Fprintf(&args, ", %s %s", arg.Name, arg.Type)
	}
	if len(e.Args) > 0 {
		names := make([]string, len(e.Args))
		for i, arg := range e.Args {
			names[i] = arg.Name
		}
		fmt.Fprintf(&pass, "Args: []string{%s}, ", strings.Join(names, ", "))
	}
	if len(e.Params) > 0 {
		fmt.Fprintf(&args, ", params *%sParams", e.Name)
		pass.WriteString("Params: params, ")
	}
	withBody := args.String()
	input := pass.String()
	switch e.Body {
	case "":
	case model.Raw: // an object of which nothing is told
		input += "Body: struct{}{}, "
	default:
		withBody += ", body " + e.Body
		input += "Body: body, "
	}
	signature(out, e, name, withBody, input)
	if e.Form {
		about(out, e, name+"Form", ", with a body of the caller's, sent as it is under contentType")
		signature(out, e, name+"Form", args.String()+", contentType string, body io.Reader",
			pass.String()+"Form: body, Type: contentType, ")
	}
}

// listing writes the method that reads the whole list of an operation.
func listing(out *bytes.Buffer, m *model.Model, e endpoint) {
	element := value(m, strings.TrimPrefix(strings.TrimPrefix(e.Data, "[]"), "[1]"), false)
	var args, pass strings.Builder
	for _, arg := range e.Args {
		fmt.Fprintf(&args, "%s %s, ", arg.Name, arg.Type)
	}
	if len(e.Args) > 0 {
		names := make([]string, len(e.Args))
		for i, arg := range e.Args {
			names[i] = arg.Name
		}
		fmt.Fprintf(&pass, "Args: []string{%s}, ", strings.Join(names, ", "))
	}
	text := "%sPages reads the whole list of %s, page by page, as far as it is asked for."
	if e.Paging.Ceiling > 0 {
		text += fmt.Sprintf(" A page has up to %d elements.", e.Paging.Ceiling)
	}
	fmt.Fprintf(out, "%sfunc (c *Client) %sPages(%sparams *%sParams, opts ...PagerOption) *Pager[%s] {\n"+
		"return newPager[%s](c.core(), &gen.Op%s, gen.Input{%sParams: params}, opts)\n}\n\n",
		wrapped(fmt.Sprintf(text, e.Name, e.Name)), e.Name, args.String(), e.Name, element, element, e.Name, pass.String())
}

func signature(out *bytes.Buffer, e endpoint, name, args, input string) {
	input = "gen.Input{" + strings.TrimSuffix(input, ", ") + "}"
	call := fmt.Sprintf("ctx, c.core(), &gen.Op%s, %s, opts", e.Name, input)
	switch e.Kind {
	case "none":
		fmt.Fprintf(out, "func (c *Client) %s(ctx context.Context%s, opts ...CallOption) error {\nreturn c.core().call(ctx, &gen.Op%s, %s, nil, opts)\n}\n\n", name, args, e.Name, input)
	case "bytes":
		fmt.Fprintf(out, "func (c *Client) %s(ctx context.Context%s, opts ...CallOption) (io.ReadCloser, error) {\nreturn open(%s)\n}\n\n", name, args, call)
	case "stream":
		fmt.Fprintf(out, "func (c *Client) %s(ctx context.Context%s, opts ...CallOption) iter.Seq2[*%sResult, error] {\nreturn stream[%sResult](%s)\n}\n\n", name, args, e.Name, e.Name, call)
	default:
		fmt.Fprintf(out, "func (c *Client) %s(ctx context.Context%s, opts ...CallOption) (*%sResult, error) {\nreturn fetch[%sResult](%s)\n}\n\n", name, args, e.Name, e.Name, call)
	}
}

// about writes the documentation of a method.
func about(out *bytes.Buffer, e endpoint, name, with string) {
	fmt.Fprintf(out, "// %s carries out %s, %s %s%s", name, e.ID, e.Method, e.Path, with)
	if e.Summary != "" {
		fmt.Fprintf(out, ": %s", lower(e.Summary))
	}
	out.WriteString(".\n")
	if text := strings.Join(strings.Fields(e.About), " "); text != "" {
		fmt.Fprintf(out, "//\n%s", wrapped(text))
	}
	fmt.Fprintf(out, "//\n%s", wrapped("Authorization: "+e.scopes()+"."))
	if e.Method != http.MethodGet || !e.Repeatable {
		repeated := "It is not sent again once it may have been carried out."
		if e.Repeatable {
			repeated = "It may be sent again after an unknown outcome, which does no harm."
		}
		fmt.Fprintf(out, "%s", wrapped(repeated))
	}
	if limits := e.allowed(); limits != "" {
		out.WriteString(wrapped("Limits: " + limits + "."))
	}
	if e.Price != "" {
		out.WriteString(wrapped("Cost: " + e.Price + ", where credits are paid with."))
	}
	if e.Paging != nil {
		fmt.Fprintf(out, "%s", wrapped("It answers one page; "+e.Name+"Pages reads all of them."))
	}
	if e.Gone {
		last := "The contract does not have it"
		if e.Last != "" {
			last += "; version " + e.Last + " was the last that did"
		}
		fmt.Fprintf(out, "//\n%s", wrapped("Deprecated: "+last+". It is sent all the same."))
	}
}

// lower starts a sentence in small letters, unless it starts with an abbreviation or a name.
func lower(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	second, _ := utf8.DecodeRuneInString(text[size:])
	if unicode.IsUpper(second) || second == ' ' && first != 'A' {
		return text
	}
	return string(unicode.ToLower(first)) + text[size:]
}

// wrapped is text as comment lines.
func wrapped(text string) string {
	var out strings.Builder
	line := "//"
	for _, word := range strings.Fields(text) {
		if len(line)+1+len(word) > 116 && line != "//" {
			out.WriteString(line + "\n")
			line = "//"
		}
		line += " " + word
	}
	out.WriteString(line + "\n")
	return out.String()
}

// ids writes the operations' ids as constants.
func ids(out *bytes.Buffer, all []endpoint) {
	out.WriteString("// The ids of the operations, as errors, rate limits and middlewares name them.\nconst (\n")
	for _, e := range all {
		fmt.Fprintf(out, "Op%s = %q\n", e.Name, e.ID)
	}
	out.WriteString(")\n")
}

package xapitest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/xapi-go/xapi-go/xapi/internal/nearest"
	"github.com/xapi-go/xapi-go/xapi/validate"
)

// advisor says what to send instead of what the contract refuses.
type advisor struct {
	s  *Server
	c  *call
	op *openapi3.Operation
	// resolved are the pointers of what is required, not there, and already spoken of.
	resolved []string
	// body is the body, once somebody asked what it has.
	body   any
	parsed bool
}

// maxAdvice is how many places at fault are spoken of.
const maxAdvice = 3

// advise returns a hint about what was found wrong with the request, empty where the refusal says all there is to say.
func (s *Server) advise(c *call, found []validate.Finding) string {
	a := &advisor{s: s, c: c, op: s.declared[c.operation.ID]}
	var said []string
	// What is missing comes last: it may be there under another name.
	for _, later := range []bool{false, true} {
		for _, f := range found {
			if (f.Rule == "required") != later || len(said) == maxAdvice {
				continue
			}
			if hint := a.about(f); hint != "" && !slices.Contains(said, hint) {
				said = append(said, hint)
			}
		}
	}
	return strings.ToValidUTF8(shortened(strings.Join(said, "; "), maxWrong), "")
}

func (a *advisor) about(f validate.Finding) string {
	switch {
	case f.In == "body":
		return a.aboutBody(f)
	case f.Rule == "contentType":
		return a.wantsJSON()
	case f.In == "query" && f.Rule == "undeclared":
		return a.unknownParameter(strings.Trim(f.Pointer, "/"))
	case f.In == "query" || f.In == "path":
		return a.aboutParameter(f)
	}
	return ""
}

// valueAt returns the value at fault, without its quotes.
func valueAt(f validate.Finding) string {
	if text, err := strconv.Unquote(f.Value); err == nil {
		return text
	}
	return f.Value
}

// parameters are the query parameters that the operation declares, by name.
func (a *advisor) parameters() map[string]*openapi3.Schema {
	found := map[string]*openapi3.Schema{}
	for _, ref := range a.op.Parameters {
		if ref.Value.In == openapi3.ParameterInQuery {
			found[ref.Value.Name] = ref.Value.Schema.Value
		}
	}
	return found
}

// oldParameters are names that API v1.1, or another operation, has for parameters of this API.
var oldParameters = map[string]string{
	"q": "query", "count": "max_results", "limit": "max_results", "per_page": "max_results", "page_size": "max_results", "cursor": "pagination_token",
	"next_cursor": "pagination_token", "page": "pagination_token", "next_token": "pagination_token", "pagination_token": "next_token",
	"since": "start_time", "until": "end_time", "max_id": "until_id", "from_date": "start_time", "to_date": "end_time", "fields": "tweet.fields",
	"username": "usernames", "screen_name": "usernames", "id": "ids",
}

// gone are parameters that nothing stands for any more, with what does the same.
var gone = map[string]string{
	"tweet_mode": "ask for text by the parameter of the fields of posts", "include_entities": "ask for entities by the parameter of the fields of posts",
	"include_rts": "use exclude", "exclude_replies": "use exclude", "trim_user": "users come where expansions asks for them",
	"skip_status": "posts come where expansions asks for them", "result_type": "use sort_order",
}

// secretParameters are where a token is looked for in vain.
var secretParameters = []string{"access_token", "oauth_token", "bearer_token", "token", "api_key", "apikey", "key"}

func (a *advisor) unknownParameter(name string) string {
	declared := a.parameters()
	names := slices.Sorted(maps.Keys(declared))
	is := func(other string) string {
		a.resolved = append(a.resolved, "/"+other)
		return name + " is " + other + " here"
	}
	switch {
	case a.fields("")[name] != nil:
		a.resolved = append(a.resolved, "/"+name, "")
		return name + " goes into the JSON body"
	case declared[oldParameters[name]] != nil:
		return is(oldParameters[name])
	case gone[name] != "":
		return name + " is of API v1.1: " + gone[name]
	case slices.Contains(secretParameters, strings.ToLower(name)):
		return "a token goes into the header Authorization"
	case a.elsewhere() != "":
		return "" // the path is at fault
	}
	if near := nearName(name, names); near != "" {
		return is(near)
	}
	if len(names) == 0 {
		return a.c.operation.ID + " takes no parameters"
	}
	return name + " is no parameter of " + a.c.operation.ID + ", which takes " + strings.Join(names, ", ")
}

// elsewhere is another operation that the request came near to, where a word of its path stands in the place of an id.
func (a *advisor) elsewhere() string {
	for name, value := range a.c.params {
		if strings.HasSuffix(name, "id") && wordy.MatchString(value) {
			if near := nearPath(a.c.request.Method, a.c.request.URL.Path, value); near != nil {
				return near.Method + " " + near.Path
			}
		}
	}
	return ""
}

var (
	wordy      = regexp.MustCompile(`^[a-z]{3,}$`)
	handle     = regexp.MustCompile(`^@?([A-Za-z0-9_]{1,15})$`)
	postLink   = regexp.MustCompile(`^https?://.*/status(?:es)?/([0-9]+)`)
	dateAlone  = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
	formLike   = regexp.MustCompile(`^[A-Za-z_.]+=`)
	quotedNumb = regexp.MustCompile(`^-?[0-9]+$`)
)

func (a *advisor) aboutParameter(f validate.Finding) string {
	name, _, _ := strings.Cut(strings.Trim(f.Pointer, "/"), "/")
	schema := a.parameters()[name]
	value := valueAt(f)
	switch f.Rule {
	case "required":
		if slices.Contains(a.resolved, f.Pointer) {
			return ""
		}
		return "add " + name + described(schema)
	case "pattern":
		if f.In == "query" && strings.TrimSpace(value) != value {
			return "leave no space after a comma"
		}
		return a.noID(name, value)
	case "enum":
		return a.noChoice(name, schema, value)
	case "format":
		return aboutTime(value, a.c.now)
	case "minimum", "maximum":
		hint := name + " is" + strings.TrimPrefix(described(schema), ",")
		if name == "max_results" && f.Rule == "maximum" {
			hint += ": more come by pages, each by the next_token of the one before"
		}
		return hint
	case "maxItems":
		if items := limitOf(schema.MaxItems); items != "" {
			return "ask for " + items + " at a time"
		}
	case "type":
		return name + " is" + strings.TrimPrefix(described(schema), ",")
	}
	return ""
}

// aboutTime says how a time is written.
func aboutTime(value string, now time.Time) string {
	day := now.UTC().Format(time.DateOnly)
	if dateAlone.MatchString(value) {
		day = value
	}
	return "write a time as " + day + "T00:00:00Z"
}

// noID says where the id is to be had that something else stands for.
func (a *advisor) noID(name, value string) string {
	if strings.HasPrefix(name, "username") && strings.HasPrefix(value, "@") {
		return "write the name without the @"
	}
	link, named := postLink.FindStringSubmatch(value), handle.FindStringSubmatch(value)
	ofUsers := strings.HasPrefix(a.c.operation.Path, "/2/users/{") || strings.Contains(name, "user") || strings.Contains(name, "participant")
	switch {
	case link != nil:
		return "the id in it is " + link[1]
	case ofUsers && value == "me":
		return "put an id in the place of me: GET /2/users/me tells it"
	case a.elsewhere() != "":
		return value + " is no id: call " + a.elsewhere()
	case ofUsers && named != nil && strings.HasSuffix(name, "id"):
		return value + " is no id: GET /2/users/by/username/" + named[1] + " tells it"
	}
	return ""
}

// noChoice says which value was meant, or whose value it is.
func (a *advisor) noChoice(name string, schema *openapi3.Schema, value string) string {
	if trimmed := strings.TrimSpace(value); trimmed != value {
		return "leave no space after a comma"
	}
	if near := nearName(value, choices(schema)); near != "" && nearest.Distance(near, value) < len(value)/2 {
		return value + " is " + near + " here"
	}
	for other, of := range a.parameters() {
		if other != name && slices.Contains(choices(of), value) {
			return value + " is of " + other
		}
	}
	for op, declared := range a.s.declared {
		for _, ref := range declared.Parameters {
			if of := ref.Value; of.In == openapi3.ParameterInQuery && of.Name != name && strings.HasSuffix(of.Name, ".fields") &&
				a.parameters()[of.Name] != nil && slices.Contains(choices(of.Schema.Value), value) {
				return value + " is of " + of.Name + " in " + op
			}
		}
	}
	if near := nearName(value, choices(schema)); near != "" {
		return value + " may be " + near + " here"
	}
	return ""
}

// choices are the values that a parameter takes, where they can be counted.
func choices(schema *openapi3.Schema) (values []string) {
	if schema == nil {
		return nil
	}
	if schema.Items != nil {
		schema = schema.Items.Value
	}
	for _, value := range schema.Enum {
		if text, ok := value.(string); ok {
			values = append(values, text)
		}
	}
	return values
}

func limitOf(n *uint64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatUint(*n, 10)
}

// described says what a value has to be, after a comma, empty where there is little to say.
func described(schema *openapi3.Schema) string {
	switch {
	case schema == nil:
		return ""
	case schema.Type.Is(openapi3.TypeArray):
		return ", a list"
	case len(choices(schema)) > 0:
		return ", one of " + strings.Join(choices(schema), ", ")
	case schema.Type.Is(openapi3.TypeInteger), schema.Type.Is(openapi3.TypeNumber):
		if schema.Min != nil && schema.Max != nil {
			return fmt.Sprintf(", a whole number from %.0f to %.0f", *schema.Min, *schema.Max)
		}
		return ", a whole number"
	case schema.Type.Is(openapi3.TypeBoolean):
		return ", true or false"
	case schema.Format == "date-time":
		return ", a time like 2026-01-31T00:00:00Z"
	case schema.Type.Is(openapi3.TypeString) && strings.HasPrefix(schema.Pattern, "^[0-9]"):
		return ", an id in a string"
	}
	return ""
}

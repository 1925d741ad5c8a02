package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/oapi-codegen/runtime"
)

// Input is what a call of an operation carries.
type Input struct {
	// Args are the values of the path's placeholders, in order.
	Args []string
	// Params is a pointer to the operation's struct of query parameters, or nil.
	Params any
	// Override replaces query parameters of Params: names and values by turns, the names as they stand on the wire.
	Override []string
	// Body is written as JSON, nil where there is none.
	Body any
	// Form is a body that is sent as it is, of the content type Type.
	Form io.Reader
	Type string
}

// Request returns the request of a call to the server, an absolute URL that ends in a slash. What is required and empty
// is an error that names it.
func Request(ctx context.Context, server string, op *Endpoint, in Input) (*http.Request, error) {
	address, err := path(server, op, in.Args)
	if err != nil {
		return nil, err
	}
	if len(op.Params) > 0 {
		query, err := query(op, in.Params, in.Override)
		if err != nil {
			return nil, err
		}
		if query != "" {
			address += "?" + query
		}
	}
	body, contentType := in.Form, in.Type
	if in.Body != nil {
		text, err := json.Marshal(in.Body)
		if err != nil {
			return nil, fmt.Errorf("%s: writing the body: %w", op.ID, err)
		}
		body, contentType = bytes.NewReader(Restore(Rename(text, op.BodyNew), op.BodyOld)), "application/json"
	}
	req, err := http.NewRequestWithContext(ctx, op.Method, address, body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op.ID, err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	return req, nil
}

// path puts the arguments into the operation's path.
func path(server string, op *Endpoint, args []string) (string, error) {
	var out strings.Builder
	out.WriteString(strings.TrimSuffix(server, "/"))
	rest := op.Path
	for _, arg := range args {
		before, after, _ := strings.Cut(rest, "{")
		name, after, _ := strings.Cut(after, "}")
		if arg == "" || arg == "." || arg == ".." {
			return "", fmt.Errorf("%s: the argument %s is %q, which names nothing", op.ID, name, arg)
		}
		styled, err := runtime.StyleParamWithOptions("simple", false, name, arg,
			runtime.StyleParamOptions{ParamLocation: runtime.ParamLocationPath, Type: "string"})
		if err != nil {
			return "", fmt.Errorf("%s: %s: %w", op.ID, name, err)
		}
		out.WriteString(before)
		out.WriteString(styled)
		rest = after
	}
	out.WriteString(rest)
	return out.String(), nil
}

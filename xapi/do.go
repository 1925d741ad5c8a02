package xapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/gen/wire"
)

// Request is a call of what the Client has no method for: an operation that X added today, or one whose bytes matter.
type Request struct {
	// Method is the HTTP method, GET where it is empty.
	Method string
	// Path is the path below the server's, with its arguments filled in and escaped: "/2/users/me".
	Path string
	// Query are the query parameters, as they stand on the wire.
	Query url.Values
	// Header is sent besides what the client sends. It cannot replace Authorization.
	Header http.Header
	// Body is sent as it is where it is an io.Reader or []byte, and as JSON otherwise. nil is to send none.
	Body any
	// ContentType is that of the body, application/json where it is empty.
	ContentType string
}

// Do makes a call with all that a method does: authorization, retries, rate limits, redaction. result is nil, or a
// pointer to what the answer's JSON is decoded into, as it stands on the wire; a pointer to an io.ReadCloser gets the
// body unread, for the caller to close.
//
// Where the contract has an operation at the method and path, the call is one of that operation, and is held against it.
// What no contract has is authorized by the first credential there is, in the order OAuth 2.0, OAuth 1.0a, app only; it
// is sent again after an unknown outcome where its method is GET, HEAD, PUT or DELETE.
func (c *Client) Do(ctx context.Context, request Request, result any, opts ...CallOption) error {
	if request.Method == "" {
		request.Method = http.MethodGet
	}
	row, err := endpointOf(request)
	if err != nil {
		return err
	}
	if _, unread := result.(*io.ReadCloser); unread && !row.Stream {
		copied := *row
		copied.Stream = true
		row = &copied
	}
	req, err := request.build(ctx, c.core().settings.baseURL)
	if err != nil {
		return fmt.Errorf("%s: %w", row.ID, err)
	}
	return c.core().send(ctx, row, req, result, opts)
}

// endpointOf returns the operation that the contract has for the request, or one for it alone.
func endpointOf(request Request) (*gen.Endpoint, error) {
	for segment := range strings.SplitSeq(request.Path, "/") {
		if segment == "." || segment == ".." {
			return nil, fmt.Errorf("the path %q has a segment %q, which leads elsewhere", request.Path, segment)
		}
	}
	if !strings.HasPrefix(request.Path, "/") || strings.ContainsAny(request.Path, "?#") {
		return nil, fmt.Errorf("the path %q does not begin with a slash, or has a query: give that in Query", request.Path)
	}
	var best *gen.Endpoint
	fewest := 0
	for row := range gen.Operations() {
		open, ok := wire.Matches(row.Path, request.Path)
		if ok && row.Method == request.Method && !row.Gone && (best == nil || open < fewest) {
			best, fewest = row, open
		}
	}
	if best != nil {
		untranslated := *best
		untranslated.Names, untranslated.Bare = nil, false
		return &untranslated, nil
	}
	repeatable := false
	switch request.Method {
	case http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete:
		repeatable = true
	}
	return &gen.Endpoint{Gone: true, Operation: gen.Operation{
		ID: request.Method + " " + request.Path, Method: request.Method, Path: request.Path, Repeatable: repeatable,
		Security: []gen.Requirement{{Scheme: "OAuth2UserToken"}, {Scheme: "UserToken"}, {Scheme: "BearerToken"}},
	}}, nil
}

// build makes the HTTP request.
func (r Request) build(ctx context.Context, base *url.URL) (*http.Request, error) {
	body, err := r.reader()
	if err != nil {
		return nil, err
	}
	address, err := base.Parse(strings.TrimPrefix(r.Path, "/"))
	if err != nil {
		return nil, err
	}
	if address.Host != base.Host {
		return nil, errors.New("the path names another host")
	}
	address.RawQuery = r.Query.Encode()
	req, err := http.NewRequestWithContext(ctx, r.Method, address.String(), body)
	if err != nil {
		return nil, err
	}
	for name, values := range r.Header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	if body != nil && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", first(r.ContentType, "application/json"))
	}
	return req, nil
}

func (r Request) reader() (io.Reader, error) {
	switch body := r.Body.(type) {
	case nil:
		return nil, nil
	case io.Reader:
		return body, nil
	case []byte:
		return bytes.NewReader(body), nil
	}
	text, err := json.Marshal(r.Body)
	if err != nil {
		return nil, fmt.Errorf("writing the body: %w", err)
	}
	return bytes.NewReader(text), nil
}

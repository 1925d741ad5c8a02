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
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// Request is a call of what the Client has no method for: an operation that X added today, or one whose bytes matter.
type Request struct {
	// Method is the HTTP method, GET where it is empty.
	Method string
	// Path is the path below the server's, with its arguments filled in and escaped: "/2/users/me".
	Path string
	// URL is an absolute address in the place of Path and Query, one that an answer gave: of an upload or a download. Where
	// its scheme and host are those of the base URL, the credentials go along; any other host gets none, and its address,
	// which may be signed, is treated as a secret.
	URL string
	// Query are the query parameters, as they stand on the wire.
	Query url.Values
	// Header is sent besides what the client sends. It cannot replace Authorization.
	Header http.Header
	// Body is sent as it is where it is an io.Reader or []byte, and as JSON otherwise. nil is to send none.
	Body any
	// AppOnly has what no contract has authorized by the app-only token, though there are a user's credentials.
	AppOnly bool
	// ContentType is that of the body, application/json where it is empty.
	ContentType string
}

// Do makes a call with all that a method does: authorization, retries, rate limits, redaction. result is nil, or a
// pointer to what the answer's JSON is decoded into, as it stands on the wire; a pointer to an io.ReadCloser gets the
// body unread, for the caller to close.
//
// Where the contract has an operation at the method and path, the call is one of that operation, and is held against it
// as far as it goes: parameters, fields and values that it does not have are reported and sent. What no contract has is authorized by the first credential there is, in the order OAuth 2.0, OAuth 1.0a, app only; it
// is sent again after an unknown outcome where its method is GET, HEAD, PUT or DELETE.
func (c *Client) Do(ctx context.Context, request Request, result any, opts ...CallOption) error {
	if request.Method == "" {
		request.Method = http.MethodGet
	}
	row, err := c.core().endpointOf(request)
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
	return c.core().send(ctx, row, req, result, append(opts[:len(opts):len(opts)], callOnly(asGiven)))
}

// asGiven lets out what the contract does not know.
func asGiven(s *settings) error {
	s.lenient = true
	return nil
}

// endpointOf returns the operation that the contract has for the request, or one for it alone.
func (c *caller) endpointOf(request Request) (*gen.Endpoint, error) {
	if request.URL != "" {
		return c.endpointAt(request)
	}
	if strings.Contains(request.Path, "//") {
		return nil, fmt.Errorf("the path %q has an empty segment", request.Path)
	}
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
	return unlisted(request.Method, request.Path, request.credentials()), nil
}

// credentials are those that may authorize what no contract has.
func (r Request) credentials() []gen.Requirement {
	if r.AppOnly {
		return []gen.Requirement{{Scheme: "BearerToken"}}
	}
	return []gen.Requirement{{Scheme: "OAuth2UserToken"}, {Scheme: "UserToken"}, {Scheme: "BearerToken"}}
}

// endpointAt returns an operation for the request to an absolute address. The credentials are for the API's own host.
func (c *caller) endpointAt(request Request) (*gen.Endpoint, error) {
	address, err := url.Parse(request.URL)
	switch {
	case err != nil:
		return nil, errors.New("the URL of the request is none")
	case request.Path != "" || request.Query != nil:
		return nil, errors.New("the request has a URL, and a path or query beside it: give either")
	case sameHost(address, c.settings.baseURL):
		return unlisted(request.Method, address.Path, request.credentials()), nil
	case address.Host == "" || address.User != nil || address.Scheme != "https" && !transport.Loopback(address.Hostname()):
		return nil, fmt.Errorf("%s %s: not sent: the URL is not an absolute https URL", request.Method, address.Host)
	}
	c.redactor.Know(request.URL, address.RawQuery)
	return unlisted(request.Method, "//"+address.Host, nil), nil
}

// unlisted is an operation that the contract does not have, which may be sent again where its method says so.
func unlisted(method, path string, security []gen.Requirement) *gen.Endpoint {
	repeatable := false
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete:
		repeatable = true
	}
	return &gen.Endpoint{Gone: true, Operation: gen.Operation{
		ID: method + " " + path, Method: method, Path: path, Repeatable: repeatable, Security: security,
	}}
}

// build makes the HTTP request.
func (r Request) build(ctx context.Context, base *url.URL) (*http.Request, error) {
	body, err := r.reader()
	if err != nil {
		return nil, err
	}
	address, err := r.address(base)
	if err != nil {
		return nil, err
	}
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

func (r Request) address(base *url.URL) (*url.URL, error) {
	if r.URL != "" {
		return url.Parse(r.URL)
	}
	address, err := base.Parse(strings.TrimPrefix(r.Path, "/"))
	if err != nil {
		return nil, err
	}
	if address.Host != base.Host {
		return nil, errors.New("the path names another host")
	}
	address.RawQuery = r.Query.Encode()
	return address, nil
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

package xapi

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// extra is what a single call carries besides what its method takes.
type extra struct {
	query  url.Values
	header http.Header
}

// WithQuery gives a query parameter to one call, as it stands on the wire: for what X added today. Several values are
// joined by commas; where the call has the parameter already they take the place of its values. A name or a value that
// the contract does not have is sent all the same; what it has is checked as ever.
func WithQuery(name string, values ...string) CallOption {
	return callOnly(func(s *settings) error {
		if name == "" {
			return errors.New("WithQuery: the parameter has no name")
		}
		s.extra.query = maps.Clone(s.extra.query)
		if s.extra.query == nil {
			s.extra.query = url.Values{}
		}
		s.extra.query[name] = []string{strings.Join(values, ",")}
		return nil
	})
}

// WithHeader gives a header to one call. It takes the place of the client's own of that name, except Authorization, which
// is the credentials' business.
func WithHeader(name string, values ...string) CallOption {
	return callOnly(func(s *settings) error {
		name = http.CanonicalHeaderKey(name)
		switch {
		case name == "" || strings.ContainsAny(name+strings.Join(values, ""), "\r\n"):
			return errors.New("WithHeader: the header has no name, or a line break")
		case name == "Authorization":
			return errors.New("WithHeader: the client writes Authorization itself: give New other credentials")
		}
		s.extra.header = maps.Clone(s.extra.header)
		if s.extra.header == nil {
			s.extra.header = http.Header{}
		}
		s.extra.header[name] = slices.Clone(values)
		return nil
	})
}

// add adds to a request what the call carries besides.
func (e extra) add(req *http.Request) {
	if len(e.query) > 0 {
		query := req.URL.Query()
		maps.Copy(query, e.query)
		req.URL.RawQuery = query.Encode()
	}
	for name, values := range e.header {
		req.Header[name] = values
	}
}

package xapitest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// summary is a request as it is listed while it happens: without headers and bodies, and without secrets.
func (r *Request) summary() object {
	shown := object{
		"number": r.Number, "at": r.At.UTC(), "method": r.Method, "path": redactedURL(r.Path), "operation": r.Operation, "status": r.Status,
		"duration_ms": float64(r.Took.Microseconds()) / 1000, "size": r.Size,
	}
	for name, text := range map[string]string{"wrong": r.Wrong, "hint": r.Hint, "user_id": r.User} {
		if text != "" {
			shown[name] = text
		}
	}
	if r.Again != 0 {
		shown["replay_of"] = r.Again
	}
	return shown
}

// whole is a request with headers and bodies, without secrets.
func (r *Request) whole() object {
	clean := r.Redacted()
	shown := clean.summary()
	shown["header"] = joined(clean.Header)
	if len(r.Body) > 0 {
		shown["body"] = plain(clean.Body, len(r.Body))
	}
	if len(r.Answer) > 0 {
		shown["answer"] = plain(clean.Answer, len(r.Answer))
	}
	return shown
}

// joined is a header with one value each.
func joined(header http.Header) map[string]string {
	made := map[string]string{}
	for name, values := range header {
		made[name] = strings.Join(values, ", ")
	}
	return made
}

// plain is a body that has no secrets: as JSON where it is, as a text where it is one, else how many bytes there were.
func plain(body []byte, size int) any {
	switch {
	case json.Valid(body):
		return json.RawMessage(body)
	case len(body) == 0 || !utf8.Valid(body):
		return fmt.Sprintf("(%d bytes)", size)
	}
	return string(body)
}

// filter picks requests.
type filter struct {
	operation, method, path, status, user, contains string
	body                                            any
	after                                           int64
	limit                                           int
	tail                                            bool
}

// Bounds of how many requests are listed at once.
const (
	someRequests = 100
	mostRequests = 1000
)

func newFilter(r *http.Request) (f filter, err error) {
	q := r.URL.Query()
	f = filter{
		operation: q.Get("operation"), method: strings.ToUpper(q.Get("method")), path: q.Get("path"), status: q.Get("status"), user: q.Get("user"),
		contains: q.Get("contains"), limit: someRequests, tail: q.Get("tail") == "true",
	}
	known := []string{"operation", "method", "path", "status", "user", "contains", "body", "after", "limit", "tail"}
	for name := range q {
		if !slices.Contains(known, name) {
			err = fmt.Errorf("there is no parameter %q: there are %s", name, strings.Join(known, ", "))
		}
	}
	if text := q.Get("body"); text != "" && json.Unmarshal([]byte(text), &f.body) != nil {
		err = errors.New(`the parameter body is no JSON: give fields that the body must have, as in {"text": "hello"}`)
	}
	if text := q.Get("after"); text != "" {
		if f.after, err = strconv.ParseInt(text, 10, 64); err != nil {
			err = errors.New("the parameter after is no number of a request")
		}
	}
	if text := q.Get("limit"); text != "" {
		if f.limit, err = strconv.Atoi(text); err != nil || f.limit < 1 || f.limit > mostRequests {
			err = fmt.Errorf("the parameter limit is not between 1 and %d", mostRequests)
		}
	}
	return f, err
}

func (f *filter) picks(r *Request) bool {
	path, _, _ := strings.Cut(r.Path, "?")
	status := strconv.Itoa(r.Status)
	return (f.operation == "" || f.operation == r.Operation) && (f.method == "" || f.method == r.Method) &&
		(f.path == "" || f.path == path) && (f.user == "" || f.user == r.User) &&
		(f.status == "" || f.status == status || strings.HasSuffix(f.status, "xx") && f.status[:1] == status[:1]) &&
		(f.contains == "" || bytes.Contains(r.Body, []byte(f.contains)) || strings.Contains(r.Path, f.contains)) &&
		(f.body == nil || hasFields(r.Body, f.body))
}

// hasFields says whether the body is JSON that has all of want.
func hasFields(body []byte, want any) bool {
	var has any
	return json.Unmarshal(body, &has) == nil && covers(has, want)
}

// covers says whether a value is what is wanted: an object with those fields at least, a list of the same length, or the
// same value.
func covers(has, want any) bool {
	switch wanted := want.(type) {
	case object:
		fields, isObject := has.(object)
		for name, value := range wanted {
			if there, ok := fields[name]; !ok || !covers(there, value) {
				return false
			}
		}
		return isObject
	case []any:
		list, isList := has.([]any)
		return isList && slices.EqualFunc(list, wanted, covers)
	}
	return has == want
}

func (s *Server) showRequests(w http.ResponseWriter, r *http.Request) {
	f, err := newFilter(r)
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	s.mu.Lock()
	found := slices.DeleteFunc(slices.Clone(s.requests.after(f.after)), func(seen Request) bool { return !f.picks(&seen) })
	last := s.requests.last
	s.mu.Unlock()
	count := len(found)
	if f.tail {
		found = found[max(0, count-f.limit):]
	} else {
		found = found[:min(count, f.limit)]
	}
	list := []object{}
	for i := range found {
		list = append(list, found[i].whole())
	}
	show(w, object{"count": count, "last": last, "requests": list})
}

// seen returns the request of the number in the path, or refuses the control.
func (s *Server) seen(w http.ResponseWriter, r *http.Request) (Request, bool) {
	number, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	s.mu.Lock()
	list := slices.Clone(s.requests.after(number - 1)[:min(1, len(s.requests.after(number-1)))])
	s.mu.Unlock()
	if err == nil && len(list) > 0 && list[0].Number == number {
		return list[0], true
	}
	refuse(w, http.StatusNotFound, fmt.Errorf("there is no request %s (any more)", r.PathValue("number")))
	return Request{}, false
}

func (s *Server) showRequest(w http.ResponseWriter, r *http.Request) {
	if seen, ok := s.seen(w, r); ok {
		show(w, seen.whole())
	}
}

func (s *Server) forgetRequests(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	s.requests = history{last: s.requests.last}
	s.mu.Unlock()
	s.news.Tell()
	done(w)
}

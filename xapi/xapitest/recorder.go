package xapitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"unicode/utf8"
)

// WithRecorder writes every exchange to a file of its own in the directory dir, which is made where need be. Secrets
// are taken out, and of a body that is no text only the size is kept.
func WithRecorder(dir string) Option {
	return func(s *settings) error { s.recordDir = dir; return nil }
}

// recorder writes exchanges to files.
type recorder struct {
	dir   string
	count atomic.Int64
}

func newRecorder(dir string) (*recorder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("recording: %w", err)
	}
	return &recorder{dir: dir}, nil
}

// record writes the exchange down. A file that cannot be written must not disturb the call.
func (r *recorder) record(c *call, a answer) {
	e := Exchange{
		Source: c.operation.ID + ", recorded from the sandbox at " + c.now.UTC().Format("2006-01-02T15:04:05Z"),
		Method: c.request.Method, Path: redactedURL(c.request.URL.RequestURI()),
		Header: recordedHeader(c.request.Header), Body: recordedBody(c.request.Header, c.recordable(), c.request.ContentLength),
		Status: a.status, AnswerHeader: recordedHeader(a.header), Answer: recordedBody(a.header, a.bytes(), 0),
	}
	if e.Status == 0 {
		e.Source += "; the connection was reset"
	}
	if len(a.bytes()) > 0 {
		e.AnswerHeader.Set("Content-Type", a.mediaType())
	}
	name := fmt.Sprintf("%04d-%s%s", r.count.Add(1), c.operation.ID, exchangeExtension)
	_ = os.WriteFile(filepath.Join(r.dir, name), e.Format(), 0o644)
}

// recordable is the body, nothing where it is not as it came.
func (c *call) recordable() []byte {
	if c.lifted != nil {
		return nil
	}
	return c.body
}

// redacted stands in place of a secret.
const redacted = "REDACTED"

// secretHeaders carry credentials; ownHeaders belong to the connection, not to the exchange.
var (
	secretHeaders = []string{"Authorization", "Cookie", "Set-Cookie", "Proxy-Authorization"}
	ownHeaders    = []string{"Accept-Encoding", "Connection", "Content-Length", "User-Agent", "Date"}
)

// secretFields are the names of fields and parameters whose values are secrets.
var secretFields = []string{
	"access_token", "refresh_token", "client_secret", "code", "code_verifier", "token", "oauth_token", "oauth_signature",
	"oauth_token_secret", "oauth_verifier",
}

func recordedHeader(header http.Header) http.Header {
	kept := http.Header{}
	for name, values := range header {
		switch {
		case slices.Contains(ownHeaders, name):
		case slices.Contains(secretHeaders, name):
			kept.Set(name, redacted)
		case name == "Location":
			kept.Set(name, redactedURL(values[0]))
		default:
			kept[name] = values
		}
	}
	return kept
}

// recordedBody returns the body without secrets, or what there is to say of one that is no text.
func recordedBody(header http.Header, body []byte, length int64) []byte {
	switch {
	case len(body) == 0 && length > 0:
		return fmt.Appendf(nil, "(%d bytes)", length)
	case len(body) > maxExchange/4 || !utf8.Valid(body):
		return fmt.Appendf(nil, "(%d bytes)", len(body))
	case strings.HasPrefix(header.Get("Content-Type"), "application/x-www-form-urlencoded"):
		return []byte(redactedQuery(string(body)))
	}
	var value any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil {
		// The answers of OAuth 1.0a are forms that are said to be HTML.
		return []byte(redactedQuery(string(body)))
	}
	if !redact(value) {
		return body
	}
	clean, err := json.Marshal(value)
	if err != nil {
		return []byte(redacted)
	}
	return clean
}

// redact takes secrets out of value and says whether there were any.
func redact(value any) (found bool) {
	switch holder := value.(type) {
	case map[string]any:
		for name, inner := range holder {
			if _, isText := inner.(string); isText && slices.Contains(secretFields, name) {
				holder[name], found = redacted, true
			} else {
				found = redact(inner) || found
			}
		}
	case []any:
		for _, inner := range holder {
			found = redact(inner) || found
		}
	}
	return found
}

func redactedURL(raw string) string {
	before, query, has := strings.Cut(raw, "?")
	if !has {
		return raw
	}
	return before + "?" + redactedQuery(query)
}

func redactedQuery(query string) string {
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, _, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); err == nil && slices.Contains(secretFields, plain) {
			pairs[i] = name + "=" + redacted
		}
	}
	return strings.Join(pairs, "&")
}

package transport

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"
)

// Redacted stands where a secret stood.
const Redacted = "REDACTED"

// shortestSecret is the length below which known text is left alone, in bytes: blotting out every "abc" would destroy
// what it is meant to protect, and no real credential is that short.
const shortestSecret = 6

// mostSecrets bounds how many secrets a Redactor remembers: the oldest, long replaced by a refresh, goes first.
const mostSecrets = 256

// Redactor takes secrets out of text before it reaches a log, an error or a dump. It knows them in two ways: by where
// they stand, such as an Authorization header or the value of access_token, and by their text, where it was told.
//
// The zero value is ready to use, and so is a nil Redactor, which cannot be told any; it is safe for concurrent use.
type Redactor struct {
	mu    sync.RWMutex
	known []string
	// texts replaces the known secrets in all spellings; nil while there are none.
	texts *strings.Replacer
}

// Know adds secrets to those that are found by their text, wherever it stands. Text shorter than 6 bytes is passed over.
func (r *Redactor) Know(secrets ...string) {
	if !r.misses(secrets) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, secret := range secrets {
		if len(secret) >= shortestSecret && !slices.Contains(r.known, secret) {
			r.known = append(r.known, secret)
		}
	}
	if over := len(r.known) - mostSecrets; over > 0 {
		r.known = append([]string(nil), r.known[over:]...)
	}
	r.texts = replacerFor(r.known)
}

// misses keeps the common case cheap: a token is told again at every call.
func (r *Redactor) misses(secrets []string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, secret := range secrets {
		if len(secret) >= shortestSecret && !slices.Contains(r.known, secret) {
			return true
		}
	}
	return false
}

// replacerFor replaces each secret as it is, as it stands in a URL or a form, and in base64.
func replacerFor(secrets []string) *strings.Replacer {
	spellings := make(map[string]bool)
	for _, secret := range secrets {
		spellings[secret] = true
		spellings[url.QueryEscape(secret)] = true
		spellings[url.PathEscape(secret)] = true
		spellings[strings.ReplaceAll(url.QueryEscape(secret), "+", "%20")] = true
		spellings[base64.StdEncoding.EncodeToString([]byte(secret))] = true
	}
	if len(spellings) == 0 {
		return nil
	}
	sorted := make([]string, 0, len(spellings))
	for spelling := range spellings {
		sorted = append(sorted, spelling)
	}
	// Longest first, so that a secret that begins with another is taken out whole.
	sort.Slice(sorted, func(i, j int) bool { return len(sorted[i]) > len(sorted[j]) })
	pairs := make([]string, 0, 2*len(sorted))
	for _, spelling := range sorted {
		pairs = append(pairs, spelling, Redacted)
	}
	return strings.NewReplacer(pairs...)
}

// secretKeys are the names whose values are secret in a form, a query, JSON, a header or a printed struct.
const secretKeys = `(?:access|refresh|id|bearer|oauth)_?token(?:_?secret)?|token_?secret|(?:client|consumer|api|api_?key)_?secret|` +
	`consumer_?key|api_?key|client_assertion|password|code_?verifier|oauth_(?:verifier|signature|consumer_key|nonce)|token`

// secretWords are parts of secretKeys: where none of them stands, none of the keys does.
var secretWords = []string{"token", "secret", "_key", "apikey", "consumerkey", "assertion", "password", "verifier", "oauth_"}

// separators stand between a name and its value. After a colon, unless the name is quoted, the value follows at once:
// "refresh the token: not found" is prose.
const separators = `(?:\\?["']?\s*=\s*|\\?["']\s*:\s*|:)\[?`

// secretPatterns find secrets by where they stand.
//
// A pattern runs only over text that holds one of its signs, in lower case: looking for those costs a hundredth of the
// pattern, and most text has none.
var secretPatterns = []struct {
	signs   []string
	pattern *regexp.Regexp
	clean   string
}{
	{ // The parameters of OAuth 1.0a, in an Authorization header or quoted out of one.
		[]string{"oauth_"},
		regexp.MustCompile(`(?i)\b(oauth\s+)(?:\w+=\\?"[^"]*"[,\s]*)+`), "${1}" + Redacted,
	},
	{ // The credentials of Bearer and Basic, wherever they stand. Shorter text is prose: "basic authentication".
		[]string{"bearer", "basic"},
		regexp.MustCompile(`(?i)\b((?:bearer|basic)\s+)[a-z0-9._~+/%=-]{16,}`), "${1}" + Redacted,
	},
	{
		[]string{"authorization"},
		regexp.MustCompile(`(?i)\b(authorization\\?["']?\s*[:=]\s*\[?\\?["']?(?:(?:bearer|basic|oauth)\s+)?)[^\s"'\]]+`),
		"${1}" + Redacted,
	},
	{ // Quoted values.
		secretWords,
		regexp.MustCompile(`(?i)(^|[^a-z0-9_-])((?:` + secretKeys + `)` + separators + `\\?["'])[^"'\\]+`), "${1}${2}" + Redacted,
	},
	{ // Values without quotation marks.
		secretWords,
		regexp.MustCompile(`(?i)(^|[^a-z0-9_-])((?:` + secretKeys + `)` + separators + `)[^\s"'&,;{}\[\]\\]+`), "${1}${2}" + Redacted,
	},
	{ // The words code and state are common in errors: only in a query or a form do they carry secrets.
		[]string{"code=", "state="},
		regexp.MustCompile(`(?i)(^|[?&])((?:code|state)=)[^\s&"'#]+`), "${1}${2}" + Redacted,
	},
	{ // The user information of a URL.
		[]string{"://"},
		regexp.MustCompile(`(://)[^/\s@:]+:[^/\s@]+@`), "${1}" + Redacted + "@",
	},
}

// String returns text without secrets.
func (r *Redactor) String(text string) string {
	if texts := r.replacer(); texts != nil {
		text = texts.Replace(text)
	}
	lower := strings.ToLower(text)
	for _, each := range secretPatterns {
		if holdsAny(lower, each.signs) {
			text = each.pattern.ReplaceAllString(text, each.clean)
		}
	}
	return text
}

// replacer returns what replaces the known secrets, nil where there are none. A nil Redactor knows none.
func (r *Redactor) replacer() *strings.Replacer {
	if r == nil {
		return nil
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.texts
}

func holdsAny(text string, signs []string) bool {
	for _, sign := range signs {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

// Bytes returns text without secrets: text itself where it holds none.
func (r *Redactor) Bytes(text []byte) []byte {
	clean := r.String(string(text))
	if clean == string(text) {
		return text
	}
	return []byte(clean)
}

// URL returns u as text without secrets.
func (r *Redactor) URL(u *url.URL) string {
	if u == nil {
		return ""
	}
	return r.String(u.Redacted())
}

// Header returns a copy of header for printing. Authorization and cookies show no more than that they are there.
func (r *Redactor) Header(header http.Header) http.Header {
	out := make(http.Header, len(header))
	for name, values := range header {
		shown := make([]string, len(values))
		for i, value := range values {
			switch http.CanonicalHeaderKey(name) {
			case "Authorization", "Proxy-Authorization":
				scheme, _, _ := strings.Cut(value, " ")
				shown[i] = scheme + " " + Redacted
			case "Cookie", "Set-Cookie":
				shown[i] = Redacted
			default:
				shown[i] = r.String(value)
			}
		}
		out[name] = shown
	}
	return out
}

// Error returns err with a text without secrets; errors.Is and errors.As still see err. It returns nil for nil, and err
// itself where its text holds no secret.
func (r *Redactor) Error(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	clean := r.String(text)
	if clean == text {
		return err
	}
	return &redactedError{text: clean, err: err}
}

type redactedError struct {
	text string
	err  error
}

func (e *redactedError) Error() string { return e.text }
func (e *redactedError) Unwrap() error { return e.err }

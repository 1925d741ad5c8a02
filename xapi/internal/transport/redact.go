package transport

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"sort"
	"strconv"
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
	mu sync.RWMutex
	// known stands behind a function, where no printer that walks through values finds it; nil while nothing is known.
	known func() *knownSecrets
}

// knownSecrets are secrets known by their text. They are never changed.
type knownSecrets struct {
	list []string
	// texts replaces them in all spellings.
	texts *strings.Replacer
}

// secrets returns the secrets that are known, nil where there are none. A nil Redactor knows none.
func (r *Redactor) secrets() *knownSecrets {
	if r == nil {
		return nil
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.known == nil {
		return nil
	}
	return r.known()
}

// Know adds secrets to those that are found by their text, wherever it stands. Text shorter than 6 bytes is passed over.
func (r *Redactor) Know(secrets ...string) {
	if !r.secrets().misses(secrets) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []string
	if r.known != nil {
		list = slices.Clone(r.known().list)
	}
	for _, secret := range secrets {
		if len(secret) >= shortestSecret && !slices.Contains(list, secret) {
			list = append(list, secret)
		}
	}
	if over := len(list) - mostSecrets; over > 0 {
		list = slices.Clone(list[over:])
	}
	known := &knownSecrets{list: list, texts: replacerFor(list)}
	r.known = func() *knownSecrets { return known }
}

// misses keeps the common case cheap: a token is told again at every call.
func (k *knownSecrets) misses(secrets []string) bool {
	for _, secret := range secrets {
		if len(secret) >= shortestSecret && (k == nil || !slices.Contains(k.list, secret)) {
			return true
		}
	}
	return false
}

// replacerFor replaces each secret as it is, as it stands in a URL, a form or JSON, and in base64.
func replacerFor(secrets []string) *strings.Replacer {
	spellings := make(map[string]bool)
	for _, secret := range secrets {
		spellings[secret] = true
		spellings[url.QueryEscape(secret)] = true
		spellings[url.PathEscape(secret)] = true
		spellings[strings.ReplaceAll(url.QueryEscape(secret), "+", "%20")] = true
		spellings[base64.StdEncoding.EncodeToString([]byte(secret))] = true
		spellings[strings.Trim(strconv.Quote(secret), `"`)] = true
		if quoted, err := json.Marshal(secret); err == nil {
			spellings[strings.Trim(string(quoted), `"`)] = true
		}
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

// assigned stands between a name and its value in a form, a printed struct or a header. After a colon the value follows
// at once: "refresh the token: not found" is prose.
const assigned = `(?:\s*=\s*|:)\[?`

// field is a name in JSON, in whichever quotation marks, and what stands before its value. Both marks belong to it: in
// Post "https://api.x.com/2/oauth2/token": dial tcp the one behind token ends an address.
const field = `\\?["'](?:` + secretKeys + `)\\?["']\s*:\s*\[?\s*`

// credentials are what Bearer and Basic are followed by.
const credentials = `[a-z0-9._~+/%=-]`

// secretPatterns find secrets by where they stand.
//
// A pattern runs only over text that holds one of its signs, in lower case: looking for those costs a hundredth of the
// pattern, and most text has none.
var secretPatterns = []struct {
	signs   []string
	pattern func() *regexp.Regexp
	clean   string
}{
	{ // The parameters of OAuth 1.0a, in an Authorization header or quoted out of one.
		[]string{"oauth_"},
		lazily(`(?i)\b(oauth\s+)(?:\w+=\\?"[^"]*"[,\s]*)+`), "${1}" + Redacted,
	},
	{ // The credentials of Bearer and Basic, wherever they stand. Shorter text is prose: "basic authentication".
		[]string{"bearer", "basic"},
		lazily(`(?i)\b((?:bearer|basic)\s+)` + credentials + `{16,}`), "${1}" + Redacted,
	},
	{ // The header, as it is sent and as it is printed.
		[]string{"authorization"},
		lazily(`(?i)\b(authorization\s*[:=]\s*\[?\\?["']?(?:bearer|basic|oauth)\s+)[^\s"'\]]+`), "${1}" + Redacted,
	},
	{ // The header without a scheme. Shorter text is prose.
		[]string{"authorization"},
		lazily(`(?i)\b(authorization\s*[:=]\s*\[?\\?["']?)` + credentials + `{20,}`), "${1}" + Redacted,
	},
	{ // The header in JSON.
		[]string{"authorization"},
		lazily(`(?i)(\\?["']authorization\\?["']\s*:\s*\[?\s*\\?["'](?:(?:bearer|basic|oauth)\s+)?)[^"'\\]+`), "${1}" + Redacted,
	},
	{ // Texts in JSON.
		secretWords,
		lazily(`(?i)(` + field + `\\?["'])[^"'\\]+`), "${1}" + Redacted,
	},
	{ // Numbers in JSON, which stays JSON.
		secretWords,
		lazily(`(?i)(` + field + `)-?[0-9][0-9.e+-]*`), `${1}"` + Redacted + `"`,
	},
	{ // Quoted values.
		secretWords,
		lazily(`(?i)(^|[^a-z0-9_-])((?:` + secretKeys + `)` + assigned + `\\?["'])[^"'\\]+`), "${1}${2}" + Redacted,
	},
	{ // Values without quotation marks.
		secretWords,
		lazily(`(?i)(^|[^a-z0-9_-])((?:` + secretKeys + `)` + assigned + `)[^\s"'&,;{}\[\]\\]+`), "${1}${2}" + Redacted,
	},
	{ // The words code and state are common in errors: only in a query or a form do they carry secrets.
		[]string{"code=", "state="},
		lazily(`(?i)(^|[?&])((?:code|state)=)[^\s&"'#]+`), "${1}${2}" + Redacted,
	},
	{ // The user information of a URL.
		[]string{"://"},
		lazily(`(://)[^/\s@:]+:[^/\s@]+@`), "${1}" + Redacted + "@",
	},
}

// lazily compiles a pattern at its first use: most programs start without ever needing it.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// String returns text without secrets.
func (r *Redactor) String(text string) string {
	if known := r.secrets(); known != nil {
		text = known.texts.Replace(text)
	}
	lower := strings.ToLower(text)
	for _, each := range secretPatterns {
		if holdsAny(lower, each.signs) {
			text = each.pattern().ReplaceAllString(text, each.clean)
		}
	}
	return text
}

func holdsAny(text string, signs []string) bool {
	for _, sign := range signs {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

// Bytes returns text without secrets: text itself where it holds none. What is JSON stays JSON.
func (r *Redactor) Bytes(text []byte) []byte {
	clean := r.String(string(text))
	if clean == string(text) {
		return text
	}
	if json.Valid(text) && !json.Valid([]byte(clean)) {
		return r.json(text)
	}
	return []byte(clean)
}

// json returns JSON with the secrets in its texts and numbers taken out one by one, for where the text as a whole does
// not bear it.
func (r *Redactor) json(text []byte) []byte {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return []byte(`"` + Redacted + `"`)
	}
	clean, err := json.Marshal(r.value(value))
	if err != nil {
		return []byte(`"` + Redacted + `"`)
	}
	return clean
}

var secretKey = lazily(`(?i)^(?:` + secretKeys + `|authorization)$`)

func (r *Redactor) value(value any) any {
	switch value := value.(type) {
	case map[string]any:
		clean := make(map[string]any, len(value))
		for key, each := range value {
			if each = r.value(each); each != nil && secretKey().MatchString(key) {
				each = Redacted
			}
			clean[r.String(key)] = each
		}
		return clean
	case []any:
		for i, each := range value {
			value[i] = r.value(each)
		}
	case string:
		return r.String(value)
	case json.Number:
		if r.String(value.String()) != value.String() {
			return Redacted
		}
	}
	return value
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
	return hidden(clean, err)
}

// Hide is Error for an error from elsewhere, which may hold more than its text says, the signed request for one: no
// printer that walks through values gets to it.
func (r *Redactor) Hide(err error) error {
	if err == nil {
		return nil
	}
	return hidden(r.String(err.Error()), err)
}

func hidden(text string, err error) error {
	return &redactedError{text: text, cause: func() error { return err }}
}

type redactedError struct {
	text  string
	cause func() error
}

func (e *redactedError) Error() string { return e.text }
func (e *redactedError) Unwrap() error { return e.cause() }

package xapitest

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // OAuth 1.0a as the API speaks it is HMAC-SHA1
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// nonceWindow is how far a timestamp may be off, and how long a nonce is remembered.
const nonceWindow = 5 * time.Minute

// signedBy returns the id of the user by whose access token an Authorization header is signed, or what is wrong with it.
// Server.mu is held.
func (a *accounts) signedBy(c *call, header string) (user, wrong string) {
	oauth, ok := parseOAuth1(header)
	if !ok {
		return "", `the header is OAuth name="value", …: each parameter once, its value percent-encoded`
	}
	token, known := a.signing[oauth.Get("oauth_token")]
	if wrong := a.signed(c, oauth, token.secret); wrong != "" && (known || wrong != wrongSignature) {
		return "", wrong
	}
	if !known {
		return "", "the oauth_token is no access token of OAuth 1.0a: Server.App has one, and a login gives one"
	}
	return token.user, ""
}

// wrongSignature is what can be wrong where the signature is not that of the request.
const wrongSignature = "the signature is not by the keys of Server.App over this request: method, address without its query, and the parameters of header, " +
	"query and form, sorted; JSON bodies are not signed, and a space is %20"

// signed says what is wrong with the parameters of OAuth 1.0a, empty where nothing is: the app's key, the signature, that
// the timestamp is of now, and that the nonce is new. Server.mu is held.
func (a *accounts) signed(c *call, oauth url.Values, tokenSecret string) (wrong string) {
	seconds, err := strconv.ParseInt(oauth.Get("oauth_timestamp"), 10, 64)
	sent := time.Unix(seconds, 0)
	switch {
	case oauth.Get("oauth_consumer_key") != a.app.APIKey:
		return "the oauth_consumer_key is not the API key of Server.App"
	case oauth.Get("oauth_signature_method") != "HMAC-SHA1":
		return "the oauth_signature_method is HMAC-SHA1: X takes no other"
	case !a.matches(c.request, oauth, c.form(), tokenSecret):
		return wrongSignature
	// The client's clock is the real one, also where the sandbox's was moved.
	case err != nil, c.now.Sub(sent).Abs() > nonceWindow && c.started.Sub(sent).Abs() > nonceWindow:
		return "the oauth_timestamp is not of now: it is seconds since 1970, and now is " + strconv.FormatInt(c.started.Unix(), 10)
	case !a.fresh(oauth.Get("oauth_nonce")+" "+oauth.Get("oauth_timestamp"), c.started):
		return "the oauth_nonce was used before: make a new one for each attempt"
	}
	return ""
}

// matches says whether the signature is that of the request. What stands in the header and again in query or form counts
// once or twice: clients differ, and X takes both.
func (a *accounts) matches(r *http.Request, oauth, form url.Values, tokenSecret string) bool {
	once := func(parameters url.Values) url.Values {
		kept := url.Values{}
		for name, values := range parameters {
			if !slices.Equal(oauth[name], values) {
				kept[name] = values
			}
		}
		return kept
	}
	query := r.URL.Query()
	for _, base := range []string{signatureBase(r, oauth, query, form), signatureBase(r, oauth, once(query), once(form))} {
		want := signature(base, a.app.APIKeySecret, tokenSecret)
		if hmac.Equal([]byte(want), []byte(oauth.Get("oauth_signature"))) {
			return true
		}
	}
	return false
}

// fresh says that the nonce was not seen before, and remembers it.
func (a *accounts) fresh(nonce string, now time.Time) bool {
	if _, again := a.nonces[nonce]; again || strings.HasPrefix(nonce, " ") {
		return false
	}
	for old, seen := range a.nonces {
		if now.Sub(seen) > 2*nonceWindow {
			delete(a.nonces, old)
		}
	}
	a.nonces[nonce] = now
	return true
}

// parseOAuth1 reads the parameters of an OAuth header. None of them may come twice (RFC 5849, 3.1).
func parseOAuth1(header string) (url.Values, bool) {
	found := url.Values{}
	for pair := range strings.SplitSeq(header, ",") {
		name, quoted, ok := strings.Cut(strings.TrimSpace(pair), "=")
		value, err := url.PathUnescape(strings.Trim(quoted, `"`))
		if !ok || err != nil || found.Has(name) {
			return nil, false
		}
		found.Set(name, value)
	}
	return found, true
}

// signatureBase is the signature base string of RFC 5849, 3.4.1: method, URL and all parameters of header, query and
// form body.
func signatureBase(r *http.Request, parts ...url.Values) string {
	var pairs []string
	for _, parameters := range parts {
		for name, values := range parameters {
			if name == "oauth_signature" || name == "realm" {
				continue
			}
			for _, value := range values {
				pairs = append(pairs, percent(name)+"="+percent(value))
			}
		}
	}
	slices.SortFunc(pairs, comparePairs)
	return r.Method + "&" + percent(baseURI(r)) + "&" + percent(strings.Join(pairs, "&"))
}

// comparePairs orders by name, then by value: '=' must not take part in the comparison.
func comparePairs(a, b string) int {
	nameA, valueA, _ := strings.Cut(a, "=")
	nameB, valueB, _ := strings.Cut(b, "=")
	if order := strings.Compare(nameA, nameB); order != 0 {
		return order
	}
	return strings.Compare(valueA, valueB)
}

// baseURI is the URL that was asked for, without its query and its scheme's own port.
func baseURI(r *http.Request) string {
	scheme, port := "http", ":80"
	if r.TLS != nil {
		scheme, port = "https", ":443"
	}
	return scheme + "://" + strings.TrimSuffix(strings.ToLower(r.Host), port) + r.URL.EscapedPath()
}

func signature(base, consumerSecret, tokenSecret string) string {
	mac := hmac.New(sha1.New, []byte(percent(consumerSecret)+"&"+percent(tokenSecret)))
	_, _ = mac.Write([]byte(base))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// percent escapes as RFC 5849, 3.6 says: all but letters, digits and -._~, in capitals.
func percent(text string) string {
	const hex = "0123456789ABCDEF"
	var escaped strings.Builder
	for _, b := range []byte(text) {
		switch {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9', strings.IndexByte("-._~", b) >= 0:
			escaped.WriteByte(b)
		default:
			escaped.Write([]byte{'%', hex[b>>4], hex[b&15]})
		}
	}
	return escaped.String()
}

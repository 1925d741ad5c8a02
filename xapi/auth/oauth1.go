package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // HMAC-SHA1 is what OAuth 1.0a and X's API prescribe
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxForm bounds the form that a signature has to read, in bytes.
const maxForm = 1 << 20

// OAuth1 signs calls with OAuth 1.0a user credentials (RFC 5849, HMAC-SHA1).
//
// The query and a form-urlencoded body are signed; a body of JSON or multipart is not, by section 3.4.1.3.1. Every
// attempt gets its own nonce and timestamp. The server's clock has to agree with this machine's to some minutes.
type OAuth1 struct {
	// ConsumerKey is the app's API key.
	ConsumerKey Secret
	// ConsumerSecret is the app's API key secret.
	ConsumerSecret Secret
	// Token is the user's access token for the app.
	Token Secret
	// TokenSecret belongs to Token.
	TokenSecret Secret
	// Now is the clock. Nil means time.Now.
	Now func() time.Time
	// Random feeds the nonces; it has to be safe for concurrent use. Nil means crypto/rand.
	Random io.Reader
}

func (OAuth1) scheme() string                                 { return schemeOAuth1 }
func (OAuth1) scopes(context.Context, bool) ([]string, error) { return nil, nil }
func (OAuth1) renew(context.Context, Secret) error            { return errNotRenewable }

func (o OAuth1) secrets() []Secret {
	return []Secret{o.ConsumerKey, o.ConsumerSecret, o.Token, o.TokenSecret}
}

func (o OAuth1) check() error {
	for _, field := range []struct {
		name  string
		value Secret
	}{
		{"API key", o.ConsumerKey}, {"API key secret", o.ConsumerSecret},
		{"access token", o.Token}, {"access token secret", o.TokenSecret},
	} {
		if field.value.IsZero() {
			return fmt.Errorf("the %s is missing: all four are on the app's keys and tokens page", field.name)
		}
	}
	return nil
}

func (o OAuth1) sign(_ context.Context, req *http.Request) (Secret, error) {
	header, err := o.header(req)
	if err != nil {
		return Secret{}, fmt.Errorf("sign with OAuth 1.0a: %w", err)
	}
	req.Header.Set("Authorization", header)
	return o.Token, nil
}

// parameter is a name and a value, both percent-encoded.
type parameter struct{ name, value string }

// header builds the Authorization header (RFC 5849 section 3.5.1).
func (o OAuth1) header(req *http.Request) (string, error) {
	nonce, err := o.nonce()
	if err != nil {
		return "", err
	}
	now := o.Now
	if now == nil {
		now = time.Now
	}
	protocol := []parameter{
		{"oauth_consumer_key", percentEncode(o.ConsumerKey.Reveal())},
		{"oauth_nonce", percentEncode(nonce)},
		{"oauth_signature_method", "HMAC-SHA1"},
		{"oauth_timestamp", strconv.FormatInt(now().Unix(), 10)},
		{"oauth_token", percentEncode(o.Token.Reveal())},
		{"oauth_version", "1.0"},
	}
	signature, err := o.signature(req, protocol)
	if err != nil {
		return "", err
	}
	var header strings.Builder
	header.WriteString("OAuth ")
	for _, each := range protocol {
		fmt.Fprintf(&header, `%s="%s", `, each.name, each.value)
	}
	fmt.Fprintf(&header, `oauth_signature="%s"`, percentEncode(signature))
	return header.String(), nil
}

func (o OAuth1) nonce() (string, error) {
	source := o.Random
	if source == nil {
		source = rand.Reader
	}
	var seed [16]byte
	if _, err := io.ReadFull(source, seed[:]); err != nil {
		return "", fmt.Errorf("read random bytes for the nonce: %w", err)
	}
	return hex.EncodeToString(seed[:]), nil
}

// signature signs req and the protocol's parameters (section 3.4.2).
func (o OAuth1) signature(req *http.Request, protocol []parameter) (string, error) {
	base, err := signatureBase(req, protocol)
	if err != nil {
		return "", err
	}
	key := percentEncode(o.ConsumerSecret.Reveal()) + "&" + percentEncode(o.TokenSecret.Reveal())
	mac := hmac.New(sha1.New, []byte(key))
	mac.Write([]byte(base))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}

// signatureBase builds the text that is signed (section 3.4.1).
func signatureBase(req *http.Request, protocol []parameter) (string, error) {
	parameters := slices.Clone(protocol)
	query, err := url.ParseQuery(req.URL.RawQuery)
	if err != nil {
		return "", errors.New("the query is malformed: every % needs two hexadecimal digits, and & parts the pairs")
	}
	form, err := formOf(req)
	if err != nil {
		return "", err
	}
	for _, values := range []url.Values{query, form} {
		for name, list := range values {
			for _, value := range list {
				parameters = append(parameters, parameter{percentEncode(name), percentEncode(value)})
			}
		}
	}
	// Section 3.4.1.3.2: sorted by encoded name, then by encoded value.
	slices.SortFunc(parameters, func(a, b parameter) int {
		if order := strings.Compare(a.name, b.name); order != 0 {
			return order
		}
		return strings.Compare(a.value, b.value)
	})
	pairs := make([]string, len(parameters))
	for i, each := range parameters {
		pairs[i] = each.name + "=" + each.value
	}
	return strings.ToUpper(req.Method) + "&" + percentEncode(baseURI(req)) + "&" + percentEncode(strings.Join(pairs, "&")), nil
}

// baseURI is the address without query, as the server sees it (section 3.4.1.2): the host that goes into the Host
// header, and the path in the very encoding that is sent.
func baseURI(req *http.Request) string {
	scheme := strings.ToLower(req.URL.Scheme)
	host := req.Host
	if host == "" {
		host = req.URL.Host
	}
	host = strings.ToLower(host)
	switch scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	path := req.URL.EscapedPath()
	if path == "" {
		path = "/"
	}
	return scheme + "://" + host + path
}

// formOf reads the parameters of a form-urlencoded body, and leaves the body as it was. No other body is touched.
func formOf(req *http.Request) (url.Values, error) {
	kind, _, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" || req.Body == nil || req.Body == http.NoBody {
		return nil, nil //nolint:nilerr // a content type that cannot be read is no form
	}
	data, err := io.ReadAll(io.LimitReader(req.Body, maxForm+1))
	if err = errors.Join(err, req.Body.Close()); err != nil {
		return nil, fmt.Errorf("read the form: %w", err)
	}
	if len(data) > maxForm {
		return nil, fmt.Errorf("the form is larger than %d MiB: send JSON or multipart instead", maxForm>>20)
	}
	req.Body = io.NopCloser(strings.NewReader(string(data)))
	form, err := url.ParseQuery(string(data))
	if err != nil {
		return nil, errors.New("the form is malformed: every % needs two hexadecimal digits, and & parts the pairs")
	}
	return form, nil
}

// percentEncode encodes everything but the unreserved characters of RFC 3986 (section 3.6). The standard library does
// the same for a query, but for the space.
func percentEncode(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

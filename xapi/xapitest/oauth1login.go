package xapitest

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The login of OAuth 1.0a, in three steps: a request token, the user's consent, an access token.

// signingToken is an access token of OAuth 1.0a.
type signingToken struct{ secret, user string }

// requestToken is one that becomes an access token when the user has agreed.
type requestToken struct {
	secret, callback string
	// verifier and user are empty until the user agrees.
	verifier, user string
	expires        time.Time
}

// requestLives is how long a request token can be used.
const requestLives = 5 * time.Minute

// outOfBand is the callback of who types a PIN.
const outOfBand = "oob"

// couldNot is the refusal of a login in the form of API v1.1.
func couldNot(status, code int, message, hint string) answer {
	return answer{status: status, contentType: "application/json;charset=utf-8", hint: hint, body: object{
		"errors": []object{{"code": code, "message": message}},
	}}
}

// pairs answers with a form, as the endpoints of OAuth 1.0a do.
func pairs(values url.Values) answer {
	return answer{status: http.StatusOK, contentType: "text/html;charset=utf-8", body: []byte(values.Encode())}
}

// oauth1 returns the parameters of OAuth 1.0a, of the header and of query and form.
func (c *call) oauth1() (signed url.Values, parameter func(string) string) {
	kind, rest, _ := strings.Cut(c.request.Header.Get("Authorization"), " ")
	if strings.EqualFold(kind, "OAuth") {
		signed, _ = parseOAuth1(rest)
	}
	query, form := c.request.URL.Query(), c.form()
	return signed, func(name string) string {
		for _, values := range []url.Values{signed, query, form} {
			if values.Has(name) {
				return values.Get(name)
			}
		}
		return ""
	}
}

func (s *Server) requestToken(c *call) answer {
	signed, parameter := c.oauth1()
	s.mu.Lock()
	defer s.mu.Unlock()
	callback := parameter("oauth_callback")
	target, err := url.Parse(callback)
	switch {
	case s.accounts.signed(c, signed, "") != "":
		return couldNot(http.StatusUnauthorized, 32, "Could not authenticate you.", "sign with the API key and its secret, and with no token")
	case callback == "" || err != nil || callback != outOfBand && !s.redirectsTo(target):
		return couldNot(http.StatusForbidden, 415, "Callback URL not approved for this client application. Approved callback URLs can be adjusted in your application settings",
			"give oauth_callback: oob, an address of this machine, or one of WithRedirectURI where there is any")
	}
	token := s.accounts.secret.next("request")
	made := &requestToken{secret: s.accounts.secret.next("secret"), callback: callback, expires: c.now.Add(requestLives)}
	s.accounts.asked[token] = made
	return pairs(url.Values{"oauth_token": {token}, "oauth_token_secret": {made.secret}, "oauth_callback_confirmed": {"true"}})
}

// authorizeToken has the user agree: the sandbox's own, or who screen_name names.
func (s *Server) authorizeToken(c *call) answer {
	query := c.request.URL.Query()
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.accounts.asked[query.Get("oauth_token")]
	if asked == nil || c.now.After(asked.expires) {
		return couldNot(http.StatusUnauthorized, 89, "Invalid or expired token.", "POST /oauth/request_token gives a token to be authorized within five minutes")
	}
	asked.user = s.member(query.Get("screen_name")).ID
	if asked.callback == outOfBand {
		asked.verifier = strconv.Itoa(1_000_000 + len(s.accounts.asked))
		return answer{status: http.StatusOK, contentType: "text/html;charset=utf-8", body: []byte("<!DOCTYPE html>\n<title>Authorize</title><p>Your PIN: <code>" + asked.verifier + "</code></p>\n")}
	}
	asked.verifier = s.accounts.secret.next("verifier")
	target, _ := url.Parse(asked.callback)
	back := target.Query()
	back.Set("oauth_token", query.Get("oauth_token"))
	back.Set("oauth_verifier", asked.verifier)
	target.RawQuery = back.Encode()
	return answer{status: http.StatusFound, header: http.Header{"Location": {target.String()}}}
}

// accessToken gives an access token for a request token, once. It need not be signed, but what is signed is checked.
func (s *Server) accessToken(c *call) answer {
	signed, parameter := c.oauth1()
	token := parameter("oauth_token")
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.accounts.asked[token]
	switch {
	case asked == nil || c.now.After(asked.expires) || signed != nil && s.accounts.signed(c, signed, asked.secret) != "":
		return couldNot(http.StatusUnauthorized, 32, "Could not authenticate you.", "sign with the request token and its secret, within five minutes")
	case asked.verifier == "" || parameter("oauth_verifier") != asked.verifier:
		return couldNot(http.StatusUnauthorized, 32, "Error processing your OAuth request: Invalid oauth_verifier parameter",
			"GET /oauth/authorize?oauth_token= gives the oauth_verifier")
	}
	delete(s.accounts.asked, token)
	user := s.accounts.byID(asked.user)
	made := signingToken{secret: s.accounts.secret.next("secret"), user: user.ID}
	access := user.ID + "-" + strings.TrimPrefix(s.accounts.secret.next("signing"), "signing-")
	s.accounts.signing[access] = made
	return pairs(url.Values{"oauth_token": {access}, "oauth_token_secret": {made.secret}, "user_id": {user.ID}, "screen_name": {user.Username}})
}

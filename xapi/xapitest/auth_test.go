package xapitest_test

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func TestCallersAreHeldAgainstTheOperationsSchemesAndScopes(t *testing.T) {
	w := newWire(t)
	as := func(g xapitest.Grant) *wire { return w.as("Bearer " + w.srv.Issue(g).Access) }

	app := as(xapitest.Grant{AppOnly: true})
	refused := app.get("/2/users/me")
	require.Equal(t, http.StatusForbidden, refused.status)
	require.Equal(t, "https://api.twitter.com/2/problems/unsupported-authentication", refused.json(t, "type"))
	require.Equal(t, http.StatusOK, app.get("/2/tweets/1").status)

	reader := as(xapitest.Grant{Scopes: []string{"tweet.read", "users.read"}})
	require.Equal(t, http.StatusOK, reader.get("/2/users/me").status)
	noScope := reader.post("/2/media/upload/initialize", object{"media_type": "image/png", "total_bytes": 1})
	require.Equal(t, http.StatusForbidden, noScope.status)
	require.JSONEq(t, `{"title":"Forbidden","detail":"Forbidden","type":"about:blank","status":403}`, string(noScope.body))
	require.Empty(t, noScope.header.Get("X-Rate-Limit-Limit"))

	short := as(xapitest.Grant{Lifetime: time.Hour})
	require.Equal(t, http.StatusOK, short.get("/2/users/me").status)
	w.srv.Advance(time.Hour)
	require.Equal(t, http.StatusUnauthorized, short.get("/2/users/me").status)

	other := as(xapitest.Grant{Username: "somebody_else"})
	require.Equal(t, "somebody_else", other.get("/2/users/me").json(t, "data.username"))
	id := w.upload("image/png", "tweet_image", []byte("data"))
	stolen := other.post("/2/tweets", object{"text": "mine", "media": object{"media_ids": []string{id}}})
	require.Equal(t, "Your media IDs are invalid.", stolen.json(t, "errors.0.message"))
	started := w.post("/2/media/upload/initialize", object{
		"media_type": "image/png", "total_bytes": 4, "additional_owners": []any{other.get("/2/users/me").json(t, "data.id")},
	})
	shared := started.json(t, "data.id").(string)
	w.segment(shared, 0, []byte("data"))
	require.Equal(t, http.StatusOK, w.finalize(shared).status)
	lent := other.post("/2/tweets", object{"text": "ours", "media": object{"media_ids": []string{shared}}})
	require.Equal(t, http.StatusCreated, lent.status)
}

// signedRequest builds a request with the OAuth 1.0a header of the app's own access token.
func (w *wire) signedRequest(method, target, nonce string, at time.Time, change func(url.Values)) *http.Request {
	app := w.srv.App()
	return w.signedAs(method, target, nonce, at, url.Values{"oauth_token": {app.AccessToken}}, app.AccessTokenSecret, change)
}

// signedAs builds a request with an OAuth 1.0a header that has more parameters, signed with the secret of their token.
func (w *wire) signedAs(method, target, nonce string, at time.Time, more url.Values, secret string, change func(url.Values)) *http.Request {
	w.t.Helper()
	app := w.srv.App()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.srv.URL+target, nil)
	require.NoError(w.t, err)
	oauth := url.Values{
		"oauth_consumer_key": {app.APIKey}, "oauth_signature_method": {"HMAC-SHA1"}, "oauth_timestamp": {strconv.FormatInt(at.Unix(), 10)},
		"oauth_nonce": {nonce}, "oauth_version": {"1.0"},
	}
	for name, values := range more {
		oauth[name] = values
	}
	server := req.Clone(w.t.Context())
	server.Host = req.URL.Host
	oauth.Set("oauth_signature", xapitest.Sign(server, oauth, nil, app.APIKeySecret, secret))
	if change != nil {
		change(oauth)
	}
	var pairs []string
	for name := range oauth {
		pairs = append(pairs, name+`="`+url.QueryEscape(oauth.Get(name))+`"`)
	}
	req.Header.Set("Authorization", "OAuth "+strings.Join(pairs, ", "))
	return req
}

// TestAUserLogsInByOAuth1 goes the three steps of OAuth 1.0a, by a redirect and by a PIN.
func TestAUserLogsInByOAuth1(t *testing.T) {
	w := newWire(t)
	now, nonces := time.Now(), 0
	step := func(method, target string, more url.Values, secret string) (reply, url.Values) {
		nonces++
		got := w.send(w.signedAs(method, target, strconv.Itoa(nonces), now, more, secret, nil))
		said, _ := url.ParseQuery(string(got.body))
		return got, said
	}
	agree := func(token string) (reply, url.Values) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.srv.URL+"/oauth/authorize?screen_name=ada&oauth_token="+token, nil)
		require.NoError(t, err)
		resp, err := http.DefaultTransport.RoundTrip(req)
		require.NoError(t, err)
		defer func() { _ = resp.Body.Close() }()
		page, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		back, err := url.Parse(resp.Header.Get("Location"))
		require.NoError(t, err)
		return reply{resp.StatusCode, resp.Header, page}, back.Query()
	}
	refused, _ := step(http.MethodPost, "/oauth/request_token", url.Values{"oauth_callback": {"https://example.com/back"}}, "")
	require.Equal(t, http.StatusForbidden, refused.status)
	refused, _ = step(http.MethodPost, "/oauth/request_token", url.Values{"oauth_callback": {"oob"}}, "wrong")
	require.Equal(t, http.StatusUnauthorized, refused.status)
	require.EqualValues(t, 32, refused.json(t, "errors.0.code"))

	for _, callback := range []string{"http://127.0.0.1:9999/back?x=1", "oob"} {
		_, asked := step(http.MethodPost, "/oauth/request_token", url.Values{"oauth_callback": {callback}}, "")
		token := asked.Get("oauth_token")
		require.Equal(t, "true", asked.Get("oauth_callback_confirmed"))
		early, _ := step(http.MethodPost, "/oauth/access_token", url.Values{"oauth_token": {token}, "oauth_verifier": {""}}, asked.Get("oauth_token_secret"))
		require.Equal(t, http.StatusUnauthorized, early.status, "nobody has agreed yet")
		page, back := agree(token)
		verifier := back.Get("oauth_verifier")
		if callback == "oob" {
			verifier = regexp.MustCompile(`<code>(\d+)</code>`).FindStringSubmatch(string(page.body))[1]
		} else {
			require.Equal(t, http.StatusFound, page.status)
			require.Equal(t, "1", back.Get("x"))
		}
		// Some clients sign what stands in the header and in the query once, and some twice.
		login := url.Values{"oauth_token": {token}, "oauth_verifier": {verifier}}
		target := "/oauth/access_token"
		if callback == "oob" {
			target += "?" + login.Encode()
		}
		signed := w.signedAs(http.MethodPost, target, "login"+callback, now, login, asked.Get("oauth_token_secret"), nil)
		signed.URL.RawQuery = login.Encode()
		given, err := url.ParseQuery(string(w.send(signed).body))
		require.NoError(t, err)
		require.Equal(t, "ada", given.Get("screen_name"))
		access := url.Values{"oauth_token": {given.Get("oauth_token")}}
		me, _ := step(http.MethodGet, "/2/users/me", access, given.Get("oauth_token_secret"))
		require.Equal(t, given.Get("user_id"), me.json(t, "data.id"))
		again, _ := step(http.MethodPost, "/oauth/access_token", url.Values{"oauth_token": {token}, "oauth_verifier": {verifier}}, asked.Get("oauth_token_secret"))
		require.Equal(t, http.StatusUnauthorized, again.status, "once")
		wrong, _ := step(http.MethodGet, "/2/users/me", access, "wrong")
		require.Equal(t, http.StatusUnauthorized, wrong.status)
	}
	page, _ := agree("nonsense")
	require.Equal(t, http.StatusUnauthorized, page.status)
}

func TestSignaturesAreChecked(t *testing.T) {
	w := newWire(t)
	target := "/2/users/me?user.fields=" + url.QueryEscape("created_at,name")
	send := func(nonce string, at time.Time, change func(url.Values)) int {
		return w.send(w.signedRequest(http.MethodGet, target, nonce, at, change)).status
	}
	now := time.Now()
	require.Equal(t, http.StatusOK, send("a", now, nil))
	require.Equal(t, http.StatusUnauthorized, send("a", now, nil), "a nonce works once")
	require.Equal(t, http.StatusOK, send("b", now, nil))
	require.Equal(t, http.StatusUnauthorized, send("c", now.Add(-time.Hour), nil), "an old timestamp")
	require.Equal(t, http.StatusUnauthorized, send("d", now, func(v url.Values) { v.Set("oauth_signature", "x"+v.Get("oauth_signature")) }))
	require.Equal(t, http.StatusUnauthorized, send("e", now, func(v url.Values) { v.Set("oauth_consumer_key", "other") }))
	require.Equal(t, http.StatusUnauthorized, send("f", now, func(v url.Values) { v.Set("oauth_nonce", "g") }))
}

// TestSignatureOfTheRFC checks the signature against the example that RFC 5849 opens with.
func TestSignatureOfTheRFC(t *testing.T) {
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://photos.example.net/photos?file=vacation.jpg&size=original", nil)
	require.NoError(t, err)
	oauth := url.Values{
		"oauth_consumer_key": {"dpf43f3p2l4k3l03"}, "oauth_token": {"nnch734d00sl2jdk"}, "oauth_signature_method": {"HMAC-SHA1"},
		"oauth_timestamp": {"137131202"}, "oauth_nonce": {"chapoH"},
	}
	require.Equal(t, "MdpQcU8iPSUjWoN/UDMsK2sui9I=", xapitest.Sign(req, oauth, nil, "kd94hf93k423kf44", "pfkkdhi9sl3r4s00"))
}

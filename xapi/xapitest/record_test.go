package xapitest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func TestExchangesAreWrittenDownWithoutSecrets(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "on", "the", "way")
	l := newLogin(newWire(t, xapitest.WithRecorder(dir)))
	_, back := l.consent(nil)
	issued := l.exchange(back.Get("code"))
	w := l.as("Bearer " + issued.json(t, "access_token").(string))
	w.get("/2/users/me?user.fields=name")
	l.upload("image/png", "tweet_image", []byte("\xff\x00binary"))

	asked := w.send(w.signedAs(http.MethodPost, "/oauth/request_token", "a", time.Now(), url.Values{"oauth_callback": {"oob"}}, "", nil))
	require.Contains(t, string(asked.body), "oauth_token_secret=")
	pair, err := url.ParseQuery(string(asked.body))
	require.NoError(t, err)

	exchanges, err := xapitest.ReadExchanges(os.DirFS(dir), ".")
	require.NoError(t, err)
	require.Len(t, exchanges, 7)
	me := exchanges[2]
	require.Equal(t, "0003-getUsersMe", me.Name)
	require.Equal(t, "GET /2/users/me?user.fields=name 200", fmt.Sprint(me.Method, " ", me.Path, " ", me.Status))
	require.Equal(t, "REDACTED", me.Header.Get("Authorization"))
	require.JSONEq(t, `{"data":{"id":"2244994945","name":"Sandbox User","username":"sandbox_user"}}`, string(me.Answer))
	require.Contains(t, string(exchanges[1].Body), "code=REDACTED")
	require.Contains(t, string(exchanges[1].Answer), `"access_token":"REDACTED"`)
	require.Regexp(t, `^\(\d+ bytes\)$`, string(exchanges[4].Body))

	secrets := []string{back.Get("code"), l.secret, url.QueryEscape(l.verifier), w.authorization, l.authorization, pair.Get("oauth_token"), pair.Get("oauth_token_secret")}
	for _, token := range l.srv.Tokens() {
		secrets = append(secrets, token.Access, token.Refresh)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, secret := range secrets {
			if secret != "" {
				require.NotContains(t, string(raw), secret, file)
			}
		}
	}
}

// failures gathers what Replay reports.
type failures struct {
	*testing.T

	cleanups []func()
	said     []string
}

func (f *failures) Errorf(format string, args ...any) {
	f.said = append(f.said, fmt.Sprintf(format, args...))
}
func (f *failures) Cleanup(run func()) { f.cleanups = append(f.cleanups, run) }

func TestReplayAnswersAsRecordedAndNothingElse(t *testing.T) {
	e := xapitest.Exchange{Method: http.MethodGet, Path: "/2/tweets/1?b=2&a=1", Status: 520, AnswerHeader: http.Header{"X-A": {"b"}}, Answer: []byte("<p>")}
	unasked := xapitest.Exchange{Name: "unasked", Method: http.MethodGet, Path: "/2/tweets/2", Status: 200}
	f := &failures{T: t}
	w := &wire{t: t, base: xapitest.Replay(f, e, unasked)}
	got := w.get("/2/tweets/1?a=1&b=2")
	require.Equal(t, 520, got.status)
	require.Equal(t, "<p>", string(got.body))
	require.Equal(t, "b", got.header.Get("X-A"))
	require.Empty(t, f.said)
	require.Equal(t, http.StatusNotFound, w.get("/2/tweets/1?a=1&b=2").status)
	for _, run := range f.cleanups {
		run()
	}
	require.Len(t, f.said, 2)
	require.Contains(t, f.said[0], "asked for too often")
	require.Contains(t, f.said[1], "unasked")
}

func TestBrokenExchangesAreRefused(t *testing.T) {
	for _, raw := range []string{
		"", "-- request --\nGET /\n\n", "-- request --\nGET\n\n-- answer --\n200\n\n", "-- request --\nGET x\n\n-- answer --\n200\n\n",
		"-- request --\nGET /x\n\n-- answer --\n99\n\n", "-- request --\nGET /x\nno header\n\n-- answer --\n200\n\n",
	} {
		_, err := xapitest.ParseExchange([]byte(raw))
		require.ErrorContains(t, err, "exchange: ", raw)
	}
}

func TestAnExchangeIsReadWithoutTouchingItsText(t *testing.T) {
	text := "-- request --\nGET /x\n\n-- answer --\n200 OK\n\n{}\n"
	raw := []byte(text)
	_, err := xapitest.ParseExchange(raw)
	require.NoError(t, err)
	require.Equal(t, text, string(raw))
}

func FuzzParseExchange(f *testing.F) {
	f.Add([]byte("from somewhere\n-- request --\nPOST /2/tweets\nContent-Type: application/json\n\n{\"text\":\"x\"}\n-- answer --\n201 Created\n\n{}\n"))
	f.Add([]byte("-- request --\nGET /x\n\n-- answer --\n404\n\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		text := string(raw)
		e, err := xapitest.ParseExchange(raw)
		require.Equal(t, text, string(raw))
		if err != nil {
			return
		}
		again, err := xapitest.ParseExchange(e.Format())
		require.NoError(t, err, "%q", e.Format())
		require.Equal(t, e.Status, again.Status)
		require.Equal(t, e.Method+e.Path, again.Method+again.Path)
	})
}

package webhook_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/webhook"
	"github.com/xapi-go/xapi-go/xapi/webhook/webhooktest"
)

func challenge(t *testing.T, handler http.Handler, query string) *httptest.ResponseRecorder {
	t.Helper()
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/webhooks/x?"+query, nil))
	return answer
}

func TestChallengesAreAnsweredByTheSecretThatXExpects(t *testing.T) {
	signed := map[string]string{}
	for _, v := range vectors(t) {
		signed[v.secret.Reveal()+" "+string(v.message)] = v.signature
	}
	const token = "Y2hhbGxlbmdl-_="
	for name, c := range map[string]struct {
		secrets webhook.Secrets
		by      string
	}{
		"the client secret where there is one": {bothSecrets, "client-secret-one"},
		"the client secret alone":              {clientOnly, "client-secret-one"},
		"the consumer secret else":             {legacyOnly, "consumer-secret-one"},
		"the first of several":                 {webhook.Secrets{Client: []auth.Secret{client, auth.NewSecret("old")}}, "client-secret-one"},
	} {
		t.Run(name, func(t *testing.T) {
			handler, _ := recording(t, c.secrets)
			answer := challenge(t, handler, "crc_token="+url.QueryEscape(token)+"&nonce=n")
			require.Equal(t, http.StatusOK, answer.Code)
			require.Equal(t, "application/json", answer.Header().Get("Content-Type"))
			require.Equal(t, "no-store", answer.Header().Get("Cache-Control"))
			var said map[string]string
			require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &said))
			require.Equal(t, map[string]string{"response_token": signed[c.by+" "+token]}, said)
			webhooktest.New(t, handler, c.secrets).Challenge()
		})
	}
}

func TestNothingButAChallengeIsSigned(t *testing.T) {
	handler, _ := recording(t, bothSecrets)
	for name, query := range map[string]string{
		"none":              "",
		"empty":             "crc_token=",
		"two":               "crc_token=a&crc_token=b",
		"a payload":         "crc_token=" + url.QueryEscape(`{"for_user_id":"1","tweet_create_events":[{"id_str":"20"}]}`),
		"the least payload": "crc_token=" + url.QueryEscape(`{}`),
		"a list":            "crc_token=" + url.QueryEscape(`[]`),
		"a string":          "crc_token=" + url.QueryEscape(`"a"`),
		"a space":           "crc_token=a+b",
		"a line":            "crc_token=a%0a",
		"a byte":            "crc_token=%ff",
		"a broken escape":   "crc_token=a%2",
		"a semicolon":       "crc_token=a;b",
		"too much":          "crc_token=" + strings.Repeat("a", 257),
		"a form":            "token=a",
	} {
		t.Run(name, func(t *testing.T) {
			answer := challenge(t, handler, query)
			require.Equal(t, http.StatusBadRequest, answer.Code)
			require.Empty(t, answer.Body.String())
		})
	}
}

// TestAnAnswerToAChallengeSignsNoDelivery plays the answers back as deliveries: some tokens are JSON.
func TestAnAnswerToAChallengeSignsNoDelivery(t *testing.T) {
	for _, token := range []string{"1", "-12", "1e9", "true", "null", "token"} {
		handler, events := recording(t, bothSecrets)
		var said map[string]string
		require.NoError(t, json.Unmarshal(challenge(t, handler, "crc_token="+token).Body.Bytes(), &said))
		x := webhooktest.New(t, handler, webhook.Secrets{})
		r := x.Request([]byte(token))
		r.Header.Set(modern, said["response_token"])
		require.Equal(t, http.StatusBadRequest, x.Send(r).Code)
		require.Empty(t, events())
	}
}

// FuzzChallenge holds that whatever is signed is no JSON object.
func FuzzChallenge(f *testing.F) {
	for _, seed := range []string{"crc_token=Y2g=", "crc_token=%7B%7D", "crc_token=a&crc_token=b", "crc_token=1", "%zz"} {
		f.Add(seed)
	}
	handler, err := webhook.New(bothSecrets, webhook.Lines(io.Discard))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, query string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL.RawQuery = query
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, r)
		if answer.Code != http.StatusOK {
			require.Equal(t, http.StatusBadRequest, answer.Code)
			require.Empty(t, answer.Body.String())
			return
		}
		_, err := webhook.Parse([]byte(r.URL.Query().Get("crc_token")))
		require.Error(t, err)
	})
}

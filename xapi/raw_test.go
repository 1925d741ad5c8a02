package xapi_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
)

func TestRawHandsOverTheAnswerAsItCame(t *testing.T) {
	body := `{"data":{"id":"1","username":"x","name":"x","something_new":[1]}}`
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	defer server.Close()
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithAccessToken("token"))
	require.NoError(t, err)
	var raw []byte

	_, err = client.GetUsersMe(t.Context(), nil, xapi.WithRaw(&raw))
	require.NoError(t, err)
	require.Equal(t, body, string(raw))

	status, raw = http.StatusForbidden, nil
	_, err = client.GetUsersMe(t.Context(), nil, xapi.WithRaw(&raw))
	require.ErrorIs(t, err, xapi.ErrForbidden)
	require.Nil(t, raw)
}

func TestAStreamHandsOverEachDocumentAsItCame(t *testing.T) {
	documents := []string{`{"data":{"id":"1","text":"a","something_new":[1]}}`, `{"data":{"id":"2","text":"b","edit_history_tweet_ids":["2"]}}`}
	client, _ := scripted(t, []roundTripper{with(200, strings.Join(documents, "\r\n\r\n")+"\r\n"), with(403, "")}, xapi.WithBearerToken("b"))
	var raw []byte
	var seen []string
	for _, err := range client.StreamPosts(t.Context(), nil, xapi.WithRaw(&raw)) {
		require.NoError(t, err)
		if seen = append(seen, string(raw)); len(seen) == len(documents) {
			break
		}
	}
	require.Equal(t, documents, seen)
}

func TestAFieldIsReadByItsName(t *testing.T) {
	raw := []byte(`{"data":[{"id":"1","brand_new":{"deep":[10,20]}}],"meta":{"n":null}}`)
	number, ok := xapi.Field[int](raw, "data", "0", "brand_new", "deep", "1")
	require.True(t, ok)
	require.Equal(t, 20, number)
	text, ok := xapi.Field[json.RawMessage](raw, "data", "0", "brand_new")
	require.True(t, ok)
	require.JSONEq(t, `{"deep":[10,20]}`, string(text))
	whole, ok := xapi.Field[map[string]any](raw)
	require.True(t, ok)
	require.Len(t, whole, 2)
	for _, path := range [][]string{
		{"nothing"}, {"data", "1"}, {"data", "-1"}, {"data", "x"}, {"data", "0", "id", "x"}, {"data", "0", "brand_new", "deep", "nothing"}, {"data", "0", "id"},
	} {
		_, ok := xapi.Field[int](raw, path...)
		require.False(t, ok, path)
	}
	_, ok = xapi.Field[int]([]byte("no JSON"), "data")
	require.False(t, ok)
	_, ok = xapi.Field[int](nil)
	require.False(t, ok)
}

// TestWhatIsKeptIsTheCallersOwn makes sure that the memory of one answer does not become that of another.
func TestWhatIsKeptIsTheCallersOwn(t *testing.T) {
	first, second := `{"data":{"id":"1","username":"a","name":"a"}}`, `{"data":{"id":"2","username":"b","name":"b"}}`
	client, _ := scripted(t, []roundTripper{with(200, first), with(200, second)})
	var one, two []byte
	_, err := client.GetUsersMe(t.Context(), nil, xapi.WithRaw(&one))
	require.NoError(t, err)
	_, err = client.GetUsersMe(t.Context(), nil, xapi.WithRaw(&two))
	require.NoError(t, err)
	require.Equal(t, first, string(one))
	require.Equal(t, second, string(two))
}

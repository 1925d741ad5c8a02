package xapi_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
)

// serve starts a server below a base path, so that joining paths is really tested, and returns a client for it.
func serve(t *testing.T, handler http.HandlerFunc, opts ...xapi.ClientOption) *xapi.Client {
	t.Helper()
	server := httptest.NewServer(http.StripPrefix("/gateway", handler))
	t.Cleanup(server.Close)
	client, err := xapi.New(append([]xapi.ClientOption{
		xapi.WithBaseURL(server.URL + "/gateway"), xapi.WithAccessToken("token-of-a-user"),
	}, opts...)...)
	require.NoError(t, err)
	return client
}

func TestCallSendsWhatTheSpecSays(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		require.Equal(t, "POST /2/tweets", r.Method+" "+r.URL.Path)
		require.Equal(t, "Bearer token-of-a-user", r.Header.Get("Authorization"))
		require.JSONEq(t, `{"text": "hello"}`, string(body))
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"data": {"id": "1146654567674912769", "text": "hello", "edit_history_tweet_ids": ["1146654567674912769"]}}`)
	})
	text := "hello"
	posted, err := client.CreatePosts(t.Context(), xapi.PostDraft{Text: text})
	require.NoError(t, err)
	require.Equal(t, "1146654567674912769", posted.Data.ID)
}

func TestFinalizeSendsAnEmptyObject(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		require.Equal(t, "{}", string(body))
		require.Equal(t, "application/json", r.Header.Get("Content-Type"))
		_, _ = io.WriteString(w, `{"data": {"id": "1146654567674912769", "media_key": "7_1146654567674912769"}}`)
	})
	_, err := client.FinalizeMediaUpload(t.Context(), "1146654567674912769")
	require.NoError(t, err)
}

func TestUserAgentNamesTheSpec(t *testing.T) {
	var sent string
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		sent = r.UserAgent()
		_, _ = io.WriteString(w, `{"data": {"id": "2244994945", "name": "X", "username": "x"}}`)
	}, xapi.WithUserAgent("backup-bot/1.2"))
	_, err := client.GetUsersMe(t.Context(), nil)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(sent, "backup-bot/1.2 xapi-go/"+xapi.Version+" spec/"+xapi.SpecVersion), sent)
}

func TestStreamedBodyHasExactLengthAndIsClosed(t *testing.T) {
	const segment = "--b\r\nContent-Disposition: form-data; name=\"media\"\r\n\r\nabc\r\n--b--\r\n"
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		require.EqualValues(t, len(segment), r.ContentLength)
		w.WriteHeader(http.StatusNoContent)
	})
	source := &closeRecorder{Reader: strings.NewReader(segment)}
	body := xapi.NewBody(int64(len(segment)), func() (io.ReadCloser, error) { return source, nil })
	_, err := client.AppendMediaUploadForm(t.Context(), "1146654567674912769", "multipart/form-data; boundary=b", body)
	require.NoError(t, err)
	require.True(t, source.closed)
}

type closeRecorder struct {
	io.Reader
	closed bool
}

func (c *closeRecorder) Close() error { c.closed = true; return nil }

func TestCallersHTTPClientIsNotChanged(t *testing.T) {
	mine := &http.Client{}
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"data": {"id": "2244994945", "name": "X", "username": "x"}}`)
	}, xapi.WithHTTPClient(mine))
	_, err := client.GetUsersMe(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, http.Client{}, *mine)
}

func TestCancelledCallEndsWithTheContextsError(t *testing.T) {
	client := serve(t, func(http.ResponseWriter, *http.Request) {})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := client.GetUsersMe(ctx, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "getUsersMe")
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	for name, test := range map[string]struct {
		option xapi.ClientOption
		says   string
	}{
		"cleartext to another machine": {xapi.WithBaseURL("http://api.example.com"), "use https"},
		"cleartext to a lookalike":     {xapi.WithBaseURL("http://localhost.example.com"), "use https"},
		"cleartext to 127.0.0.1.evil":  {xapi.WithBaseURL("http://127.0.0.1.example.com"), "use https"},
		"relative base URL":            {xapi.WithBaseURL("/2"), "not an absolute"},
		"another scheme":               {xapi.WithBaseURL("ftp://api.x.com"), "not an absolute"},
		"credentials in the base URL":  {xapi.WithBaseURL("https://me:secret@api.x.com"), "carries user"},
		"empty token":                  {xapi.WithAccessToken(""), "empty"},
		"token with a line break":      {xapi.WithAccessToken("a\r\nX: y"), "white space"},
		"nil HTTP client":              {xapi.WithHTTPClient(nil), "nil"},
		"user agent with a line break": {xapi.WithUserAgent("a\nb"), "line break"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := xapi.New(test.option)
			require.ErrorContains(t, err, test.says)
			require.NotContains(t, err.Error(), "secret")
		})
	}
}

func TestNewReportsEveryMistakeAtOnce(t *testing.T) {
	_, err := xapi.New(xapi.WithBaseURL("/2"), xapi.WithAccessToken(""))
	require.ErrorContains(t, err, "base URL")
	require.ErrorContains(t, err, "WithAccessToken")
}

func TestLoopbackMayBeCleartext(t *testing.T) {
	for _, host := range []string{"localhost:8080", "127.0.0.1", "[::1]:9", "127.8.9.10:1"} {
		_, err := xapi.New(xapi.WithBaseURL((&url.URL{Scheme: "http", Host: host}).String()))
		require.NoError(t, err, host)
	}
}

func TestCleartextBeyondLoopbackMustBeInsistedOn(t *testing.T) {
	const sandbox = "http://sandbox:8080"
	_, err := xapi.New(xapi.WithBaseURL(sandbox))
	require.ErrorContains(t, err, "WithCleartextCredentials")
	for _, opts := range [][]xapi.ClientOption{
		{xapi.WithBaseURL(sandbox), xapi.WithCleartextCredentials()},
		{xapi.WithCleartextCredentials(), xapi.WithBaseURL(sandbox)},
	} {
		_, err := xapi.New(opts...)
		require.NoError(t, err)
	}
}

func TestNilOptionsAreIgnored(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"data":{"id":"1","name":"n","username":"u"}}`))
	}, nil)
	_, err := client.GetUsersMe(t.Context(), nil, nil)
	require.NoError(t, err)
}

package xapi_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/validate"
)

// sentRequest is a request as the transport got it.
type sentRequest struct {
	*http.Request
	body string
}

// recording is scripted with a record of what is sent.
func recording(t *testing.T, steps []roundTripper, opts ...xapi.ClientOption) (*xapi.Client, *[]sentRequest) {
	t.Helper()
	record := new([]sentRequest)
	client, _ := scripted(t, steps, append(opts, xapi.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
		return roundTripperKeepingBodies(func(req *http.Request) (*http.Response, error) {
			body := ""
			if req.GetBody != nil {
				again, err := req.GetBody()
				require.NoError(t, err)
				raw, err := io.ReadAll(again)
				require.NoError(t, err)
				body = string(raw)
			}
			resp, err := next.RoundTrip(req)
			if resp != nil {
				req = resp.Request // the one that was signed
			}
			*record = append(*record, sentRequest{Request: req, body: body})
			return resp, err
		})
	}))...)
	return client, record
}

type roundTripperKeepingBodies func(*http.Request) (*http.Response, error)

func (f roundTripperKeepingBodies) RoundTrip(req *http.Request) (*http.Response, error) {
	return f(req)
}

func TestDoSendsWhatNoContractHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, sent := recording(t, []roundTripper{reset, with(200, `{"data":{"tweet_id":"7"}}`), reset})
		var result struct{ Data map[string]string }
		err := client.Do(t.Context(), xapi.Request{
			Path: "/2/brand/new", Query: url.Values{"since": {"now"}}, Header: http.Header{"X-Beta": {"1"}},
		}, &result)
		require.NoError(t, err)
		require.Equal(t, "7", result.Data["tweet_id"], "an answer is decoded as it stands on the wire")
		require.Len(t, *sent, 2, "a GET is repeated")
		require.Equal(t, "https://api.x.com/2/brand/new?since=now", (*sent)[1].URL.String())
		require.Equal(t, "1", (*sent)[1].Header.Get("X-Beta"))
		require.Equal(t, "Bearer token-of-a-user", (*sent)[1].Header.Get("Authorization"))

		err = client.Do(t.Context(), xapi.Request{Method: "POST", Path: "/2/brand/new", Body: map[string]int{"a": 1}}, nil)
		var network *xapi.NetworkError
		require.ErrorAs(t, err, &network)
		require.True(t, network.MaybeSent, "a POST is not")
		require.Equal(t, `{"a":1}`, (*sent)[2].body)
		require.Equal(t, "application/json", (*sent)[2].Header.Get("Content-Type"))
	})
}

func TestDoKnowsTheOperationsOfTheContract(t *testing.T) {
	client, sent := recording(t, []roundTripper{with(201, `{"data":{"id":"1","text":"hi"}}`), with(200, `{"data":{"id":"2"}}`)})
	var answer json.RawMessage
	require.NoError(t, client.Do(t.Context(), xapi.Request{
		Method: "POST", Path: "/2/tweets", Body: map[string]any{"text": "hi", "glitter": true},
	}, &answer), "a field of today goes out")
	require.JSONEq(t, `{"text":"hi","glitter":true}`, (*sent)[0].body)
	require.JSONEq(t, `{"data":{"id":"1","text":"hi"}}`, string(answer))

	var refused *validate.RequestError
	err := client.Do(t.Context(), xapi.Request{Method: "POST", Path: "/2/tweets", Body: map[string]any{"text": 5}}, nil)
	require.ErrorAs(t, err, &refused, "what the contract knows is checked")
	require.Equal(t, "createPosts", refused.Operation)

	require.NoError(t, client.Do(t.Context(), xapi.Request{
		Path: "/2/tweets/2", Query: url.Values{"tweet.fields": {"shininess"}, "glitter": {"1"}},
	}, nil))
	require.Equal(t, "glitter=1&tweet.fields=shininess", (*sent)[1].URL.RawQuery)
}

func TestDoHandsAnAnswerOverUnread(t *testing.T) {
	client, _ := scripted(t, []roundTripper{with(200, "not JSON")})
	var body io.ReadCloser
	require.NoError(t, client.Do(t.Context(), xapi.Request{Path: "/2/brand/new"}, &body))
	raw, err := io.ReadAll(body)
	require.NoError(t, err)
	require.NoError(t, body.Close())
	require.Equal(t, "not JSON", string(raw))
}

func TestDoRefusesWhatLeadsElsewhere(t *testing.T) {
	client, sent := scripted(t, nil)
	for _, request := range []xapi.Request{
		{Path: "2/users/me"}, {Path: "/2/users/../../x"}, {Path: "/2/./x"}, {Path: "/2/users/me?a=b"}, {Path: "//evil.example/2"},
		{Path: "/2/users/me", URL: "https://api.x.com/2/users/me"}, {URL: "http://storage.example/x"}, {URL: "/2/users/me"},
		{URL: "https://someone@storage.example/x"}, {URL: "https://%zz"}, {Path: "/2/brand/new", Body: func() {}},
	} {
		require.Error(t, client.Do(t.Context(), request, nil), "%+v", request)
	}
	require.Zero(t, *sent)
}

func TestCredentialsGoAlongWithAnAddressOfTheAPIAlone(t *testing.T) {
	var asked []string
	listen := func() *httptest.Server {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			raw, _ := io.ReadAll(r.Body)
			asked = append(asked, r.Method+" "+r.URL.RequestURI()+" "+r.Header.Get("Authorization")+" "+string(raw))
			if strings.Contains(r.URL.Path, "broken") {
				w.WriteHeader(http.StatusForbidden)
				_, _ = io.WriteString(w, "no access by "+r.URL.String())
			}
		}))
		t.Cleanup(server.Close)
		return server
	}
	api, storage := listen(), listen()
	client, err := xapi.New(xapi.WithBaseURL(api.URL), xapi.WithAccessToken("token-of-a-user"), xapi.WithMaxAttempts(1))
	require.NoError(t, err)
	for _, server := range []*httptest.Server{api, storage} {
		var body io.ReadCloser
		require.NoError(t, client.Do(t.Context(), xapi.Request{
			Method: "PUT", URL: server.URL + "/up?sig=0123456789abcdef", Body: bytes.NewReader([]byte("ids")), ContentType: "text/plain",
		}, &body))
		require.NoError(t, body.Close())
	}
	require.Equal(t, []string{
		"PUT /up?sig=0123456789abcdef Bearer token-of-a-user ids", "PUT /up?sig=0123456789abcdef  ids",
	}, asked)
	err = client.Do(t.Context(), xapi.Request{URL: storage.URL + "/broken?sig=0123456789abcdef"}, nil)
	require.ErrorIs(t, err, xapi.ErrForbidden)
	var failed *xapi.Error
	require.ErrorAs(t, err, &failed)
	require.NotContains(t, err.Error()+string(failed.Body), "0123456789abcdef", "a signed address is a secret")
}

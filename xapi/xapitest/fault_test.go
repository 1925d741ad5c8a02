package xapitest_test

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func faulty(t *testing.T, rule string) *wire {
	t.Helper()
	faults, err := xapitest.ParseFaults([]byte(rule))
	require.NoError(t, err)
	return newWire(t, xapitest.WithFaults(faults...))
}

func (w *wire) statuses(n int) (got []int) {
	for range n {
		got = append(got, w.get("/2/users/me").status)
	}
	return got
}

func TestFaultsHitTheCallsTheyAreMeantFor(t *testing.T) {
	for rule, want := range map[string][]int{
		`{"do": {"status": 503}}`:                                                          {503, 503, 503, 503},
		`{"operation": "createPosts", "do": {"status": 503}}`:                              {200, 200, 200, 200},
		`{"operation": "getUsersMe", "when": {"nth": 2}, "do": {"status": 503}}`:           {200, 503, 200, 200},
		`{"when": {"every": 2}, "do": {"status": 503}}`:                                    {200, 503, 200, 503},
		`{"when": {"times": 1}, "do": {"status": 503}}`:                                    {503, 200, 200, 200},
		`{"when": {"probability": 1, "times": 2}, "do": {"status": 503}}`:                  {503, 503, 200, 200},
		`{"when": {"after_bytes": 1}, "do": {"status": 503}}`:                              {200, 200, 200, 200},
		`[{"when": {"nth": 1}, "do": {"answer": "unavailable"}}, {"do": {"status": 504}}]`: {503, 504, 504, 504},
	} {
		require.Equal(t, want, faulty(t, rule).statuses(4), rule)
	}
}

func TestProbabilityIsThatOfTheSeed(t *testing.T) {
	rule := `{"when": {"probability": 0.3}, "do": {"status": 503}}`
	first := faulty(t, rule).statuses(50)
	require.Equal(t, first, faulty(t, rule).statuses(50))
	hit := 0
	for _, status := range first {
		if status == http.StatusServiceUnavailable {
			hit++
		}
	}
	require.InDelta(t, 15, hit, 10)
}

// TestKnownErrorAnswers holds each answer to the status, and a part of the body, that X was seen to give.
func TestKnownErrorAnswers(t *testing.T) {
	want := map[string]struct {
		status int
		part   string
	}{
		"unauthorized": {401, `"type":"about:blank"`}, "forbidden": {403, `"detail":"Forbidden"`},
		"unsupported-authentication": {403, `problems/unsupported-authentication`}, "oauth1-permissions": {403, `problems/oauth1-permissions`},
		"client-forbidden": {403, `"required_enrollment"`}, "forbidden-v1": {403, `"code":453`}, "duplicate": {403, `duplicate content`},
		"credits": {402, `"title":"CreditsDepleted"`}, "credits-depleted": {402, `"detail":"credits depleted"`}, "not-found": {404, ``},
		"media-ids": {400, `Your media IDs are invalid.`}, "content-type": {400, `Requests with bodies must have content-type of application/json.`},
		"body-object": {400, `Request body must be a JSON object.`}, "too-large": {413, ``}, "headers-too-large": {431, ``},
		"too-many-requests": {429, `"title":"Too Many Requests"`}, "rate-limit-v1": {429, `"code":88`}, "usage-cap": {429, `"title":"UsageCapExceeded"`},
		"connection-limit": {429, `TooManyConnections`}, "internal": {500, `"about:blank"`}, "internal-strings": {500, `{"errors":["internal server error"]}`},
		"unavailable": {503, `"about:blank"`}, "html-520": {520, `<html>`}, "bare-code": {404, `{"code":34`}, "wrong-content-type": {500, `"status":500`},
	}
	for _, name := range xapitest.Answers() {
		require.NotZero(t, want[name].status, "%s is an answer that this table does not have", name)
		got := faulty(t, `{"do": {"answer": "`+name+`"}}`).get("/2/users/me")
		require.Equal(t, want[name].status, got.status, name)
		require.Contains(t, string(got.body), want[name].part, name)
		if want[name].part == "" {
			require.Empty(t, got.body, name)
		}
	}
	host := newWire(t, xapitest.WithProblemHost("api.x.com")).get("/2/tweets/abc")
	require.Equal(t, "https://api.x.com/2/problems/invalid-request", host.json(t, "type"))
}

func TestConnectionsAreBrokenOff(t *testing.T) {
	for rule, made := range map[string]int{
		`{"operation": "createPosts", "do": {"reset": "before"}}`:   0,
		`{"operation": "createPosts", "do": {"reset": "mid-body"}}`: 0,
		`{"operation": "createPosts", "do": {"reset": "after"}}`:    1,
		`{"operation": "createPosts", "do": {"cut": true}}`:         1,
	} {
		w := faulty(t, rule)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.srv.URL+"/2/tweets", strings.NewReader(`{"text":"once"}`))
		require.NoError(t, err)
		req.Header.Set("Authorization", w.authorization)
		req.Header.Set("Content-Type", "application/json")
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		resp, err := client.Do(req)
		if err == nil {
			require.Equal(t, http.StatusCreated, resp.StatusCode, rule)
			_, err = io.ReadAll(resp.Body)
			require.NoError(t, resp.Body.Close())
			require.ErrorIs(t, err, io.ErrUnexpectedEOF, rule)
		} else {
			require.Regexp(t, "EOF|reset|broken pipe", err.Error(), rule)
		}
		require.Len(t, w.srv.Posts(), made, rule)
	}
	require.ErrorIs(t, dialReset(t), syscall.ECONNRESET)
}

// dialReset returns the error of reading from a connection that the sandbox resets.
func dialReset(t *testing.T) error {
	t.Helper()
	w := faulty(t, `{"do": {"reset": "before"}}`)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(w.srv.URL, "http://"))
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	_, err = conn.Write([]byte("GET /2/users/me HTTP/1.1\r\nHost: sandbox\r\n\r\n"))
	require.NoError(t, err)
	_, err = io.ReadAll(conn)
	return err
}

func TestSegmentsAboveASizeAreRefused(t *testing.T) {
	w := faulty(t, `{"operation": "appendMediaUpload", "when": {"after_bytes": 100000}, "do": {"answer": "too-large"}}`)
	id := w.initialize("video/mp4", "tweet_video", 200_000)
	require.Equal(t, http.StatusRequestEntityTooLarge, w.segment(id, 0, make([]byte, 100_000)).status)
	require.Equal(t, http.StatusNoContent, w.segment(id, 0, make([]byte, 90_000)).status)
}

func TestMultipartAloneIsRefused(t *testing.T) {
	w := faulty(t, `{"operation": "appendMediaUpload", "when": {"content_type": "multipart/form-data"}, "do": {"answer": "content-type"}}`)
	id := w.initialize("video/mp4", "tweet_video", 4)
	refused := w.segment(id, 0, []byte("data"))
	require.Equal(t, "Requests with bodies must have content-type of application/json.", refused.json(t, "errors.0.message"))
	taken := w.post("/2/media/upload/"+id+"/append", object{"segment_index": 0, "media": "ZGF0YQ=="})
	require.Equal(t, http.StatusNoContent, taken.status)
}

func TestAnswersDrift(t *testing.T) {
	w := faulty(t, `{"do": {"set": {"data.surprise": 1, "data.username": "x", "meta.new.deep": true}, "remove": ["data.name"], "header": {"X-Extra": "y"}}}`)
	got := w.get("/2/users/me")
	require.JSONEq(t, `{"data":{"id":"2244994945","surprise":1,"username":"x"},"meta":{"new":{"deep":true}}}`, string(got.body))
	require.Equal(t, "y", got.header.Get("X-Extra"))
}

func TestDelayEndsWithTheClient(t *testing.T) {
	w := faulty(t, `{"do": {"delay": "1h"}}`)
	client := &http.Client{Timeout: 50 * time.Millisecond}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.srv.URL+"/2/users/me", nil)
	require.NoError(t, err)
	resp, err := client.Do(req)
	if resp != nil {
		require.NoError(t, resp.Body.Close())
	}
	require.Error(t, err)
}

func TestFaultsCanBeChangedOnTheWay(t *testing.T) {
	w := newWire(t)
	require.NoError(t, w.srv.SetFaults(xapitest.Fault{Do: xapitest.Do{Status: 500}}))
	require.Equal(t, []int{500}, w.statuses(1))
	require.NoError(t, w.srv.SetFaults())
	require.Equal(t, []int{200}, w.statuses(1))
}

func TestRulesThatMakeNoSenseAreRefused(t *testing.T) {
	for _, rule := range []string{
		`{"do": {"answer": "nonsense"}}`, `{"do": {"status": 99}}`, `{"do": {"reset": "never"}}`, `{"do": {"delay": "long"}}`,
		`{"when": {"probability": 2}, "do": {"status": 500}}`, `{"when": {"nth": -1}, "do": {}}`, `{"unknown": 1}`,
		`{"do": {"unknown": 1}}`, `[{"do": {}}] more`, `{`, `12`, ``,
	} {
		_, err := xapitest.ParseFaults([]byte(rule))
		require.Error(t, err, rule)
	}
	_, err := xapitest.Start(xapitest.WithFaults(xapitest.Fault{Do: xapitest.Do{Answer: "nonsense"}}))
	require.ErrorContains(t, err, "there is no answer")
}

func FuzzParseFaults(f *testing.F) {
	f.Add([]byte(`[{"operation":"createPosts","when":{"nth":1,"probability":0.5},"do":{"delay":"1s","set":{"a.b":null}}}]`))
	f.Add([]byte(`{"do":{"answer":"html-520"}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		faults, err := xapitest.ParseFaults(raw)
		if err != nil {
			return
		}
		written, err := json.Marshal(faults)
		require.NoError(t, err)
		again, err := xapitest.ParseFaults(written)
		require.NoError(t, err, "%s", written)
		require.Len(t, again, len(faults))
	})
}

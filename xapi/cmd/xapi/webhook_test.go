package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// TestWhatHappensInTheSandboxIsPrintedByAListener registers a listener with a sandbox, which challenges it and delivers.
func TestWhatHappensInTheSandboxIsPrintedByAListener(t *testing.T) {
	server := xapitest.New(t)
	file := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(file, []byte(server.App().ClientSecret+"\n"), 0o600))
	var out, errs lockedBuffer
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"webhook", "listen", "--addr", "127.0.0.1:0", "--client-secret-file", file}, console{
			in: strings.NewReader(""), out: &out, err: &errs, env: func(string) string { return "" },
		})
	}()
	var address string
	require.Eventually(t, func() bool {
		_, address, _ = strings.Cut(strings.TrimSpace(errs.String()), "listening at ")
		return address != ""
	}, 30*time.Second, time.Millisecond)
	ask := func(token, path, body string) map[string]any {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+path, strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer func() { _ = resp.Body.Close() }()
		var got map[string]any
		require.NoError(t, json.NewDecoder(resp.Body).Decode(&got))
		require.Less(t, resp.StatusCode, 300, got)
		return got
	}
	app := server.Issue(xapitest.Grant{AppOnly: true}).Access
	made := ask(app, "/2/webhooks", `{"url":"`+address+`"}`)
	if data, isObject := made["data"].(map[string]any); isObject { // some contracts have it there
		made = data
	}
	hook, _ := made["id"].(string)
	ask(server.Token(), "/2/account_activity/webhooks/"+hook+"/subscriptions/all", "{}")
	ask(server.Token(), "/2/tweets", `{"text":"hello, listener"}`)
	require.Eventually(t, func() bool { return strings.HasSuffix(out.String(), "\n") }, 30*time.Second, time.Millisecond)
	var line struct {
		Type string
		Body struct {
			Created []struct{ Text string } `json:"tweet_create_events"`
		}
	}
	require.NoError(t, json.Unmarshal([]byte(out.String()), &line), "one JSON document")
	require.Equal(t, "tweet_create_events", line.Type)
	require.Equal(t, "hello, listener", line.Body.Created[0].Text)
	cancel()
	<-ended
	require.NotContains(t, out.String()+errs.String(), server.App().ClientSecret)
	require.Equal(t, misuse, shell(t, nil, "", "webhook", "listen", "--client-secret-file", file+".missing").code)
}

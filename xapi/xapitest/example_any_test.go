package xapitest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// Programs in any language drive a sandbox over HTTP. This one does so in Go, for a sandbox that runs elsewhere.
func Example_anyLanguage() {
	sandbox, err := xapitest.Start() // another program: xapi sandbox
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = sandbox.Close() }()

	control := func(method, path string, body, answer any) {
		var text bytes.Buffer
		if body != nil {
			_ = json.NewEncoder(&text).Encode(body)
		}
		req, _ := http.NewRequest(method, sandbox.URL+"/sandbox/api"+path, &text)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			fmt.Println(err)
			return
		}
		defer func() { _ = resp.Body.Close() }()
		if resp.StatusCode >= http.StatusMultipleChoices {
			raw, _ := io.ReadAll(resp.Body)
			fmt.Printf("%s %s: %s", method, path, raw)
		}
		if answer != nil {
			_ = json.NewDecoder(resp.Body).Decode(answer)
		}
	}
	var token struct {
		Access string `json:"access_token"`
	}
	control("POST", "/tokens", map[string]any{"username": "ada", "scopes": []string{"tweet.read", "tweet.write", "users.read"}}, &token)
	control("POST", "/faults", map[string]any{
		"operation": "createPosts", "when": map[string]any{"times": 1}, "do": map[string]any{"answer": "unavailable"},
	}, nil)
	for range 2 {
		req, _ := http.NewRequest(http.MethodPost, sandbox.URL+"/2/tweets", bytes.NewReader([]byte(`{"text": "hello"}`)))
		req.Header.Set("Authorization", "Bearer "+token.Access)
		req.Header.Set("Content-Type", "application/json")
		if resp, err := http.DefaultClient.Do(req); err == nil {
			_ = resp.Body.Close()
		}
	}
	var sent struct {
		Requests []struct {
			Status int
			Wrong  string
		}
	}
	control("GET", "/requests?operation=createPosts&body="+url.QueryEscape(`{"text": "hello"}`), nil, &sent)
	for _, request := range sent.Requests {
		fmt.Println(request.Status, request.Wrong)
	}
	// Output:
	// 503 Service Unavailable
	// 201
}

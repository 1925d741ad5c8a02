package xapi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"github.com/xapi-go/xapi-go/xapi"
)

// exampleServer answers every call alike.
func exampleServer(status int, body string, headers http.Header) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range headers {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
}

// OpenTelemetry sees every attempt of every call as a span of its own.
func ExampleWithMiddleware() {
	server := exampleServer(200, `{"data":{"id":"2244994945","name":"X Developers","username":"XDevelopers"}}`, nil)
	defer server.Close()

	client, err := xapi.New(
		xapi.WithBaseURL(server.URL), xapi.WithAccessToken("the-token"),
		xapi.WithMiddleware(func(next http.RoundTripper) http.RoundTripper { return otelhttp.NewTransport(next) }),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	user, err := client.GetUsersMe(context.Background(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(user.Data.Username)
	// Output: XDevelopers
}

func ExampleError() {
	server := exampleServer(400, `{"title":"Invalid Request","detail":"One or more parameters to your request was invalid.",
		"type":"https://api.x.com/2/problems/invalid-request",
		"errors":[{"message":"Your media IDs are invalid.","parameters":{"media.media_ids":["[1146654567674912769]"]}}]}`, nil)
	defer server.Close()
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithAccessToken("the-token"))
	if err != nil {
		fmt.Println(err)
		return
	}

	text := "hello"
	_, err = client.CreatePosts(context.Background(), xapi.PostDraft{Text: text})
	fmt.Println(errors.Is(err, xapi.ErrInvalidRequest))

	var failed *xapi.Error
	if errors.As(err, &failed) {
		fmt.Println(failed.Status, failed.Messages[0].Text)
	}
	var invalid *xapi.InvalidRequestProblem
	if errors.As(err, &invalid) {
		fmt.Println(invalid.Errors[0].Parameters)
	}
	// Output:
	// true
	// 400 Your media IDs are invalid.
	// map[media.media_ids:[[1146654567674912769]]]
}

func ExampleRateLimitError() {
	server := exampleServer(429, `{"title":"Too Many Requests","type":"about:blank","status":429}`, http.Header{
		"X-Rate-Limit-Limit": {"100"}, "X-Rate-Limit-Remaining": {"0"},
		"X-Rate-Limit-Reset": {strconv.FormatInt(time.Now().Add(10*time.Minute).Unix(), 10)},
	})
	defer server.Close()
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithAccessToken("the-token"))
	if err != nil {
		fmt.Println(err)
		return
	}

	_, err = client.GetUsersMe(context.Background(), nil)
	var limited *xapi.RateLimitError
	if errors.As(err, &limited) {
		wait := time.Until(limited.RetryAt)
		fmt.Println(limited.RateLimit.FifteenMinutes.Limit, "calls, again in", wait.Round(time.Minute))
	}
	fmt.Println(client.RateLimit("getUsersMe").FifteenMinutes.Remaining)
	// Output:
	// 100 calls, again in 10m0s
	// 0
}

func ExamplePartialErrors() {
	server := exampleServer(200, `{"data":[{"media_key":"3_1","type":"photo"}],"errors":[{"title":"Not Found Error",
		"detail":"Could not find media with media_keys: [3_2].","type":"https://api.x.com/2/problems/resource-not-found"}]}`, nil)
	defer server.Close()
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithAccessToken("the-token"))
	if err != nil {
		fmt.Println(err)
		return
	}

	found, err := client.GetMediaByMediaKeys(context.Background(), &xapi.GetMediaByMediaKeysParams{MediaKeys: []string{"3_1", "3_2"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(found.Data), "found")
	for _, missing := range xapi.PartialErrors(found.Errors) {
		fmt.Println(missing, errors.Is(missing, xapi.ErrNotFound))
	}
	// Output:
	// 1 found
	// Not Found Error: Could not find media with media_keys: [3_2]. true
}

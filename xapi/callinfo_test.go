package xapi_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"github.com/xapi-go/xapi-go/xapi"
)

func TestAMiddlewareLearnsOperationAndAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []xapi.CallInfo
		client, _ := scripted(t, []roundTripper{reset, with(401, ""), me}, xapi.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
			return roundTripper(func(req *http.Request) (*http.Response, error) {
				info, ok := xapi.CallInfoFrom(req.Context())
				require.True(t, ok)
				told = append(told, info)
				return next.RoundTrip(req)
			})
		}))
		_, _ = client.GetUsersByID(t.Context(), "7", nil)
		require.Equal(t, []xapi.CallInfo{
			{Operation: xapi.OpGetUsersByID, Route: "/2/users/{id}", Attempt: 1}, {Operation: xapi.OpGetUsersByID, Route: "/2/users/{id}", Attempt: 2},
		}, told)
		_, ok := xapi.CallInfoFrom(t.Context())
		require.False(t, ok)
	})
}

// Spans of OpenTelemetry are named after the operation, and carry the number of the attempt.
func ExampleCallInfoFrom() {
	server := exampleServer(200, `{"data":{"id":"2244994945","name":"X Developers","username":"XDevelopers"}}`, nil)
	defer server.Close()

	name := func(_ string, req *http.Request) string {
		info, ok := xapi.CallInfoFrom(req.Context())
		if !ok {
			return "x api token"
		}
		span := fmt.Sprintf("%s attempt %d", info.Operation, info.Attempt)
		fmt.Println(span)
		return span
	}
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithAccessToken("the-token"),
		xapi.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
			return otelhttp.NewTransport(next, otelhttp.WithSpanNameFormatter(name))
		}))
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err = client.GetUsersMe(context.Background(), nil); err != nil {
		fmt.Println(err)
	}
	// Output: getUsersMe attempt 1
}

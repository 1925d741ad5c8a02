package xapi_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/auth"
)

// echo is the worst of servers: it says back every secret that it is sent, wherever an answer has room for it.
func echo(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		said := r.Header.Get("Authorization")
		if _, password, ok := r.BasicAuth(); ok {
			said = password
		}
		body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<10))
		if form, err := url.ParseQuery(string(body)); err == nil {
			said += " " + form.Get("refresh_token")
		}
		plain := strings.TrimPrefix(said, "Bearer ")
		w.Header().Set("X-Transaction-Id", plain)
		w.Header().Set("X-Rate-Limit-Reset", plain)
		w.Header().Set("Retry-After", plain)
		w.Header().Set("Location", "/2/users/me?access_token="+url.QueryEscape(plain))
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]any{
			"title": "t " + said, "detail": plain, "type": "about:" + plain, "error": plain, "error_description": "d " + plain,
			"errors": []map[string]any{{"message": plain, "code": 88, "parameters": map[string]any{plain: []string{plain}}}},
		})
	}
}

// spilling fails with an error that has the request in it.
type spilling struct{}

func (spilling) RoundTrip(req *http.Request) (*http.Response, error) {
	return nil, fmt.Errorf("proxy: cannot forward %v: %w", req.Header, io.ErrUnexpectedEOF)
}

// syncBuffer collects output of several goroutines.
type syncBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func TestNoSecretIsPrintedAtAnyLevel(t *testing.T) {
	credentials := map[string]func(base string) xapi.ClientOption{
		"access token": func(string) xapi.ClientOption { return xapi.WithAccessToken("canary-access") },
		"bearer token": func(string) xapi.ClientOption { return xapi.WithBearerToken("canary-bearer") },
		"app":          func(string) xapi.ClientOption { return xapi.WithClientCredentials("canary-key", "canary-key-secret") },
		"OAuth 1.0a": func(string) xapi.ClientOption {
			return xapi.WithOAuth1(auth.OAuth1{
				ConsumerKey: auth.NewSecret("canary-key"), ConsumerSecret: auth.NewSecret("canary-key-secret"),
				Token: auth.NewSecret("canary-token"), TokenSecret: auth.NewSecret("canary-token-secret"),
			})
		},
		"login": func(base string) xapi.ClientOption {
			endpoint := auth.Endpoint{TokenURL: base + "/2/oauth2/token"}
			store := new(auth.MemoryStore)
			require.NoError(t, store.Save(t.Context(), &auth.Record{
				ClientID: "app", Confidential: true, TokenURL: endpoint.TokenURL,
				Token: auth.Token{Access: auth.NewSecret("canary-stale"), Refresh: auth.NewSecret("canary-refresh")},
			}, nil))
			return xapi.WithLogin(auth.NewSession(auth.OAuth2{
				ClientID: "app", ClientSecret: auth.NewSecret("canary-client-secret"), Endpoint: endpoint,
			}, store))
		},
	}
	servers := map[string]http.Handler{"the network": nil}
	for _, status := range []int{200, 302, 307, 400, 401, 403, 404, 429, 500, 503} {
		servers[fmt.Sprint("status ", status)] = echo(status)
	}
	for scheme, option := range credentials {
		for fails, handler := range servers {
			t.Run(scheme+" "+fails, func(t *testing.T) {
				out := new(syncBuffer)
				logger := slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug - 100, AddSource: true}))
				options := []xapi.ClientOption{xapi.WithLogger(logger), xapi.WithMaxAttempts(1), xapi.WithRateLimitWait(0)}
				server := httptest.NewServer(handler)
				defer server.Close()
				if handler == nil {
					options = append(options, xapi.WithHTTPClient(&http.Client{Transport: spilling{}}))
				}
				client, err := xapi.New(append(options, xapi.WithBaseURL(server.URL), option(server.URL))...)
				require.NoError(t, err)
				_, err = client.GetMediaByMediaKey(t.Context(), "3_1", nil)
				require.Error(t, err)
				logger.Error("the call failed", "err", err, "verbose", fmt.Sprintf("%v %+v %#v", err, err, client))
				var answer *xapi.Error
				if errors.As(err, &answer) {
					fmt.Fprintf(out, "%+v %s", *answer, answer.Body)
				}
				for each := err; each != nil; each = errors.Unwrap(each) {
					fmt.Fprintf(out, "%T %v %+v", each, each, each)
				}
				require.NotContains(t, out.String(), "canary")
			})
		}
	}
}

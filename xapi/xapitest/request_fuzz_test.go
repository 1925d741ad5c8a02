package xapitest_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// FuzzRequest sends requests of any kind to one sandbox, which must answer each: with JSON or with nothing, with no
// breakdown of its own, and with headers that a client can read.
func FuzzRequest(f *testing.F) {
	for row := range gen.Operations() {
		path := strings.NewReplacer("{", "", "}", "").Replace(row.Path)
		f.Add(row.Method, path+"?max_results=10", "application/json", `{"text":"a","tweet_id":"1"}`, uint8(len(row.ID)))
	}
	f.Add("POST", "/2/tweets", "application/json", `{"text":["a",{"b":1}],"media":{"media_ids":"1"},"id":1}`, uint8(0))
	f.Add("POST", "/2/tweets/search/stream/rules", "application/json", `{"add":[{"value":"(((a OR -b"}]}`, uint8(1))
	f.Add("GET", "/2/tweets/search/recent?query=a%20point_radius:[1%202%203km]&end_time=x&pagination_token=n", "", "", uint8(1))
	f.Add("POST", "/2/media/upload", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"media\"\r\n\r\nx\r\n--b--", uint8(0))
	f.Add("GET", "/2/users/\x1b/\u0085?\n=\r", "text/\xff", "\x00", uint8(2))
	srv := xapitest.New(f, xapitest.WithoutRateLimits(), xapitest.WithMaxSegment(1<<10))
	credentials := []string{
		"Bearer " + srv.Token(), "Bearer " + srv.Issue(xapitest.Grant{AppOnly: true}).Access, "", "Basic YTpi",
		`OAuth oauth_consumer_key="` + srv.App().APIKey + `"`,
	}
	f.Fuzz(func(t *testing.T, method, target, contentType, body string, who uint8) {
		address, err := url.ParseRequestURI(target)
		if err != nil || address.Host != "" || strings.HasPrefix(address.Path, "/sandbox") || strings.HasPrefix(address.Path, "/2/webhooks") {
			return // what switches faults on, and what calls addresses of this machine
		}
		// A stream ends when nobody reads it.
		ctx, stop := context.WithCancel(t.Context())
		stop()
		req, err := http.NewRequestWithContext(ctx, method, "http://127.0.0.1"+target, strings.NewReader(body))
		if err != nil {
			return
		}
		req.Header.Set("Content-Type", contentType)
		req.Header.Set("Authorization", credentials[int(who)%len(credentials)])
		got := httptest.NewRecorder()
		srv.ServeHTTP(got, req)
		if got.Code >= http.StatusInternalServerError {
			require.Contains(t, target, "/2/media/metadata", "%d: %s", got.Code, got.Body)
		}
		for name, values := range got.Header() {
			for _, value := range values {
				require.Negative(t, strings.IndexFunc(value, unicode.IsControl), "%s: %q", name, value)
			}
		}
		if strings.Contains(got.Header().Get("Content-Type"), "json") && got.Code >= http.StatusBadRequest {
			require.True(t, json.Valid(got.Body.Bytes()), "%s", got.Body)
		}
	})
}

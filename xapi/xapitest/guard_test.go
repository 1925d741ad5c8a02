package xapitest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// browser sends a request as a browser does: with the host that the page believes in, and where the page is from.
func (w *wire) browser(method, path, host string, header map[string]string) reply {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.target()+path, strings.NewReader("{}"))
	require.NoError(w.t, err)
	if host != "" {
		req.Host = host
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	client := w.srv.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := client.Do(req)
	require.NoError(w.t, err)
	require.NoError(w.t, resp.Body.Close())
	return reply{status: resp.StatusCode, header: resp.Header}
}

func TestPagesOfOtherOriginsCannotDriveTheSandbox(t *testing.T) {
	w := newWire(t, xapitest.WithHosts("sandbox.internal"))
	own := w.srv.URL
	for _, ask := range []struct {
		why, method, path, host string
		header                  map[string]string
		status                  int
	}{
		{"a program", "POST", "/sandbox/api/reset", "", nil, 204},
		{"the page itself", "POST", "/sandbox/api/reset", "", map[string]string{"Origin": own, "Sec-Fetch-Site": "same-origin"}, 204},
		{"localhost", "GET", "/sandbox/api/health", "localhost:1", nil, 200},
		{"below localhost", "GET", "/sandbox/api/health", "x.localhost", nil, 200},
		{"an address of version 6", "GET", "/sandbox/api/health", "[::1]:1", nil, 200},
		{"a name of the API", "GET", "/sandbox/api/health", "api.x.com", nil, 200},
		{"a name of ours", "GET", "/sandbox/api/health", "Sandbox.internal:8080", nil, 200},
		{"a container", "GET", "/sandbox/api/health", "sandbox:8080", nil, 200},
		{"a name that is led here", "GET", "/sandbox/api/state", "evil.example", nil, 421},
		{"the page by such a name", "GET", "/sandbox/", "evil.example:80", nil, 421},
		{"the API by such a name", "GET", "/2/users/me", "evil.example", nil, 421},
		{"the API by its own", "GET", "/2/users/me", "api.x.com", nil, 401},
		{"a form of another page", "POST", "/sandbox/api/reset", "", map[string]string{"Origin": "https://evil.example"}, 403},
		{"a page without an origin", "POST", "/sandbox/api/reset", "", map[string]string{"Origin": "null"}, 403},
		{"another port", "POST", "/sandbox/api/reset", "", map[string]string{"Origin": "http://127.0.0.1:3000"}, 403},
		{"another scheme", "POST", "/sandbox/api/reset", "", map[string]string{"Origin": strings.Replace(own, "http", "https", 1)}, 403},
		{"a picture of another page", "GET", "/sandbox/api/media/1/content", "", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, 403},
		{"a frame of another page", "GET", "/sandbox/", "", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, 403},
		{"a link", "GET", "/sandbox/", "", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200},
		{"somebody who types", "GET", "/sandbox/", "", map[string]string{"Sec-Fetch-Site": "none"}, 200},
		{"a question beforehand", "OPTIONS", "/sandbox/api/reset", "", map[string]string{"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}, 403},
	} {
		resp := w.browser(ask.method, ask.path, ask.host, ask.header)
		require.Equal(t, ask.status, resp.status, ask.why)
		require.Empty(t, resp.header.Get("Access-Control-Allow-Origin"), ask.why)
	}
	require.Equal(t, "/sandbox/", w.browser("GET", "/sandbox", "", nil).header.Get("Location"))
	require.Equal(t, 405, w.browser("POST", "/sandbox/", "", nil).status)
}

func TestOtherOriginsAreAllowedWhereAskedFor(t *testing.T) {
	const page = "http://localhost:3000"
	w := newWire(t, xapitest.WithCORS(page), xapitest.WithFaults(xapitest.Fault{Do: xapitest.Do{Status: 503}}))
	before := w.browser("OPTIONS", "/2/tweets", "", map[string]string{
		"Origin": page, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type",
		"Access-Control-Request-Private-Network": "true",
	})
	require.Equal(t, 204, before.status)
	require.Equal(t, page, before.header.Get("Access-Control-Allow-Origin"))
	require.Equal(t, "authorization,content-type", before.header.Get("Access-Control-Allow-Headers"))
	require.Equal(t, "true", before.header.Get("Access-Control-Allow-Private-Network"))
	require.Empty(t, w.srv.Requests(), "the question is the browser's own")

	got := w.browser("GET", "/2/users/me", "", map[string]string{"Origin": page})
	require.Equal(t, 503, got.status, "faults can be seen too")
	require.Equal(t, page, got.header.Get("Access-Control-Allow-Origin"))
	require.Equal(t, "*", got.header.Get("Access-Control-Expose-Headers"))
	require.Equal(t, 204, w.browser("POST", "/sandbox/api/reset", "", map[string]string{"Origin": page, "Sec-Fetch-Site": "same-site"}).status)
	require.Equal(t, 403, w.browser("POST", "/sandbox/api/reset", "", map[string]string{"Origin": "http://localhost:3001"}).status)
	require.Empty(t, w.browser("GET", "/2/users/me", "", map[string]string{"Origin": "http://localhost:3001"}).header.Get("Access-Control-Allow-Origin"))

	open := newWire(t, xapitest.WithCORS("*"))
	require.Equal(t, 204, open.browser("POST", "/sandbox/api/reset", "", map[string]string{"Origin": "https://any.example"}).status)
	for _, wrong := range []string{"localhost", "http://localhost/path", "://x"} {
		_, err := xapitest.Start(xapitest.WithCORS(wrong))
		require.ErrorContains(t, err, "origin", wrong)
	}
	for _, wrong := range []string{"", "http://sandbox", "sandbox:80"} {
		_, err := xapitest.Start(xapitest.WithHosts(wrong))
		require.Error(t, err, wrong)
	}
}

func TestThePageIsStrictAboutWhatItLoads(t *testing.T) {
	w := newWire(t)
	got := w.as("").get("/sandbox/")
	require.Equal(t, http.StatusOK, got.status)
	policy := got.header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} {
		require.Contains(t, policy, part)
	}
	require.NotContains(t, policy, "unsafe")
	require.Equal(t, "nosniff", got.header.Get("X-Content-Type-Options"))
}

package testnet

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
)

// Proxy starts an HTTP proxy for CONNECT. answer is asked what to answer to the request with that number, from 1:
// 200 connects to the target, -1 closes the connection without a word, and anything else refuses. It returns the
// address of the proxy, with a password that nobody should see.
func Proxy(t testing.TB, answer func(number int) int) *url.URL {
	t.Helper()
	var number atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch status := answer(int(number.Add(1))); {
		case status == -1:
			panic(http.ErrAbortHandler)
		case status != http.StatusOK || r.Method != http.MethodConnect:
			w.WriteHeader(status)
		default:
			tunnel(r.Context(), w, r.Host)
		}
	}))
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	address.User = url.UserPassword("me", "password-of-the-proxy")
	return address
}

// tunnel connects the client of w to target, until either ends.
func tunnel(ctx context.Context, w http.ResponseWriter, target string) {
	server, err := to(target)(ctx, "tcp", "")
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer func() { _ = server.Close() }()
	client, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = client.Close() }()
	_, _ = io.WriteString(client, "HTTP/1.1 200 Connected\r\n\r\n")
	var up sync.WaitGroup
	up.Go(func() {
		_, _ = io.Copy(server, buffered)
		_ = server.Close()
	})
	_, _ = io.Copy(client, server)
	_ = client.Close()
	up.Wait()
}

package testnet

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

// Protocol is what a server speaks, always over TLS.
type Protocol string

// The protocols.
const (
	HTTP1 Protocol = "HTTP/1.1"
	HTTP2 Protocol = "HTTP/2"
)

// Protocols are all of them, for tests that hold over each.
var Protocols = []Protocol{HTTP1, HTTP2}

// Serve starts a server of handler that speaks protocol. It is closed with the test, whatever is still open.
func Serve(t testing.TB, protocol Protocol, handler http.Handler) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.EnableHTTP2 = protocol == HTTP2
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server
}

// Transport returns a transport that trusts the server and reaches it at address, through a link say. It speaks HTTP/2
// where the server does.
func Transport(t testing.TB, server *httptest.Server, address string) *http.Transport {
	t.Helper()
	return Trusting(t, server.Certificate(), address)
}

// Trusting returns a transport that trusts certificate, issued for example.com, and reaches every server at address.
func Trusting(t testing.TB, certificate *x509.Certificate, address string) *http.Transport {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	transport := &http.Transport{
		ForceAttemptHTTP2: true,
		TLSClientConfig:   &tls.Config{RootCAs: roots, ServerName: "example.com", MinVersion: tls.VersionTLS12},
	}
	if address != "" {
		transport.DialContext = to(address)
	}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// listen returns a listener on a free loopback port that is closed with the test.
func listen(t testing.TB) net.Listener {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	return listener
}

package transport_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/internal/testnet"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

func TestTransportsGetPings(t *testing.T) {
	small, large := transport.Tuned(&http.Transport{}, false), transport.Tuned(&http.Transport{}, true)
	require.Less(t, small.HTTP2.SendPingTimeout+small.HTTP2.PingTimeout, transport.DefaultPolicy.IdleTimeout)
	require.Equal(t, transport.PingAfter, small.HTTP2.SendPingTimeout)
	require.Equal(t, transport.PingWithin, small.HTTP2.PingTimeout)
	require.Equal(t, transport.BulkPingWithin, large.HTTP2.PingTimeout, "a ping waits behind what lies in buffers")

	own := &http.Transport{HTTP2: &http.HTTP2Config{SendPingTimeout: time.Hour, PingTimeout: time.Minute}, IdleConnTimeout: time.Second}
	tuned := transport.Tuned(own, true)
	require.Equal(t, *own.HTTP2, *tuned.HTTP2, "what the caller says is kept")
	require.Equal(t, time.Second, tuned.IdleConnTimeout)
}

// TestCopiesSpeakWhatTheirTransportSpeaks includes transports that have been in use, which net/http changes in a way that
// a plain copy does not survive.
func TestCopiesSpeakWhatTheirTransportSpeaks(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	used := &http.Transport{}
	defer used.CloseIdleConnections()
	resp, err := (&http.Client{Transport: used}).Get(plain.URL)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	var http1, http2 http.Protocols
	http1.SetHTTP1(true)
	http2.SetHTTP2(true)
	for name, test := range map[string]struct {
		transport *http.Transport
		proto     string
	}{
		"as it is":                    {&http.Transport{}, "HTTP/2.0"},
		"as it is, used":              {used, "HTTP/2.0"},
		"with a configuration of TLS": {&http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}, "HTTP/1.1"},
		"the same, but told to":       {&http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true}, "HTTP/2.0"},
		"without HTTP/2, the old way": {&http.Transport{TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{}}, "HTTP/1.1"},
		"without HTTP/2, the new way": {&http.Transport{Protocols: &http1}, "HTTP/1.1"},
		"without HTTP/1.1":            {&http.Transport{Protocols: &http2}, "HTTP/2.0"},
		"with another HTTP/2":         {&http.Transport{TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{"h2": nil}}, "HTTP/2.0"},
	} {
		t.Run(name, func(t *testing.T) {
			server := testnet.Serve(t, testnet.HTTP2, http.NotFoundHandler())
			tuned := transport.Tuned(test.transport, false)
			defer tuned.CloseIdleConnections()
			if tuned.TLSClientConfig == nil {
				tuned.TLSClientConfig = new(tls.Config)
			}
			tuned.TLSClientConfig.RootCAs = testnet.Transport(t, server, "").TLSClientConfig.RootCAs
			resp, err := (&http.Client{Transport: tuned}).Get(server.URL)
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			require.Equal(t, test.proto, resp.Proto)
		})
	}
}

func TestClientsOfOneTransportShareItsConnections(t *testing.T) {
	mine := &http.Transport{}
	lanes := transport.NewLanes(mine)
	require.Same(t, lanes, transport.NewLanes(mine))
	require.NotSame(t, lanes, transport.NewLanes(&http.Transport{}))
	require.Same(t, transport.NewLanes(nil), transport.NewLanes(http.DefaultTransport))
}

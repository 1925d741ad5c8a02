package media_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/testnet"
	"github.com/xapi-go/xapi-go/xapi/media"
)

// distant starts a server that takes uploads at a real round trip of 50 ms, and returns it with where to reach it.
func distant(tb testing.TB, protocol testnet.Protocol) (*httptest.Server, string) {
	server := testnet.Serve(tb, protocol, sink(0))
	link := (&testnet.Link{Delay: 25 * time.Millisecond}).Open(tb, server.Listener.Addr().String())
	return server, link.Addr()
}

// exclusive gives each request a transport of its own: as many connections as there are of them.
type exclusive chan http.RoundTripper

func (e exclusive) RoundTrip(req *http.Request) (*http.Response, error) {
	transport := <-e
	defer func() { e <- transport }()
	return transport.RoundTrip(req)
}

// BenchmarkUploadFromAfar compares an upload of 256 MiB over TLS and a real round trip with the same segments sent by
// net/http alone over as many connections, and over one.
func BenchmarkUploadFromAfar(b *testing.B) {
	path := benchFile(b)
	for _, protocol := range testnet.Protocols {
		server, address := distant(b, protocol)
		client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithAccessToken("token"),
			xapi.WithHTTPClient(&http.Client{Transport: testnet.Transport(b, server, address)}))
		require.NoError(b, err)
		b.Cleanup(client.CloseIdleConnections)
		uploads := media.New(client)
		b.Run(fmt.Sprintf("%s/client=xapi", protocol), func(b *testing.B) {
			b.SetBytes(benchBytes)
			for b.Loop() {
				_, err := uploads.Upload(b.Context(), media.File(path), media.WithType("video/mp4"))
				require.NoError(b, err)
			}
		})
		for _, connections := range []int{media.DefaultConcurrency, 1} {
			b.Run(fmt.Sprintf("%s/client=net-http/connections=%d", protocol, connections), func(b *testing.B) {
				each := make(exclusive, media.DefaultConcurrency)
				transport := testnet.Transport(b, server, address)
				for range media.DefaultConcurrency {
					if connections > 1 {
						transport = testnet.Transport(b, server, address)
					}
					each <- transport
				}
				b.SetBytes(benchBytes)
				for b.Loop() {
					require.NoError(b, bare(b.Context(), &http.Client{Transport: each}, server.URL, path))
				}
			})
		}
	}
}

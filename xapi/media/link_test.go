package media_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/testnet"
	"github.com/xapi-go/xapi-go/xapi/media"
)

// linked starts a server of handler behind link, and returns a client that reaches it, over so many connections at the
// most, 0 for as many as it likes.
func linked(t *testing.T, link *testnet.Link, protocol testnet.Protocol, handler http.Handler, most int, opts ...xapi.ClientOption) *media.Client {
	t.Helper()
	server := testnet.Serve(t, protocol, handler)
	link.Open(t, server.Listener.Addr().String())
	transport := testnet.Transport(t, server, link.Addr())
	transport.MaxConnsPerHost = most
	client, err := xapi.New(append([]xapi.ClientOption{
		xapi.WithBaseURL(server.URL), xapi.WithHTTPClient(&http.Client{Transport: transport}), xapi.WithAccessToken("token-of-a-user"),
		xapi.WithBackoff(0, 0),
	}, opts...)...)
	require.NoError(t, err)
	t.Cleanup(client.CloseIdleConnections)
	return media.New(client)
}

func eachProtocol(t *testing.T, test func(t *testing.T, protocol testnet.Protocol)) {
	for _, protocol := range testnet.Protocols {
		t.Run(string(protocol), func(t *testing.T) { test(t, protocol) })
	}
}

func TestAnUploadIsSpreadOverConnections(t *testing.T) {
	// The first upload of a single segment shows that the link carries more; the segments of the second are held until all
	// are there.
	together := func(handler http.Handler, segments int64) http.Handler {
		var waiting, before atomic.Int64
		all := make(chan struct{})
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/append") && before.Add(1) > 1 {
				if waiting.Add(1) == segments {
					close(all)
				}
				select {
				case <-all:
				case <-r.Context().Done():
				}
			}
			handler.ServeHTTP(w, r)
		})
	}
	upload := func(t *testing.T, client *media.Client, segments int) {
		t.Helper()
		_, err := client.Upload(t.Context(), media.Bytes("a.mp4", noise(100_000)), media.WithSegmentSize(100_000), media.WithoutWaiting())
		require.NoError(t, err)
		_, err = client.Upload(t.Context(), media.Bytes("a.mp4", noise(segments*100_000)), media.WithSegmentSize(100_000),
			media.WithConcurrency(segments), media.WithoutWaiting())
		require.NoError(t, err)
	}
	t.Run("one a segment", func(t *testing.T) {
		link := new(testnet.Link)
		client := linked(t, link, testnet.HTTP2, together(sink(0), 4), 0)
		upload(t, client, 4)
		require.Equal(t, 1+4, link.Opened(), "and one for everything else")
	})
	t.Run("eight at the most", func(t *testing.T) {
		link := new(testnet.Link)
		client := linked(t, link, testnet.HTTP2, together(sink(0), 12), 0)
		upload(t, client, 12)
		// net/http may dial once more before it knows that a connection can be shared, and then closes that one.
		require.Eventually(t, func() bool { return link.Live() == 1+8 }, 30*time.Second, time.Millisecond)
	})
	t.Run("no more than the transport allows", func(t *testing.T) {
		link := new(testnet.Link)
		client := linked(t, link, testnet.HTTP2, together(sink(0), 4), 1)
		upload(t, client, 4)
		require.Equal(t, 1, link.Opened())
	})
}

func TestAnUploadComesThroughDeadConnections(t *testing.T) {
	eachProtocol(t, func(t *testing.T, protocol testnet.Protocol) {
		server := &fake{}
		link := new(testnet.Link)
		takes := server.handler(t)
		var appended atomic.Int64
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/append") && appended.Add(1) == 10 {
				link.Swallow()
			}
			takes.ServeHTTP(w, r)
		})
		client := linked(t, link, protocol, handler, 0, xapi.WithIdleTimeout(2*time.Second))
		data := noise(4_000_000)
		result, err := client.Upload(t.Context(), media.Bytes("a.mp4", data), media.WithSegmentSize(200_000), media.WithConcurrency(4))
		require.NoError(t, err)
		require.Equal(t, sum(data), server.sum(result.MediaID))
		require.Greater(t, link.Opened(), 5, "the dead ones were left")
	})
}

// TestASaturatedLinkIsNotIdle uploads over a link that takes much longer than the idle timeout for what lies in the
// buffers on the way.
func TestASaturatedLinkIsNotIdle(t *testing.T) {
	eachProtocol(t, func(t *testing.T, protocol testnet.Protocol) {
		t.Parallel()
		link := &testnet.Link{Rate: 180_000}
		client := linked(t, link, protocol, sink(0), 0, xapi.WithIdleTimeout(time.Second), xapi.WithMaxAttempts(1))
		_, err := client.Upload(t.Context(), media.Bytes("a.mp4", noise(8*70_000)), media.WithSegmentSize(70_000),
			media.WithConcurrency(8), media.WithoutWaiting())
		require.NoError(t, err)
		require.LessOrEqual(t, link.Opened(), 1+8)
	})
}

func TestUploadsOverTLSLeaveNothingBehind(t *testing.T) {
	eachProtocol(t, func(t *testing.T, protocol testnet.Protocol) {
		before := runtime.NumGoroutine()
		var open atomic.Int64
		server := httptest.NewUnstartedServer(sink(0))
		server.EnableHTTP2 = protocol == testnet.HTTP2
		server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				open.Add(1)
			case http.StateClosed, http.StateHijacked:
				open.Add(-1)
			}
		}
		server.StartTLS()
		api, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithAccessToken("token-of-a-user"),
			xapi.WithHTTPClient(&http.Client{Transport: testnet.Transport(t, server, "")}))
		require.NoError(t, err)
		_, err = media.New(api).Upload(t.Context(), media.Reader("a.mp4", io.LimitReader(bytes.NewReader(noise(1_000_000)), 1_000_000)),
			media.WithSegmentSize(100_000), media.WithoutWaiting())
		require.NoError(t, err)
		// A stream of HTTP/2 ends a moment after its answer, and only then is its connection idle.
		require.Eventually(t, func() bool {
			api.CloseIdleConnections()
			return open.Load() == 0
		}, 30*time.Second, time.Millisecond)
		server.Close()
		// Eventually asks in a goroutine of its own.
		require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+1 }, 30*time.Second, time.Millisecond)
	})
}

package transport_test

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/internal/testnet"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// meeting answers the requests of a round once all of them are there, and notes the connections that they come over.
type meeting struct {
	mu      sync.Mutex
	from    map[string]bool
	missing int
	all     chan struct{}
}

// call begins a round of n requests.
func (m *meeting) call(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.missing, m.all = n, make(chan struct{})
}

func (m *meeting) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	m.mu.Lock()
	m.from[r.RemoteAddr] = true
	if m.missing--; m.missing == 0 {
		close(m.all)
	}
	all := m.all
	m.mu.Unlock()
	select {
	case <-all:
	case <-r.Context().Done():
	}
}

// TestLargeBodiesAreSpreadOverConnections sends bodies in rounds: net/http may dial more than once where several requests
// come before its first connection is made.
func TestLargeBodiesAreSpreadOverConnections(t *testing.T) {
	const large = 64<<10 + 1
	eight := []int{large, large, large, large, large, large, large, large}
	for name, test := range map[string]struct {
		rounds      [][]int
		untold      bool // the sizes
		most        int
		connections int
	}{
		"small ones share one":                 {[][]int{{1}, {1, large - 1, 0, 1}}, false, 0, 1},
		"large ones have one each":             {[][]int{{large, large, large}}, false, 0, 3},
		"beside that of all that is small":     {[][]int{{1}, {1, large, 1, large}}, false, 0, 3},
		"what does not tell its size is large": {[][]int{{1, 1, 1}}, true, 0, 3},
		"those that are free are taken again":  {[][]int{{large, large}, {large}, {large, large}}, false, 0, 2},
		"eight at the most":                    {[][]int{eight, append(eight, large, large)}, false, 0, 8},
		"no more than the transport allows":    {[][]int{{large}, {large, 1, large}}, false, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			met := &meeting{from: map[string]bool{}}
			server := testnet.Serve(t, testnet.HTTP2, met)
			mine := testnet.Transport(t, server, "")
			mine.MaxConnsPerHost = test.most
			lanes := transport.NewLanes(mine)
			t.Cleanup(lanes.CloseIdleConnections)
			for _, bodies := range test.rounds {
				met.call(len(bodies))
				var all sync.WaitGroup
				for _, size := range bodies {
					req := request(t.Context(), t, newCall(post), "")
					req.URL.Host, req.ContentLength = server.Listener.Addr().String(), int64(size)
					if req.Body = io.NopCloser(bytes.NewReader(make([]byte, size))); test.untold {
						req.ContentLength = -1
					}
					all.Go(func() {
						resp, err := lanes.RoundTrip(req)
						if err != nil {
							t.Error(err)
							return
						}
						_ = resp.Body.Close()
					})
				}
				all.Wait()
			}
			require.Len(t, met.from, test.connections)
		})
	}
}

// TestOnlyWhatMayBeRepeatedCanBeReadAgain looks at what net/http gets: where it can read a body again, it sends it again.
func TestOnlyWhatMayBeRepeatedCanBeReadAgain(t *testing.T) {
	var readable []bool
	major := 2
	lanes := transport.NewLanes(transport.RoundTripperFunc(func(req *http.Request) (*http.Response, error) {
		readable = append(readable, req.GetBody != nil)
		resp, err := status(http.StatusOK, "")(req)
		resp.ProtoMajor = major
		return resp, err
	}))
	sent := func(op *transport.Operation) bool {
		_, _, err := finish(lanes, request(t.Context(), t, newCall(op), "hello"))
		require.NoError(t, err)
		return readable[len(readable)-1]
	}
	require.False(t, sent(post), "nobody knows yet what the server speaks")
	require.False(t, sent(post), "HTTP/2")
	require.True(t, sent(lookup))
	major = 1
	require.True(t, sent(lookup))
	require.True(t, sent(post), "over HTTP/1.1 it is only sent again where nothing was written")
	major = 2
	require.True(t, sent(post))
	require.False(t, sent(post))

	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://api.x.com/2/oauth2/token", bytes.NewReader([]byte("grant")))
	require.NoError(t, err)
	_, _, err = finish(lanes, req)
	require.NoError(t, err)
	require.True(t, readable[len(readable)-1], "what is no call of the API is left as it is")
}

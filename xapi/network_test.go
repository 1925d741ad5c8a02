package xapi_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/testnet"
)

const (
	someone = `{"data":{"id":"2244994945","name":"X","username":"x"}}`
	posted  = `{"data":{"id":"1146654567674912769","text":"hello"}}`
)

// patience is how long the tests of dead connections wait for a word from one: what a connection that is good takes for
// its handshake and an answer on a busy machine has to be less.
const patience = 2 * time.Second

// answerAll answers every call, once it has read it.
func answerAll() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return
		}
		switch {
		case strings.HasSuffix(r.URL.Path, "/append"):
			w.WriteHeader(http.StatusNoContent)
		case r.Method == http.MethodPost:
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, posted)
		default:
			_, _ = io.WriteString(w, someone)
		}
	}
}

// over returns a client of the server at base by way of transport.
func over(t *testing.T, base string, transport http.RoundTripper, opts ...xapi.ClientOption) *xapi.Client {
	t.Helper()
	client, err := xapi.New(append([]xapi.ClientOption{
		xapi.WithBaseURL(base), xapi.WithHTTPClient(&http.Client{Transport: transport}),
		xapi.WithAccessToken("token-of-a-user"), impatient(),
	}, opts...)...)
	require.NoError(t, err)
	t.Cleanup(client.CloseIdleConnections)
	return client
}

func makePost(ctx context.Context, client *xapi.Client, opts ...xapi.CallOption) error {
	_, err := client.CreatePosts(ctx, xapi.PostWithMedia("hello"), opts...)
	return err
}

// eachProtocol runs a test over HTTP/1.1 and over HTTP/2.
func eachProtocol(t *testing.T, test func(t *testing.T, protocol testnet.Protocol)) {
	for _, protocol := range testnet.Protocols {
		t.Run(string(protocol), func(t *testing.T) { test(t, protocol) })
	}
}

func TestADeadConnectionIsLeft(t *testing.T) {
	eachProtocol(t, func(t *testing.T, protocol testnet.Protocol) {
		t.Parallel()
		server := testnet.Serve(t, protocol, answerAll())
		link := new(testnet.Link).Open(t, server.Listener.Addr().String())
		client := over(t, server.URL, testnet.Transport(t, server, link.Addr()), xapi.WithIdleTimeout(patience))
		for lost := 1; lost <= 3; lost++ {
			_, err := client.GetUsersMe(t.Context(), nil)
			require.NoError(t, err)
			_, err = client.GetUsersMe(t.Context(), nil)
			require.NoError(t, err)
			require.Equal(t, lost, link.Opened(), "a connection that is good is used again")
			link.Swallow()
		}
	})
}

func TestADeadConnectionIsLeftByLaterCallsToo(t *testing.T) {
	eachProtocol(t, func(t *testing.T, protocol testnet.Protocol) {
		t.Parallel()
		server := testnet.Serve(t, protocol, answerAll())
		link := new(testnet.Link).Open(t, server.Listener.Addr().String())
		client := over(t, server.URL, testnet.Transport(t, server, link.Addr()), xapi.WithIdleTimeout(patience))
		require.NoError(t, makePost(t.Context(), client))
		link.Swallow()
		err := makePost(t.Context(), client)
		var network *xapi.NetworkError
		require.ErrorAs(t, err, &network)
		require.True(t, network.MaybeSent, "the link took it")
		require.NoError(t, makePost(t.Context(), client))
		require.Equal(t, 2, link.Opened())
	})
}

func TestPingsFindADeadConnectionOfHTTP2(t *testing.T) {
	server := testnet.Serve(t, testnet.HTTP2, answerAll())
	link := new(testnet.Link).Open(t, server.Listener.Addr().String())
	mine := testnet.Transport(t, server, link.Addr())
	mine.HTTP2 = &http.HTTP2Config{SendPingTimeout: 100 * time.Millisecond, PingTimeout: patience}
	client := over(t, server.URL, mine, xapi.WithIdleTimeout(0))
	_, err := client.GetUsersMe(t.Context(), nil)
	require.NoError(t, err)
	link.Swallow()
	_, err = client.GetUsersMe(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, 2, link.Opened())
}

func TestAPostThatNeverLeftIsRepeated(t *testing.T) {
	eachProtocol(t, func(t *testing.T, protocol testnet.Protocol) {
		for name, answer := range map[string]int{
			"407": http.StatusProxyAuthRequired, "502": http.StatusBadGateway, "503": http.StatusServiceUnavailable, "hangs up": -1,
		} {
			t.Run("a proxy answers "+name, func(t *testing.T) {
				var made atomic.Int64
				server := testnet.Serve(t, protocol, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					made.Add(1)
					answerAll()(w, r)
				}))
				var refusals atomic.Int64
				refusals.Store(2)
				proxy := testnet.Proxy(t, func(number int) int {
					if int64(number) <= refusals.Load() {
						return answer
					}
					return http.StatusOK
				})
				proxied := func() *http.Transport {
					transport := testnet.Transport(t, server, "")
					transport.Proxy = http.ProxyURL(proxy)
					return transport
				}
				require.NoError(t, makePost(t.Context(), over(t, server.URL, proxied())))
				require.EqualValues(t, 1, made.Load())

				refusals.Store(1000)
				err := makePost(t.Context(), over(t, server.URL, proxied()), xapi.WithMaxAttempts(2))
				var network *xapi.NetworkError
				require.ErrorAs(t, err, &network)
				require.False(t, network.MaybeSent)
				require.ErrorContains(t, err, "through the proxy http://"+proxy.Host)
				require.NotContains(t, err.Error(), "password")
				if answer > 0 {
					require.ErrorContains(t, err, name)
				}
				require.EqualValues(t, 1, made.Load())
			})
		}
		t.Run("a handshake is reset", func(t *testing.T) {
			var made atomic.Int64
			server := testnet.Serve(t, protocol, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				made.Add(1)
				answerAll()(w, r)
			}))
			link := (&testnet.Link{Reset: func(number int) int {
				if number <= 3 {
					return 10 * number
				}
				return 0
			}}).Open(t, server.Listener.Addr().String())
			client := over(t, server.URL, testnet.Transport(t, server, link.Addr()))
			require.NoError(t, makePost(t.Context(), client))
			require.EqualValues(t, 1, made.Load())
			require.Equal(t, 4, link.Opened())
		})
	})
}

func TestAPostThatNeverLeftIsNotSaidToBe(t *testing.T) {
	server := testnet.Serve(t, testnet.HTTP2, answerAll())
	link := new(testnet.Link).Open(t, server.Listener.Addr().String())
	silent := (&testnet.Link{Delay: time.Hour}).Open(t, server.Listener.Addr().String())
	distrusting := testnet.Transport(t, server, link.Addr())
	distrusting.TLSClientConfig.RootCAs = nil
	hasty := testnet.Transport(t, server, silent.Addr())
	hasty.TLSHandshakeTimeout = 50 * time.Millisecond
	for name, test := range map[string]struct {
		transport *http.Transport
		options   []xapi.CallOption
		within    time.Duration
		attempts  int
	}{
		"certificate":                {distrusting, nil, time.Minute, 1},
		"handshake timeout":          {hasty, []xapi.CallOption{xapi.WithMaxAttempts(2)}, time.Minute, 2},
		"deadline in the handshake":  {testnet.Transport(t, server, silent.Addr()), nil, 100 * time.Millisecond, 1},
		"idle in the handshake":      {testnet.Transport(t, server, silent.Addr()), []xapi.CallOption{xapi.WithMaxAttempts(2), xapi.WithIdleTimeout(50 * time.Millisecond)}, time.Minute, 2},
		"nobody there":               {testnet.Transport(t, server, "127.0.0.1:1"), []xapi.CallOption{xapi.WithMaxAttempts(2)}, time.Minute, 2},
		"deadline before any of it":  {testnet.Transport(t, server, link.Addr()), nil, 0, 1},
		"a proxy that is not there":  {through("http://127.0.0.1:1"), []xapi.CallOption{xapi.WithMaxAttempts(2)}, time.Minute, 2},
		"a SOCKS proxy that is away": {through("socks5://127.0.0.1:1"), []xapi.CallOption{xapi.WithMaxAttempts(2)}, time.Minute, 2},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), test.within)
			defer cancel()
			err := makePost(ctx, over(t, server.URL, test.transport), test.options...)
			var network *xapi.NetworkError
			require.ErrorAs(t, err, &network)
			require.False(t, network.MaybeSent, "%v", err)
			require.NotContains(t, err.Error(), "may have been carried out")
			require.LessOrEqual(t, network.Attempts, test.attempts)
		})
	}
}

func through(proxy string) *http.Transport {
	return &http.Transport{Proxy: func(*http.Request) (*url.URL, error) { return url.Parse(proxy) }}
}

func TestServersOfHTTP2SayWhatTheyDidNotProcess(t *testing.T) {
	made := testnet.Move{Status: http.StatusCreated, Body: posted}
	for name, test := range map[string]struct {
		first    testnet.Move
		repeated bool
	}{
		"REFUSED_STREAM":            {testnet.Move{Reset: true, ResetCode: testnet.RefusedStream}, true},
		"GOAWAY for good":           {testnet.Move{GoAway: true}, true},
		"GOAWAY for an error":       {testnet.Move{GoAway: true, ResetCode: testnet.ProtocolError}, true},
		"PROTOCOL_ERROR":            {testnet.Move{Reset: true, ResetCode: testnet.ProtocolError}, false},
		"GOAWAY after having it":    {testnet.Move{GoAway: true, Processed: true, Close: true}, false},
		"the end of the connection": {testnet.Move{Close: true}, false},
	} {
		for _, warm := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				var seen atomic.Int64
				server := testnet.ServeFrames(t, func(_ int, body []byte) testnet.Move {
					if !strings.Contains(string(body), "hello") {
						return testnet.Move{Status: http.StatusOK, Body: someone}
					}
					if seen.Add(1) == 1 {
						return test.first
					}
					return made
				})
				client := over(t, server.URL, testnet.Transport(t, server.Server, server.Addr()))
				if warm {
					_, err := client.GetUsersMe(t.Context(), nil)
					require.NoError(t, err)
				}
				err := makePost(t.Context(), client)
				if test.repeated {
					require.NoError(t, err)
					require.EqualValues(t, 2, seen.Load())
					return
				}
				var network *xapi.NetworkError
				require.ErrorAs(t, err, &network)
				require.True(t, network.MaybeSent)
				require.EqualValues(t, 1, seen.Load())
			})
		}
	}
}

func TestTheCallersTransportIsNotChanged(t *testing.T) {
	server := testnet.Serve(t, testnet.HTTP2, answerAll())
	mine := testnet.Transport(t, server, "")
	client := over(t, server.URL, mine)
	_, err := client.GetUsersMe(t.Context(), nil)
	require.NoError(t, err)
	if mine.HTTP2 != nil { // net/http of Go 1.27 gives every transport settings of its own
		require.Zero(t, mine.HTTP2.SendPingTimeout)
		require.Zero(t, mine.HTTP2.PingTimeout)
	}
	require.Nil(t, mine.OnProxyConnectResponse)
	require.Zero(t, mine.IdleConnTimeout)
}

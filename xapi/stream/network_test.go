package stream_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/streamtest"
	"github.com/xapi-go/xapi-go/xapi/internal/testnet"
	"github.com/xapi-go/xapi-go/xapi/stream"
)

// troubled serves a stream over a real network, whose connections break, end and fall silent.
type troubled struct {
	mu    sync.Mutex
	n     int
	under sync.WaitGroup
}

func (s *troubled) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.under.Add(1)
	defer s.under.Done()
	s.mu.Lock()
	s.n++
	n := s.n
	s.mu.Unlock()
	w.Header().Set("Content-Type", "text/event-stream") // as has been seen
	flush := http.NewResponseController(w)
	send := func(from, to int) {
		for id := from; id <= to; id++ {
			text := ""
			if id == 100 {
				text = strings.Repeat("long", 1<<18)
			}
			_, _ = fmt.Fprintf(w, `{"data":{"id":"%d","text":"%s"}}`+"\r\n", id, text)
		}
		_ = flush.Flush()
	}
	switch n {
	case 1:
		send(1, 50)
		_, _ = io.WriteString(w, streamtest.Post("51")[:20])
		_ = flush.Flush()
		panic(http.ErrAbortHandler)
	case 2:
		send(40, 100)
	case 3:
		send(90, 150)
		<-r.Context().Done() // silence
	case 4:
		send(151, 160)
		_, _ = io.WriteString(w, `{"errors":[{"title":"operational-disconnect","disconnect_type":"ForceDisconnect"}]}`+"\r\n")
	default:
		send(155, 200)
		<-r.Context().Done()
	}
}

func TestStreamsStayUpOverARealNetwork(t *testing.T) {
	for _, protocol := range testnet.Protocols {
		t.Run(string(protocol), func(t *testing.T) {
			handler := new(troubled)
			server := testnet.Serve(t, protocol, handler)
			client, err := xapi.New(xapi.WithBearerToken("b"), xapi.WithBaseURL("https://example.com"),
				xapi.WithHTTPClient(&http.Client{Transport: testnet.Transport(t, server, server.Listener.Addr().String())}))
			require.NoError(t, err)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			var notices []stream.Notice
			var cancelled time.Time
			var got int
			events := stream.New(client.StreamPosts, nil, stream.WithStall(3*time.Second), stream.WithDecoders(2),
				stream.WithNotices(func(n stream.Notice) { notices = append(notices, n) }))
			for document, err := range events.Documents(ctx) {
				if err != nil {
					require.ErrorIs(t, err, context.Canceled)
					break
				}
				got++
				require.Equal(t, fmt.Sprint(got), document.Value.Data.ID, "in order, each once")
				if got == 200 {
					cancelled = time.Now()
					cancel()
				}
			}
			require.Equal(t, 200, got)
			require.Less(t, time.Since(cancelled), 20*time.Second)
			client.CloseIdleConnections()
			ended := make(chan struct{})
			go func() { handler.under.Wait(); close(ended) }()
			select {
			case <-ended:
			case <-time.After(30 * time.Second):
				require.Fail(t, "a connection is left open")
			}
			var ends []string
			for _, notice := range notices {
				if notice.Kind == stream.Disconnected {
					ends = append(ends, notice.Err.Error())
				}
			}
			require.Len(t, ends, 4)
			require.Contains(t, ends[1], "closed the stream")
			require.Contains(t, ends[2], "nothing was sent or received for 3s")
			require.Contains(t, ends[3], "operational-disconnect")
		})
	}
}

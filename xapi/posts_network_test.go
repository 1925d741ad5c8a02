package xapi_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/testnet"
)

func TestNoPostIsMadeTwiceOverTLS(t *testing.T) {
	eachProtocol(t, func(t *testing.T, protocol testnet.Protocol) {
		var mu sync.Mutex
		seen := map[string]int{}
		server := testnet.Serve(t, protocol, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			raw, err := io.ReadAll(r.Body)
			var post struct{ Text string }
			if err != nil || json.Unmarshal(raw, &post) != nil {
				return // it was cut
			}
			mu.Lock()
			seen[post.Text]++
			n := len(seen)
			mu.Unlock()
			if n%97 == 0 {
				w.Header().Set("Connection", "close") // a GOAWAY over HTTP/2
			}
			w.WriteHeader(http.StatusCreated)
			_, _ = fmt.Fprintf(w, `{"data":{"id":"%d","text":%q}}`, 1000+n, post.Text)
		}))
		link := (&testnet.Link{Reset: func(number int) int {
			return 1 + rand.New(rand.NewPCG(2167, uint64(number))).IntN(60_000)
		}}).Open(t, server.Listener.Addr().String())
		client := over(t, server.URL, testnet.Transport(t, server, link.Addr()))
		const posts = 5000
		results := make([]error, posts)
		eachOf(posts, func(i int) {
			_, results[i] = client.CreatePosts(t.Context(), xapi.PostWithMedia(fmt.Sprintf("post %d", i)))
		})
		var unsure, unseen atomic.Int64
		for i, err := range results {
			times := seen[fmt.Sprintf("post %d", i)]
			require.LessOrEqual(t, times, 1, "post %d", i)
			if err == nil {
				require.Equal(t, 1, times, "post %d", i)
				continue
			}
			var network *xapi.NetworkError
			require.ErrorAs(t, err, &network)
			if !network.MaybeSent {
				require.Zero(t, times, "post %d: %v", i, err)
				continue
			}
			if unsure.Add(1); times == 0 {
				unseen.Add(1)
			}
		}
		t.Logf("%d of %d posts made over %d connections; of %d it is not known, and the server has not seen %d of those",
			len(seen), posts, link.Opened(), unsure.Load(), unseen.Load())
		require.NotZero(t, unsure.Load(), "no connection was reset in the midst of a post")
	})
}

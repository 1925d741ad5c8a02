package xapitest_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// TestWritersAtOnceKeepTheWorldConsistent has several users write at the same time, while others read and look at
// the sandbox's state, and a stream is open. The race detector sees what they share.
func TestWritersAtOnceKeepTheWorldConsistent(t *testing.T) {
	w := newWire(t, xapitest.WithoutRateLimits(), xapitest.WithEmptyWorld())
	const writers, rounds = 6, 15
	users := make([]*wire, writers)
	ids := make([]string, writers)
	for i := range users {
		token := w.srv.Issue(xapitest.Grant{Username: fmt.Sprintf("writer_%d", i)})
		users[i], ids[i] = w.as("Bearer "+token.Access), token.User
	}
	listen(t, w, "/2/tweets/sample/stream")
	var failed sync.Map
	expect := func(got reply, status int) reply {
		if got.status != status {
			failed.Store(string(got.body), got.status)
		}
		return got
	}
	var all sync.WaitGroup
	for i, as := range users {
		all.Go(func() {
			for n := range rounds {
				made := expect(as.post("/2/tweets", object{"text": fmt.Sprintf("writer %d, round %d", i, n)}), http.StatusCreated)
				id, _ := made.json(t, "data.id").(string)
				next := users[(i+1)%writers]
				expect(next.post("/2/users/"+ids[(i+1)%writers]+"/likes", object{"tweet_id": id}), http.StatusOK)
				expect(next.post("/2/users/"+ids[(i+1)%writers]+"/following", object{"target_user_id": ids[i]}), http.StatusOK)
				expect(as.get("/2/users/"+ids[i]+"/tweets?expansions=author_id&tweet.fields=public_metrics"), http.StatusOK)
				expect(as.get("/sandbox/api/state"), http.StatusOK)
				if n%3 == 0 {
					expect(as.do(http.MethodDelete, "/2/tweets/"+id, "", nil), http.StatusOK)
				}
			}
		})
	}
	all.Wait()
	failed.Range(func(body, status any) bool { t.Errorf("%d: %s", status, body); return true })
	require.NoError(t, w.srv.CheckWorld())
}

package xapitest_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// TestRandomCallsKeepTheWorldConsistent makes thousands of writes by several users, in any order, many of them of what is
// gone by then, and looks now and then whether counts, joins and lists still agree.
func TestRandomCallsKeepTheWorldConsistent(t *testing.T) {
	w := newWire(t, xapitest.WithoutRateLimits())
	random := rand.New(rand.NewPCG(7, 7))
	var users []*wire
	var ids []string
	for i := range 4 {
		token := w.srv.Issue(xapitest.Grant{Username: fmt.Sprintf("random_%d", i)})
		users, ids = append(users, w.as("Bearer "+token.Access)), append(ids, token.User)
	}
	posts, lists := []string{"1"}, []string{"1"}
	pick := func(list []string) string { return list[random.IntN(len(list))] }
	for n := range 10_000 {
		i := random.IntN(len(users))
		as, me := users[i], ids[i]
		method, path, body := http.MethodPost, "", object(nil)
		switch random.IntN(18) {
		case 0, 1:
			body = object{"text": fmt.Sprintf("post %d", n)}
			path = "/2/tweets"
		case 2:
			path, body = "/2/tweets", object{"text": fmt.Sprintf("@random_%d reply %d", random.IntN(4), n), "reply": object{"in_reply_to_tweet_id": pick(posts)}}
		case 3:
			path, body = "/2/tweets", object{"text": fmt.Sprintf("quote %d", n), "quote_tweet_id": pick(posts)}
		case 4:
			method, path = http.MethodDelete, "/2/tweets/"+pick(posts)
		case 5, 6:
			path, body = "/2/users/"+me+"/likes", object{"tweet_id": pick(posts)}
		case 7:
			method, path = http.MethodDelete, "/2/users/"+me+"/likes/"+pick(posts)
		case 8:
			path, body = "/2/users/"+me+"/retweets", object{"tweet_id": pick(posts)}
		case 9:
			method, path = http.MethodDelete, "/2/users/"+me+"/retweets/"+pick(posts)
		case 10:
			path, body = "/2/users/"+me+"/following", object{"target_user_id": pick(ids)}
		case 11:
			method, path = http.MethodDelete, "/2/users/"+me+"/following/"+pick(ids)
		case 12:
			path, body = "/2/lists", object{"name": fmt.Sprintf("list %d", n)}
		case 13:
			path, body = "/2/lists/"+pick(lists)+"/members", object{"user_id": pick(ids)}
		case 14:
			method, path = http.MethodDelete, "/2/lists/"+pick(lists)
		case 15:
			path, body = "/2/users/"+me+"/bookmarks", object{"tweet_id": pick(posts)}
		case 16:
			path, body = "/2/users/"+me+"/followed_lists", object{"list_id": pick(lists)}
		case 17:
			method, path = http.MethodGet, "/2/tweets/"+pick(posts)+"?expansions=author_id,referenced_tweets.id&tweet.fields=public_metrics"
		}
		var got reply
		if body != nil {
			got = as.post(path, body)
		} else {
			got = as.do(method, path, "", nil)
		}
		require.Less(t, got.status, 500, "%s %s: %s", method, path, got.body)
		if got.status < 300 && method == http.MethodPost {
			switch id, _ := got.json(t, "data.id").(string); {
			case id == "":
			case path == "/2/lists":
				lists = append(lists, id)
			default:
				posts = append(posts, id)
			}
		}
		if n%1000 == 999 {
			require.NoError(t, w.srv.CheckWorld(), "after %d calls", n+1)
		}
	}
	seen := w.get("/2/users?ids="+ids[0]+"&user.fields=public_metrics").json(t, "data.0.public_metrics").(map[string]any)
	require.Len(t, users[0].get("/2/users/"+ids[0]+"/followers?max_results=1000").ids(t), int(seen["followers_count"].(float64)))
}

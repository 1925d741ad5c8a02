package xapitest_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// ids returns the ids in the data of an answer.
func (r reply) ids(t *testing.T) []string {
	t.Helper()
	list, _ := r.json(t, "data").([]any)
	found := []string{}
	for _, item := range list {
		found = append(found, item.(map[string]any)["id"].(string))
	}
	return found
}

func TestAnswersHaveWhatWasAskedForAndNoMore(t *testing.T) {
	w := newWire(t)
	id := w.post("/2/tweets", object{"text": "hello #world"}).json(t, "data.id").(string)
	require.Equal(t, object{"id": id, "text": "hello #world", "edit_history_tweet_ids": []any{id}}, w.get("/2/tweets/"+id).tweets(t, "data"))
	some := w.get("/2/tweets/" + id + "?tweet.fields=lang,public_metrics&expansions=author_id&user.fields=public_metrics")
	require.Equal(t, w.srv.Me().ID, some.json(t, "data.author_id"))
	require.Contains(t, some.json(t, "data.public_metrics"), "retweet_count")
	require.Len(t, some.json(t, "data"), 6)
	require.Len(t, some.json(t, "includes.users.0"), 4)
	require.Contains(t, some.json(t, "includes.users.0.public_metrics"), "tweet_count")
}

func TestTheSpellingOfTheRequestIsThatOfTheAnswer(t *testing.T) {
	w := newWire(t, xapitest.FreeOfContract())
	first := w.post("/2/tweets", object{"text": "one"}).json(t, "data.id").(string)
	made := w.post("/2/tweets", object{"text": "two", "quote_tweet_id": first})
	require.Contains(t, made.json(t, "data"), "edit_history_tweet_ids", "writes answer in the old spelling")
	id := made.json(t, "data.id").(string)
	posts := w.get("/2/tweets/" + id + "?post.fields=public_metrics&expansions=referenced_posts.id,author_id&user.fields=public_metrics")
	require.Equal(t, http.StatusOK, posts.status, "%s", posts.body)
	require.Contains(t, posts.json(t, "data"), "edit_history_post_ids")
	require.Contains(t, posts.json(t, "data.public_metrics"), "repost_count")
	require.Equal(t, first, posts.json(t, "includes.posts.0.id"))
	require.Contains(t, posts.json(t, "includes.users.0.public_metrics"), "tweet_count", "users keep theirs")
	tweets := w.get("/2/tweets/" + id + "?tweet.fields=public_metrics&expansions=referenced_tweets.id")
	require.Equal(t, first, tweets.json(t, "includes.tweets.0.id"))
	counts := w.as("Bearer " + w.srv.Issue(xapitest.Grant{AppOnly: true}).Access)
	require.Contains(t, counts.get("/2/tweets/counts/recent?query=coffee&search_count.fields=post_count").json(t, "meta"), "total_post_count")
	require.Contains(t, counts.get("/2/tweets/counts/recent?query=coffee").json(t, "meta"), "total_tweet_count")
}

func TestWhatIsMissingStandsInErrors(t *testing.T) {
	w := newWire(t)
	parent := w.post("/2/tweets", object{"text": "parent"}).json(t, "data.id").(string)
	child := w.post("/2/tweets", object{"text": "child", "reply": object{"in_reply_to_tweet_id": parent}}).json(t, "data.id").(string)
	w.do(http.MethodDelete, "/2/tweets/"+parent, "", nil)
	got := w.get("/2/tweets?ids=" + child + ",1&expansions=referenced_tweets.id")
	require.Equal(t, []string{child}, got.ids(t))
	require.Nil(t, got.json(t, "includes"))
	require.Equal(t, "ids", got.json(t, "errors.0.parameter"))
	require.Equal(t, parent, got.json(t, "errors.1.resource_id"))
	require.Equal(t, "referenced_tweets.id", got.json(t, "errors.1.parameter"))
	require.Equal(t, "includes", got.json(t, "errors.1.section"))
}

func TestWritesAreSeenByEveryRead(t *testing.T) {
	w := newWire(t)
	me := w.srv.Me().ID
	post := w.post("/2/tweets", object{"text": "look at this"}).json(t, "data.id").(string)
	reply := w.post("/2/tweets", object{"text": "and this", "reply": object{"in_reply_to_tweet_id": post}}).json(t, "data.id").(string)
	w.post("/2/users/"+me+"/likes", object{"tweet_id": post})
	w.post("/2/users/"+me+"/retweets", object{"tweet_id": post})
	w.post("/2/users/"+me+"/bookmarks", object{"tweet_id": post})
	metrics := func() any {
		return w.get("/2/tweets/"+post+"?tweet.fields=public_metrics").json(t, "data.public_metrics")
	}
	require.Subset(t, metrics(), object{"like_count": 1.0, "retweet_count": 1.0, "reply_count": 1.0, "bookmark_count": 1.0, "quote_count": 0.0})
	require.Equal(t, []string{me}, w.get("/2/tweets/"+post+"/liking_users").ids(t))
	require.Equal(t, []string{me}, w.get("/2/tweets/"+post+"/retweeted_by").ids(t))
	require.Equal(t, post, w.get("/2/users/" + me + "/liked_tweets").ids(t)[0])
	require.Equal(t, post, w.get("/2/users/" + me + "/bookmarks").ids(t)[0])
	require.Contains(t, w.get("/2/users/"+me+"/tweets").ids(t), reply)
	require.Equal(t, []string{reply}, w.get("/2/tweets/search/recent?query=conversation_id:"+post+"%20is:reply").ids(t))
	w.do(http.MethodDelete, "/2/users/"+me+"/likes/"+post, "", nil)
	w.do(http.MethodDelete, "/2/users/"+me+"/retweets/"+post, "", nil)
	w.do(http.MethodDelete, "/2/tweets/"+reply, "", nil)
	require.Subset(t, metrics(), object{"like_count": 0.0, "retweet_count": 0.0, "reply_count": 0.0})
	require.NoError(t, w.srv.CheckWorld())
}

// TestPagesHaveEverythingOnce walks lists in small pages: forward they have what one large page has, and backward again.
func TestPagesHaveEverythingOnce(t *testing.T) {
	w := newWire(t, xapitest.WithoutRateLimits())
	me := w.srv.Me().ID
	for path, size := range map[string]string{
		"/2/users/" + me + "/followers?": "7", "/2/users/" + me + "/following?": "3", "/2/users/" + me + "/tweets?": "5",
		"/2/users/" + me + "/liked_tweets?": "9", "/2/dm_events?": "4", "/2/users/" + me + "/owned_lists?": "2",
		"/2/tweets/search/recent?query=coffee&": "10", "/2/users/" + me + "/bookmarks?": "6", "/2/users/" + me + "/muting?": "3",
		"/2/users/" + me + "/timelines/reverse_chronological?": "31", "/2/users/search?query=a&": "50",
	} {
		var all []string
		token, last := "", reply{}
		for range 400 {
			name := "&pagination_token="
			if strings.HasPrefix(path, "/2/users/search") {
				name = "&next_token="
			}
			next := path + "max_results=" + size
			if token != "" {
				next += name + token
			}
			last = w.get(next)
			require.Equal(t, http.StatusOK, last.status, "%s: %s", path, last.body)
			all = append(all, last.ids(t)...)
			token, _ = last.json(t, "meta.next_token").(string)
			if token == "" {
				break
			}
			require.GreaterOrEqual(t, len(token), 16)
		}
		require.Empty(t, token, "%s never ends", path)
		seen := map[string]bool{}
		for _, id := range all {
			require.False(t, seen[id], "%s has %s twice", path, id)
			seen[id] = true
		}
		require.NotEmpty(t, all, path)
		if before, ok := last.json(t, "meta.previous_token").(string); ok && !strings.HasPrefix(path, "/2/users/search") {
			back := w.get(path + "max_results=" + size + "&pagination_token=" + before).ids(t)
			count := len(last.ids(t))
			require.Equal(t, all[len(all)-count-len(back):len(all)-count], back, path)
		}
	}
	require.Equal(t, http.StatusBadRequest, w.get("/2/users/"+me+"/followers?pagination_token=nonsense").status)
}

func TestSearchTakesOperators(t *testing.T) {
	w := newWire(t)
	me := w.srv.Me()
	say := func(text string, more object) string {
		body := object{"text": text}
		for name, value := range more {
			body[name] = value
		}
		return w.post("/2/tweets", body).json(t, "data.id").(string)
	}
	zebra := say("A zebra, striped #animals", nil)
	link := say("zebra crossing https://example.com/zebra", nil)
	reply := say("zebras? no, one zebra", object{"reply": object{"in_reply_to_tweet_id": zebra}})
	quote := say("the zebra again $ZBRA @"+me.Username, object{"quote_tweet_id": zebra})
	for query, want := range map[string][]string{
		"zebra":                             {quote, reply, link, zebra},
		"zebra from:" + me.Username:         {quote, reply, link, zebra},
		"zebra from:nobody_at_all":          {},
		"zebra has:links":                   {link},
		"zebra has:hashtags OR zebra $ZBRA": {quote, zebra},
		"zebra -is:reply -is:quote":         {link, zebra},
		`"zebra crossing"`:                  {link},
		"#animals":                          {zebra},
		"zebra to:" + me.Username:           {reply},
		"zebra (has:hashtags OR is:reply)":  {reply, zebra},
		"zebra -(has:hashtags OR is:reply)": {quote, link},
		"conversation_id:" + zebra:          {reply, zebra},
		"url:example.com/zebra":             {link},
		"zebra lang:ja":                     {},
		"zeb":                               {},
	} {
		got := w.get("/2/tweets/search/recent?query=" + url.QueryEscape(query))
		require.Equal(t, http.StatusOK, got.status, "%s: %s", query, got.body)
		require.Equal(t, want, got.ids(t), query)
	}
	for _, query := range []string{"has:media", "(zebra", "zebra OR", "nonsense:1", `"zebra`, strings.Repeat("a", 513), "is:something zebra"} {
		require.Equal(t, http.StatusBadRequest, w.get("/2/tweets/search/recent?query="+url.QueryEscape(query)).status, query)
	}
	require.Equal(t, []string{quote, reply}, w.get("/2/tweets/search/recent?query=zebra&since_id="+link).ids(t))
	require.Equal(t, []string{zebra}, w.get("/2/tweets/search/recent?query=zebra&until_id="+link).ids(t))
	app := w.as("Bearer " + w.srv.Issue(xapitest.Grant{AppOnly: true}).Access)
	counted := app.get("/2/tweets/counts/recent?query=zebra&granularity=day")
	require.EqualValues(t, 4, counted.tweets(t, "meta.total_tweet_count"), "%s", counted.body)
}

func TestTheWorldIsTheSameForTheSameSeed(t *testing.T) {
	at := xapitest.WithClock(func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) })
	ask := func(opts ...xapitest.Option) string {
		w := newWire(t, append(opts, at)...)
		return string(w.get("/2/tweets/search/recent?query=coffee&expansions=author_id&tweet.fields=public_metrics,created_at").body)
	}
	first := ask()
	require.Equal(t, first, ask())
	require.NotEqual(t, first, ask(xapitest.WithSeed(2)))
	require.Contains(t, first, "#coffee")
}

func TestFixturesAreTakenFromAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "world.json")
	require.NoError(t, os.WriteFile(file, []byte(`{
		"users": [{"username": "ada", "id": "12", "name": "Ada", "premium": true}],
		"posts": [{"id": "1001", "author": "ada", "text": "hello", "liked_by": ["ben"], "reposted_by": ["ben"]},
		          {"id": "1002", "author": "ben", "text": "@ada hi", "reply_to": "1001"}],
		"follows": [{"from": "ben", "to": "ada"}],
		"lists": [{"id": "77", "name": "Friends", "owner": "ada", "members": ["ben"]}]}`), 0o600))
	w := newWire(t, xapitest.WithEmptyWorld(), xapitest.WithFixtures(file))
	require.Equal(t, "ada", w.get("/2/users/12").json(t, "data.username"))
	require.Equal(t, "ben", w.get("/2/users/12/followers").json(t, "data.0.username"))
	require.Subset(t, w.get("/2/tweets/1001?tweet.fields=public_metrics").json(t, "data.public_metrics"), object{"like_count": 1.0, "reply_count": 1.0, "retweet_count": 1.0})
	require.Equal(t, "ben", w.get("/2/lists/77/members").json(t, "data.0.username"))
	require.Len(t, w.get("/2/users/search?query=a").ids(t), 2)

	w.post("/2/tweets", object{"text": "more"})
	require.Len(t, w.srv.Posts(), 1)
	w.srv.Reset()
	require.Empty(t, w.srv.Posts())
	require.Equal(t, "hello", w.get("/2/tweets/1001").json(t, "data.text"))

	require.NoError(t, os.WriteFile(file, []byte(`{"posts": [{"txt": "hello"}]}`), 0o600))
	_, err := xapitest.Start(xapitest.WithFixtures(file))
	require.ErrorContains(t, err, "txt")
	_, err = xapitest.Start(xapitest.WithFixtures(file + ".missing"))
	require.Error(t, err)
}

func TestUsersFollowAndListsHaveMembers(t *testing.T) {
	w := newWire(t)
	me := w.srv.Me().ID
	other := w.srv.Issue(xapitest.Grant{Username: "someone_else"})
	require.Equal(t, true, w.post("/2/users/"+me+"/following", object{"target_user_id": other.User}).json(t, "data.following"))
	require.Equal(t, other.User, w.get("/2/users/" + me + "/following").ids(t)[0])
	theirs := w.as("Bearer " + other.Access)
	require.Equal(t, []string{me}, theirs.get("/2/users/"+other.User+"/followers").ids(t))
	theirs.post("/2/tweets", object{"text": "from the other"})
	require.Equal(t, "from the other", w.get("/2/users/"+me+"/timelines/reverse_chronological").json(t, "data.0.text"))
	list := w.post("/2/lists", object{"name": "Few"}).json(t, "data.id").(string)
	w.post("/2/lists/"+list+"/members", object{"user_id": other.User})
	require.Equal(t, "from the other", w.get("/2/lists/"+list+"/tweets").json(t, "data.0.text"))
	require.Equal(t, http.StatusForbidden, theirs.do(http.MethodDelete, "/2/lists/"+list, "", nil).status)
	require.Equal(t, http.StatusBadRequest, theirs.post("/2/users/"+me+"/likes", object{"tweet_id": "1"}).status)
	w.post("/2/users/"+me+"/muting", object{"target_user_id": other.User})
	require.NotEqual(t, "from the other", w.get("/2/users/"+me+"/timelines/reverse_chronological").json(t, "data.0.text"))

	w.post("/2/dm_conversations/with/"+other.User+"/messages", object{"text": "psst"})
	require.Equal(t, "psst", theirs.get("/2/dm_conversations/with/"+me+"/dm_events").json(t, "data.0.text"))
}

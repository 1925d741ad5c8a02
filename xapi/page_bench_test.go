package xapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen"
	genwire "github.com/xapi-go/xapi-go/gen/wire"
	"github.com/xapi-go/xapi-go/xapi"
)

// fullPage is a page of 100 posts as a search answers it that asks for everything, in the spelling that it is asked in.
func fullPage() []byte {
	var posts, users, media, quoted []string
	post := func(i int) string {
		return fmt.Sprintf(`{"id":"18300000000000%05d","text":"The %dth of many posts about gophers, with a link https://t.co/AbCdEfGh%02d and #golang for @gopher%d","author_id":"1700000%d",
			"edit_history_tweet_ids":["18300000000000%05d"],"edit_controls":{"edits_remaining":5,"is_edit_eligible":true,"editable_until":"2026-08-01T12:00:00.000Z"},
			"created_at":"2026-08-01T11:%02d:00.000Z","lang":"en","possibly_sensitive":false,"reply_settings":"everyone","conversation_id":"18300000000000%05d",
			"display_text_range":[0,98],"in_reply_to_user_id":"1700001","public_metrics":{"retweet_count":%d,"reply_count":2,"like_count":41,"quote_count":1,"bookmark_count":3,"impression_count":9021},
			"entities":{"urls":[{"start":48,"end":71,"url":"https://t.co/AbCdEfGh%02d","expanded_url":"https://example.com/posts/%d","display_url":"example.com/posts/%d","title":"A page","description":"Of what the post is about, in a sentence or two that goes on for a while","unwound_url":"https://example.com/posts/%d","status":200}],
			"hashtags":[{"start":76,"end":83,"tag":"golang"}],"mentions":[{"start":88,"end":96,"username":"gopher%d","id":"1700000%d"}]},
			"attachments":{"media_keys":["3_18300000000000%05d"]},"referenced_tweets":[{"type":"quoted","id":"18200000000000%05d"}],
			"context_annotations":[{"domain":{"id":"46","name":"Business Taxonomy","description":"Categories within Brand Verticals that narrow down the scope of Brands"},"entity":{"id":"1557697121477832705","name":"Publisher & News Business"}}]}`,
			i, i, i%100, i%40, i%40, i, i%60, i, i, i%100, i, i, i, i%40, i%40, i, i)
	}
	for i := range 100 {
		posts = append(posts, post(i))
		media = append(media, fmt.Sprintf(`{"media_key":"3_18300000000000%05d","type":"photo","width":1200,"height":675,"alt_text":"A gopher that reads page %d","url":"https://pbs.twimg.com/media/F0a1b2c3d4e5f%d.jpg"}`, i, i, i))
		quoted = append(quoted, strings.Replace(post(i), "1830", "1820", 1))
	}
	for i := range 40 {
		users = append(users, fmt.Sprintf(`{"id":"1700000%d","name":"Gopher %d","username":"gopher%d","created_at":"2019-03-04T05:06:07.000Z","description":"Digs, and writes of it","location":"Under the meadow",
			"pinned_tweet_id":"1700000000000000000","profile_image_url":"https://pbs.twimg.com/profile_images/%d/g_normal.jpg","protected":false,"verified":false,"verified_type":"none","url":"https://t.co/g%d",
			"public_metrics":{"followers_count":1023,"following_count":77,"tweet_count":4021,"listed_count":12,"like_count":901}}`, i, i, i, i, i))
	}
	text := fmt.Sprintf(`{"data":[%s],"includes":{"users":[%s],"media":[%s],"tweets":[%s]},"meta":{"newest_id":"1","oldest_id":"2","result_count":100,"next_token":"b26v89c19zqg8o3fpzbkk"}}`,
		strings.Join(posts, ","), strings.Join(users, ","), strings.Join(media, ","), strings.Join(quoted, ","))
	return []byte(strings.NewReplacer("\n", "", "\t", "").Replace(text))
}

// BenchmarkPage reads a page of 100 posts in three ways, by turns, so that what else the machine does is the same to all:
// by json.Unmarshal into the same type, by a client that validates nothing, and by one that validates as clients do. It
// reports the medians, and how many times the one before the latter two take: at most 1.15 and 1.35. A page in the old
// spelling is translated by the clients, and given to json.Unmarshal as it is after that, since it would leave out half
// of it otherwise. Whichever spelling the contract does not have is drift in every post.
func BenchmarkPage(b *testing.B) {
	old := fullPage()
	renamed := genwire.Rename(old, gen.OpSearchPostsRecent.Names)
	b.Run("posts", func(b *testing.B) { readPage(b, renamed, renamed) })
	b.Run("tweets", func(b *testing.B) { readPage(b, old, renamed) })
}

func readPage(b *testing.B, text, renamed []byte) {
	b.Helper()
	params := &xapi.SearchPostsRecentParams{
		Query: "gophers", MaxResults: 100, PostFields: xapi.AllPostFields(), UserFields: xapi.AllUserFields(), Expansions: xapi.AllPostExpansions(),
	}
	reader := func(opts ...xapi.ClientOption) func() error {
		client, err := xapi.New(append(opts, xapi.WithAccessToken("t"), xapi.WithHTTPClient(&http.Client{Transport: inMemory{text}}))...)
		require.NoError(b, err)
		return func() error {
			page, err := client.SearchPostsRecent(context.Background(), params)
			if err == nil && len(page.Data)+len(page.Includes.Posts) != 200 {
				err = fmt.Errorf("%d posts, and %d more", len(page.Data), len(page.Includes.Posts))
			}
			return err
		}
	}
	ways := []func() error{
		func() error { return json.Unmarshal(renamed, new(xapi.SearchPostsRecentResult)) },
		reader(xapi.WithValidation(xapi.Off, xapi.Off)),
		reader(),
	}
	took := make([][]time.Duration, len(ways))
	for _, read := range ways {
		require.NoError(b, read())
	}
	b.SetBytes(int64(3 * len(text)))
	for b.Loop() {
		for i, read := range ways {
			begun := time.Now()
			if err := read(); err != nil {
				b.Fatal(err)
			}
			took[i] = append(took[i], time.Since(begun))
		}
	}
	var median []float64
	for _, each := range took {
		slices.Sort(each)
		median = append(median, float64(each[len(each)/2]))
	}
	b.ReportMetric(median[0]/1e6, "ms/unmarshal")
	b.ReportMetric(median[1]/1e6, "ms/unvalidated")
	b.ReportMetric(median[2]/1e6, "ms/validated")
	b.ReportMetric(median[1]/median[0], "x-unmarshal")
	b.ReportMetric(median[2]/median[1], "x-unvalidated")
}

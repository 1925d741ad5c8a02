package stream_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/streamtest"
	"github.com/xapi-go/xapi-go/xapi/stream"
)

// firehose serves posts without end, each with an id of its own.
type firehose struct {
	line []byte // with the id at the same place in each
	ids  []int
	next int64
	left int // posts
	rest []byte
}

const firstID = 1_900_000_000_000_000_000

func newFirehose(line string, posts int) *firehose {
	f := &firehose{line: []byte(line), next: firstID, left: posts}
	id := []byte(fmt.Sprint(int64(firstID)))
	for at := 0; ; {
		i := bytes.Index(f.line[at:], id)
		if i < 0 {
			return f
		}
		f.ids = append(f.ids, at+i)
		at += i + len(id)
	}
}

func (f *firehose) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if len(f.rest) == 0 {
			if f.left == 0 {
				break
			}
			f.left--
			for _, at := range f.ids {
				digits := f.next
				for i := at + 18; i >= at; i-- {
					f.line[i] = byte('0' + digits%10)
					digits /= 10
				}
			}
			f.next++
			f.rest = f.line
		}
		copied := copy(p[n:], f.rest)
		n, f.rest = n+copied, f.rest[copied:]
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// post is a post of some 3 kB as the filtered stream sends it with many fields, by the names of the spelling.
func post(old bool) string {
	user := func(id string) string {
		return `{"id":"` + id + `","name":"Ada Example","username":"ada_example","created_at":"2019-05-02T09:11:27.000Z","description":"` +
			strings.Repeat("Writes about engines and weather. ", 4) + `","location":"Lisbon","verified":false,"protected":false,"public_metrics":` +
			`{"followers_count":1204,"following_count":340,"post_count":8120,"listed_count":12,"like_count":9000},"profile_image_url":` +
			`"https://pbs.twimg.com/profile_images/1000000000000000000/abcdefgh_normal.jpg"}`
	}
	text := strings.Repeat("The river rose again last night, and nobody was surprised. ", 4)
	line := `{"data":{"id":"1900000000000000000","text":"` + text + `","author_id":"2244994945","created_at":"2025-03-13T02:11:55.000Z",` +
		`"conversation_id":"1900000000000000000","edit_history_post_ids":["1900000000000000000"],"lang":"en","possibly_sensitive":false,` +
		`"reply_settings":"everyone","edit_controls":{"edits_remaining":5,"is_edit_eligible":true,"editable_until":"2025-03-13T03:11:55.000Z"},` +
		`"public_metrics":{"repost_count":3,"reply_count":1,"like_count":25,"quote_count":0,"bookmark_count":2,"impression_count":4012},` +
		`"referenced_posts":[{"type":"replied_to","id":"1899999999999999999"}],"entities":{"hashtags":[{"start":10,"end":16,"tag":"river"}],` +
		`"mentions":[{"start":0,"end":8,"username":"bob_flow","id":"6253282"}],"urls":[{"start":40,"end":63,"url":"https://t.co/abcdefghij",` +
		`"expanded_url":"https://example.com/weather/rivers","display_url":"example.com/weather/rivers","status":200,"title":"Rivers"}],` +
		`"annotations":[{"start":4,"end":8,"probability":0.62,"type":"Place","normalized_text":"River"}]},"context_annotations":[` +
		`{"domain":{"id":"46","name":"Weather","description":"Weather and climate"},"entity":{"id":"1","name":"Floods"}}]},` +
		`"includes":{"users":[` + user("2244994945") + `,` + user("6253282") + `],"posts":[{"id":"1899999999999999999","text":"` + text +
		`","author_id":"6253282","edit_history_post_ids":["1899999999999999999"],"created_at":"2025-03-13T01:11:55.000Z"}]},` +
		`"matching_rules":[{"id":"1780000000000000001","tag":"rivers"}]}` + "\r\n"
	if old {
		line = strings.NewReplacer("edit_history_post_ids", "edit_history_tweet_ids", "repost_count", "retweet_count", "post_count", "tweet_count",
			"referenced_posts", "referenced_tweets", `"posts":[`, `"tweets":[`).Replace(line)
	}
	return line
}

type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return r(req) }

func answer(req *http.Request, status int, body io.Reader) *http.Response {
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req, ContentLength: -1,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(body),
	}
}

// BenchmarkStream compares finding the lines and decoding each, one after the other, with the engine.
func BenchmarkStream(b *testing.B) {
	for _, spelling := range []string{"current", "old"} {
		line := post(spelling == "old")
		b.Run(spelling+"/bare", func(b *testing.B) {
			b.SetBytes(int64(len(line)))
			b.ReportAllocs()
			lines := bufio.NewReaderSize(newFirehose(line, b.N), 64<<10)
			for range b.N {
				text, err := lines.ReadSlice('\n')
				require.NoError(b, err)
				var result xapi.StreamPostsResult
				require.NoError(b, json.Unmarshal(text, &result))
			}
		})
		for decoders := 1; decoders <= 2; decoders++ {
			b.Run(fmt.Sprintf("%s/decoders=%d", spelling, decoders), func(b *testing.B) {
				b.SetBytes(int64(len(line)))
				b.ReportAllocs()
				client := newClient(b, roundTripper(func(req *http.Request) (*http.Response, error) {
					return answer(req, http.StatusOK, newFirehose(line, b.N)), nil
				}))
				got := 0
				b.ResetTimer()
				for _, err := range stream.New(client.StreamPosts, nil, stream.WithDecoders(decoders)).All(b.Context()) {
					require.NoError(b, err)
					if got++; got == b.N {
						break
					}
				}
			})
		}
	}
}

// BenchmarkLag has a consumer that is always behind: the queue is full all the time. The memory that is in use after the
// first tenth and at the end, queue and window included, is what is compared.
func BenchmarkLag(b *testing.B) {
	line := streamtest.Post(fmt.Sprint(int64(firstID))) + "\r\n"
	client := newClient(b, roundTripper(func(req *http.Request) (*http.Response, error) {
		return answer(req, http.StatusOK, newFirehose(line, b.N)), nil
	}))
	b.ReportAllocs()
	b.ResetTimer()
	got := 0
	inUse := func(name string) {
		var stats runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&stats)
		b.ReportMetric(float64(stats.HeapInuse)/(1<<20), name)
	}
	for _, err := range stream.New(client.StreamPosts, nil).All(b.Context()) {
		require.NoError(b, err)
		if got++; got == b.N/10+1 {
			inUse("MB-early")
		}
		if got == b.N {
			inUse("MB-late")
			break
		}
	}
}

// BenchmarkValidation shows what holding a document against the spec costs: the difference between none and each.
func BenchmarkValidation(b *testing.B) {
	line := post(false)
	for name, every := range map[string]int{"none": 0, "each": 1, "one in a hundred": 100} {
		b.Run(name, func(b *testing.B) {
			client := newClient(b, roundTripper(func(req *http.Request) (*http.Response, error) {
				return answer(req, http.StatusOK, newFirehose(line, b.N)), nil
			}))
			b.ReportAllocs()
			got := 0
			for _, err := range stream.New(client.StreamPosts, nil, stream.WithValidation(every)).All(b.Context()) {
				require.NoError(b, err)
				if got++; got == b.N {
					break
				}
			}
		})
	}
}

package wire_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen/wire"
)

func TestTimesAreReadInEveryForm(t *testing.T) {
	moment := time.Date(2026, 8, 7, 12, 30, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		`"2026-08-07T12:30:00.000Z"`:       moment,
		`"2026-08-07T12:30:00Z"`:           moment,
		`"2026-08-07T14:30:00+02:00"`:      moment,
		`"Fri Aug 07 12:30:00 +0000 2026"`: moment,
		`"2026-08-07"`:                     time.Date(2026, 8, 7, 0, 0, 0, 0, time.UTC),
		`"soon"`:                           {},
		`null`:                             {},
		`"1786105800000"`:                  moment,
		`1786105800`:                       moment,
		`{"a":1}`:                          {},
	} {
		var page struct {
			At   wire.Time
			Next string
		}
		require.NoError(t, json.Unmarshal([]byte(`{"at":`+text+`,"next":"whole"}`), &page), text)
		require.True(t, want.Equal(page.At.Time), text)
		require.Equal(t, "whole", page.Next, text)
	}
	text, err := json.Marshal(map[string]wire.Time{"at": wire.NewTime(moment), "never": {}})
	require.NoError(t, err)
	require.JSONEq(t, `{"at":"2026-08-07T12:30:00.000Z","never":null}`, string(text))
}

func TestNumbersAreReadWithAndWithoutQuotes(t *testing.T) {
	for text, want := range map[string]wire.Int{
		`12`: 12, `"12"`: 12, `9007199254740993`: 9007199254740993, `"-4"`: -4, `1e3`: 1000, `1.5`: 0, `"many"`: 0, `null`: 0, `[]`: 0,
	} {
		var page struct {
			Count wire.Int
			Next  string
		}
		require.NoError(t, json.Unmarshal([]byte(`{"count":`+text+`,"next":"whole"}`), &page), text)
		require.Equal(t, want, page.Count, text)
		require.Equal(t, "whole", page.Next, text)
	}
}

func TestOneAndManyAreALists(t *testing.T) {
	for text, want := range map[string]wire.Many[string]{`["a","b"]`: {"a", "b"}, `"a"`: {"a"}, `null`: nil, `[]`: {}} {
		var many wire.Many[string]
		require.NoError(t, json.Unmarshal([]byte(text), &many))
		require.Equal(t, want, many, text)
	}
}

var names = wire.Names{
	{Old: "tweets", New: "posts"}, {Old: "retweet_count", New: "repost_count"}, {Old: "tweet_count", New: "post_count"},
}

func TestOldNamesOfFieldsAreReplacedAndNothingElse(t *testing.T) {
	for text, want := range map[string]string{
		`{"tweets":[{"retweet_count": 1,"text":"\"tweets\": no"}]}`: `{"posts":[{"repost_count": 1,"text":"\"tweets\": no"}]}`,
		`{"tweets" : 1}`:                       `{"posts" : 1}`,
		"{\n \"tweets\"\n:1}":                  "{\n \"posts\"\n:1}",
		`{"text":"tweets","kind":"tweet"}`:     `{"text":"tweets","kind":"tweet"}`,
		`{"text":"a \\","tweets":1}`:           `{"text":"a \\","posts":1}`,
		`{"a":"x\\\"tweets","b":{"tweets":2}}`: `{"a":"x\\\"tweets","b":{"posts":2}}`,
		`{"tweet_id":1,"subtweets":2}`:         `{"tweet_id":1,"subtweets":2}`,
		`["tweets",{"tweets":null}]`:           `["tweets",{"posts":null}]`,
		`{}`:                                   `{}`,
		``:                                     ``,
	} {
		require.Equal(t, want, string(wire.Rename([]byte(text), names)))
	}
}

func TestANewNameBesideItsOldOneWins(t *testing.T) {
	got := wire.Rename([]byte(`{"tweet_count":1,"post_count":2,"of":[{"tweet_count":3}]}`), names)
	require.JSONEq(t, `{"post_count":2,"of":[{"post_count":3}]}`, string(got))
}

func TestWhatHasNothingToRenameIsNotCopied(t *testing.T) {
	text := []byte(`{"data":[{"id":"1","text":"about https://twitter.com/tweets"}]}`)
	require.Zero(t, testing.AllocsPerRun(10, func() { wire.Rename(text, names) }))
	require.Same(t, &text[0], &wire.Rename(text, names)[0])
}

func FuzzRename(f *testing.F) {
	for _, seed := range []string{`{"tweets":[{"retweet_count":1}]}`, `{"a":"\"tweets\":","tweets":{"b":"tweets"}}`, `["tweets"]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var before any
		if json.Unmarshal(text, &before) != nil {
			wire.Rename(text, names)
			return
		}
		var after any
		require.NoError(t, json.Unmarshal(wire.Rename(bytes.Clone(text), names), &after))
		if !bytes.Contains(text, []byte(`\`)) && !bytes.Contains(text, []byte("posts")) && !bytes.Contains(text, []byte("_count")) {
			require.Equal(t, renamed(before), after)
		}
	})
}

// renamed renames the slow way.
func renamed(value any) any {
	switch value := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, child := range value {
			if name == "tweets" {
				name = "posts"
			}
			out[name] = renamed(child)
		}
		return out
	case []any:
		for i := range value {
			value[i] = renamed(value[i])
		}
	}
	return value
}

type params struct {
	Expansions  []string  `form:"expansions"`
	MaxResults  int       `form:"max_results"`
	PostFields  []string  `form:"post.fields"`
	Query       string    `form:"query"`
	StartTime   time.Time `form:"start_time"`
	UserFields  []string  `form:"user.fields"`
	WithReplies bool      `form:"with_replies"`
}

// search is an operation in the spelling given.
func search(old bool) *wire.Endpoint {
	op := &wire.Endpoint{
		Operation: wire.Operation{ID: "search", Method: http.MethodGet, Path: "/2/users/{id}/search"},
		Old:       old,
		Params: []wire.Param{
			{
				Name: "expansions", Wire: "expansions", Values: []string{"author_id", "referenced_posts"},
				Old: []wire.Pair{{Old: "referenced_tweets.id", New: "referenced_posts"}},
			},
			{Name: "max_results", Wire: "max_results"},
			{
				Name: "post.fields", Wire: "post.fields", Values: []string{"created_at", "note_post"},
				Old: []wire.Pair{{Old: "note_tweet", New: "note_post"}, {Old: "referenced_tweets", New: "referenced_posts"}},
			},
			{Name: "query", Wire: "query", Required: true},
			{Name: "start_time", Wire: "start_time"},
			{Name: "user.fields", Wire: "user.fields"},
			{Name: "with_replies", Wire: "with_replies"},
		},
	}
	if old {
		op.Params[0].Values = []string{"author_id", "referenced_tweets.id"}
		op.Params[2].Wire, op.Params[2].Values = "tweet.fields", []string{"author_id", "created_at", "note_tweet"}
	}
	return op
}

func TestRequestsGoOutInTheSpellingOfTheOperation(t *testing.T) {
	given := &params{
		Query: "cats & dogs", PostFields: []string{"created_at", "note_post", "author_id", "brand_new"}, Expansions: []string{"referenced_posts"},
		MaxResults: 10, StartTime: time.Date(2026, 8, 7, 14, 30, 0, 999, time.FixedZone("", 7200)),
	}
	for old, want := range map[bool]string{
		true: "expansions=referenced_tweets.id&max_results=10&tweet.fields=created_at,note_tweet,author_id,brand_new&" +
			"query=cats+%26+dogs&start_time=2026-08-07T12%3A30%3A00Z",
		// author_id is no field of this version, and an expansion of it.
		false: "expansions=referenced_posts,author_id&max_results=10&post.fields=created_at,note_post,brand_new&" +
			"query=cats+%26+dogs&start_time=2026-08-07T12%3A30%3A00Z",
	} {
		req, err := wire.Request(t.Context(), "https://api.example/base/", search(old), wire.Input{Args: []string{"a/b"}, Params: given})
		require.NoError(t, err)
		require.Equal(t, "/base/2/users/a%2Fb/search", req.URL.EscapedPath())
		query := strings.NewReplacer("%20", "+", "%2C", ",").Replace(req.URL.RawQuery)
		require.Equal(t, want, query)
	}
	require.Equal(t, []string{"created_at", "note_post", "author_id", "brand_new"}, given.PostFields, "what the caller gave is not changed")
}

func TestWhatIsRequiredAndEmptyIsRefused(t *testing.T) {
	for says, in := range map[string]wire.Input{
		"search: the parameter query is required": {Args: []string{"1"}, Params: &params{}},
		"search: the argument id is \"\"":         {Args: []string{""}, Params: &params{Query: "q"}},
		"search: the argument id is \"..\"":       {Args: []string{".."}, Params: &params{Query: "q"}},
	} {
		_, err := wire.Request(t.Context(), "https://api.example/", search(true), in)
		require.ErrorContains(t, err, says)
	}
	_, err := wire.Request(t.Context(), "https://api.example/", search(true), wire.Input{Args: []string{"1"}, Params: (*params)(nil)})
	require.ErrorContains(t, err, "query is required")
}

func TestABodyCanBeReadAgain(t *testing.T) {
	req, err := wire.Request(t.Context(), "https://api.example", &wire.Endpoint{Operation: wire.Operation{ID: "make", Method: http.MethodPost, Path: "/2/things"}},
		wire.Input{Body: map[string]any{"text": "a"}})
	require.NoError(t, err)
	require.Equal(t, "https://api.example/2/things", req.URL.String())
	require.Equal(t, "application/json", req.Header.Get("Content-Type"))
	require.EqualValues(t, len(`{"text":"a"}`), req.ContentLength)
	require.NotNil(t, req.GetBody)
}

func TestBareAnswersAreTheirData(t *testing.T) {
	op := &wire.Endpoint{Bare: true}
	for text, want := range map[string]string{
		`{"id":"1"}`: `{"data":{"id":"1"}}`, `{"data":{"id":"1"}}`: `{"data":{"id":"1"}}`, `{"errors":[]}`: `{"errors":[]}`, `{}`: `{}`, `no`: `no`,
	} {
		require.Equal(t, want, string(op.Answer([]byte(text))))
	}
}

func TestPathsMatchTheirTemplates(t *testing.T) {
	for path, want := range map[string]bool{
		"/2/users/1/search": true, "/2/users//search": false, "/2/users/1": false, "/2/users/1/search/": false, "/2/users/1/find": false,
	} {
		_, ok := wire.Matches("/2/users/{id}/search", path)
		require.Equal(t, want, ok, path)
	}
}

func BenchmarkRename(b *testing.B) {
	post := `{"id":"1","text":"about tweets on twitter.com","public_metrics":{"retweet_count":1,"like_count":2},"edit_history_tweet_ids":["1"]},`
	for name, text := range map[string]string{
		"page":    `{"data":[` + strings.TrimSuffix(strings.Repeat(post, 300), ",") + `]}`,
		"nothing": `{"data":[` + strings.TrimSuffix(strings.Repeat(strings.NewReplacer("retweet", "repost", "tweet", "post").Replace(post), 300), ",") + `]}`,
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				wire.Rename([]byte(text), names)
			}
		})
	}
}

func TestABodyIsSpelledAsTheContractHasIt(t *testing.T) {
	old := wire.Names{{Old: "tweet_id", New: "post_id"}}
	for name, c := range map[string]struct {
		op   wire.Endpoint
		want string
	}{
		"in the old spelling": {wire.Endpoint{BodyOld: old}, `{"in":[{"tweet_id":12345678901234567890}],"text":"post_id"}`},
		"in the new spelling": {wire.Endpoint{BodyNew: old}, `{"in":[{"post_id":12345678901234567890}],"text":"post_id"}`},
		"in one spelling":     {wire.Endpoint{}, `{"in":[{"post_id":12345678901234567890}],"text":"post_id"}`},
	} {
		t.Run(name, func(t *testing.T) {
			c.op.Operation = wire.Operation{ID: "likePost", Method: http.MethodPost, Path: "/likes"}
			req, err := wire.Request(t.Context(), "https://api.example/", &c.op, wire.Input{Body: json.RawMessage(`{"in":[{"post_id":12345678901234567890}],"text":"post_id"}`)})
			require.NoError(t, err)
			sent, err := io.ReadAll(req.Body)
			require.NoError(t, err)
			require.JSONEq(t, c.want, string(sent))
			require.Contains(t, string(sent), "12345678901234567890")
		})
	}
}

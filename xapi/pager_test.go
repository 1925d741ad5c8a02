package xapi_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
)

// shelf is a server with n posts that pages as X does: tokens, a floor of 10 and a ceiling of 100. It keeps what it was
// asked.
type shelf struct {
	n     int
	asked []url.Values
	// odd changes the answer to a request, by its number.
	odd func(i int, query url.Values) (status int, body string)
}

func (s *shelf) client(t *testing.T, opts ...xapi.ClientOption) *xapi.Client {
	t.Helper()
	server := roundTripper(func(req *http.Request) (*http.Response, error) {
		query := req.URL.Query()
		s.asked = append(s.asked, query)
		if s.odd != nil {
			if status, body := s.odd(len(s.asked)-1, query); status != 0 {
				return answer(req, status, body, "X-Rate-Limit-Reset", "1"), nil
			}
		}
		size, _ := strconv.Atoi(query.Get("max_results"))
		from := 0
		if token := query.Get("pagination_token"); token != "" {
			from, _ = strconv.Atoi(strings.TrimLeft(token, "a"))
		}
		return answer(req, 200, s.page(from, size)), nil
	})
	client, err := xapi.New(append([]xapi.ClientOption{
		xapi.WithAccessToken("t"), xapi.WithMaxAttempts(1), xapi.WithHTTPClient(&http.Client{Transport: server}),
	}, opts...)...)
	require.NoError(t, err)
	return client
}

// page is the answer with the posts from one on.
func (s *shelf) page(from, size int) string {
	var posts []string
	for i := from; i < min(from+size, s.n); i++ {
		posts = append(posts, fmt.Sprintf(`{"id":"%d","text":"post %d","edit_history_tweet_ids":["%d"]}`, i, i, i))
	}
	meta := fmt.Sprintf(`"result_count":%d`, len(posts))
	if from+size < s.n {
		meta += fmt.Sprintf(`,"next_token":"%s"`, token(from+size))
	}
	return fmt.Sprintf(`{"data":[%s],"meta":{%s}}`, strings.Join(posts, ","), meta)
}

func token(from int) string { return fmt.Sprintf("%019s", strconv.Itoa(from)) }

func ids(t *testing.T, pager *xapi.Pager[xapi.Post]) (all []string, err error) {
	t.Helper()
	for post, failed := range pager.Each(t.Context()) {
		if failed != nil {
			return all, failed
		}
		all = append(all, post.ID)
	}
	return all, nil
}

func cats() *xapi.SearchPostsRecentParams {
	return &xapi.SearchPostsRecentParams{Query: "cats", SinceID: "7"}
}

func TestAListIsReadToItsEndInTheLargestPages(t *testing.T) {
	s := &shelf{n: 250}
	pager := s.client(t).SearchPostsRecentPages(cats())
	all, err := ids(t, pager)
	require.NoError(t, err)
	require.Len(t, all, 250)
	require.Equal(t, xapi.AtEnd, pager.Stopped())
	require.Len(t, s.asked, 3)
	for i, query := range s.asked {
		require.Equal(t, "100", query.Get("max_results"))
		require.Equal(t, "7", query.Get("since_id"), "filters stay on page %d", i)
		require.Equal(t, "cats", query.Get("query"))
	}
	again, err := ids(t, pager)
	require.NoError(t, err)
	require.Empty(t, again, "there is nothing beyond the end")
	end := s.client(t).SearchPostsRecentPages(cats(), xapi.From(pager.Cursor()))
	again, err = ids(t, end)
	require.NoError(t, err)
	require.Empty(t, again)
	require.Equal(t, xapi.AtEnd, end.Stopped())
	require.Len(t, s.asked, 3, "and nothing to ask for")
}

func TestALimitAsksForNoMoreThanItNeeds(t *testing.T) {
	for limit, sizes := range map[int][]string{
		5: {"10"}, 10: {"10"}, 40: {"40"}, 100: {"100"}, 130: {"100", "30"}, 105: {"100", "10"}, 250: {"100", "100", "50"}, 300: {"100", "100", "100"},
	} {
		s := &shelf{n: 250}
		pager := s.client(t).SearchPostsRecentPages(cats(), xapi.Limit(limit))
		all, err := ids(t, pager)
		require.NoError(t, err)
		require.Len(t, all, min(limit, 250))
		var asked []string
		for _, query := range s.asked {
			asked = append(asked, query.Get("max_results"))
		}
		require.Equal(t, sizes, asked, "limit %d", limit)
		if limit < 250 {
			require.Equal(t, xapi.AtLimit, pager.Stopped(), limit)
		}
	}
}

func TestACursorIsExactToTheElement(t *testing.T) {
	for stop := range 36 {
		s := &shelf{n: 35}
		params := cats()
		params.MaxResults = 10
		pager := s.client(t).SearchPostsRecentPages(params)
		var all []string
		for post, err := range pager.Each(t.Context()) {
			require.NoError(t, err)
			if len(all) == stop {
				break
			}
			if all = append(all, post.ID); len(all) == stop && stop%2 == 1 {
				break
			}
		}
		cursor := pager.Cursor()
		if stop == 0 {
			require.NotEmpty(t, cursor, "the element that the loop was left with has been given out")
			all = append(all, "0")
		} else if stop%2 == 0 && stop < 35 {
			all = append(all, strconv.Itoa(stop))
		}
		again := cats()
		again.MaxResults = 10
		for post, err := range s.client(t).SearchPostsRecentPages(again, xapi.From(cursor)).Each(t.Context()) {
			require.NoError(t, err)
			all = append(all, post.ID)
		}
		require.Len(t, all, 35, "stopped after %d", stop)
		for i, id := range all {
			require.Equal(t, strconv.Itoa(i), id)
		}
	}
	s := &shelf{n: 3}
	pager := s.client(t).SearchPostsRecentPages(cats(), xapi.From("nonsense"))
	for range 2 {
		_, err := ids(t, pager)
		require.ErrorContains(t, err, "no cursor", "not another loop over it begins at the start")
	}
	require.Empty(t, s.asked)
}

func TestALoopAfterAFailureGoesOnWhereItStopped(t *testing.T) {
	s := &shelf{n: 250}
	s.odd = func(i int, _ url.Values) (int, string) {
		if i == 1 {
			return 502, `{"title":"Bad Gateway","status":502,"type":"about:blank"}`
		}
		return 0, ""
	}
	pager := s.client(t).SearchPostsRecentPages(cats())
	first, err := ids(t, pager)
	require.ErrorIs(t, err, xapi.ErrUnavailable)
	require.Len(t, first, 100)
	require.Equal(t, xapi.Failed, pager.Stopped())
	rest, err := ids(t, pager)
	require.NoError(t, err)
	require.Len(t, rest, 150)
	require.Len(t, s.asked, 4, "nothing is asked for twice but what failed")
}

const unavailable = `{"title":"Service Unavailable","status":503,"type":"about:blank"}`

func TestPagesThatTheServerCannotMakeAreAskedForSmaller(t *testing.T) {
	for _, opts := range [][]xapi.PagerOption{nil, {xapi.Prefetch()}, {xapi.Limit(180)}} {
		s := &shelf{n: 250}
		var sizes []string
		s.odd = func(i int, query url.Values) (int, string) {
			sizes = append(sizes, query.Get("max_results"))
			if size, _ := strconv.Atoi(query.Get("max_results")); i > 0 && size > 40 {
				return 503, unavailable
			}
			return 0, ""
		}
		pager := s.client(t).SearchPostsRecentPages(cats(), opts...)
		all, err := ids(t, pager)
		require.NoError(t, err)
		want := []string{"100", "100", "50", "25", "25", "25", "25", "25", "25"}
		if pager.Stopped() == xapi.AtLimit {
			want = []string{"100", "80", "40", "40"}
		}
		require.Equal(t, want, sizes)
		for i, id := range all {
			require.Equal(t, strconv.Itoa(i), id)
		}
		require.Len(t, all, map[xapi.StopReason]int{xapi.AtEnd: 250, xapi.AtLimit: 180}[pager.Stopped()])
	}
}

func TestAServerThatMakesNoPageAtAllFailsTheList(t *testing.T) {
	s := &shelf{n: 250}
	s.odd = func(int, url.Values) (int, string) { return 503, unavailable }
	pager := s.client(t).SearchPostsRecentPages(cats())
	_, err := ids(t, pager)
	require.ErrorIs(t, err, xapi.ErrUnavailable)
	require.Len(t, s.asked, 5, "at 100, 50, 25, 12 and 10")
}

func TestEmptyPagesAreGonePastAndBounded(t *testing.T) {
	s := &shelf{n: 20}
	s.odd = func(i int, query url.Values) (int, string) {
		if i < 3 {
			return 200, fmt.Sprintf(`{"meta":{"result_count":0,"next_token":"%s"}}`, strings.Repeat("e", 17+i))
		}
		if strings.HasPrefix(query.Get("pagination_token"), "e") {
			return 200, s.page(0, 100)
		}
		return 0, ""
	}
	all, err := ids(t, s.client(t).SearchPostsRecentPages(cats()))
	require.NoError(t, err)
	require.Len(t, all, 20)
	s.asked = nil
	pager := s.client(t).SearchPostsRecentPages(cats(), xapi.EmptyPages(2))
	_, err = ids(t, pager)
	require.ErrorIs(t, err, xapi.ErrEmptyPages)
	all, err = ids(t, pager)
	require.NoError(t, err, "another loop goes on")
	require.Len(t, all, 20)
}

func TestPagesInACircleAreAnError(t *testing.T) {
	for _, length := range []int{1, 2, 3, 8, 100, 1000} {
		s := &shelf{}
		s.odd = func(i int, _ url.Values) (int, string) {
			return 200, fmt.Sprintf(`{"data":[{"id":"%d","text":"t"}],"meta":{"next_token":"%s"}}`, i, token(i%length))
		}
		_, err := ids(t, s.client(t).SearchPostsRecentPages(cats()))
		require.ErrorIs(t, err, xapi.ErrRepeatedPage)
		if length < 200 {
			require.Len(t, s.asked, length+1, "as soon as it can be seen")
		}
		require.Less(t, len(s.asked), 6*length+6)
	}
}

func TestWhatShiftsIsGivenOnce(t *testing.T) {
	s := &shelf{n: 30}
	params := cats()
	params.MaxResults = 10
	s.odd = func(i int, query url.Values) (int, string) {
		if i == 0 {
			return 0, ""
		}
		from, _ := strconv.Atoi(strings.TrimLeft(query.Get("pagination_token"), "a"))
		return 200, s.page(from-2, 10) // two posts came in at the top meanwhile
	}
	all, err := ids(t, s.client(t).SearchPostsRecentPages(params, xapi.Distinct(), xapi.Limit(25)))
	require.NoError(t, err)
	require.Len(t, all, 25)
	for i, id := range all {
		require.Equal(t, strconv.Itoa(i), id)
	}
}

func TestPagesAreFetchedAheadOnRequestOnly(t *testing.T) {
	s := &shelf{n: 250}
	for range s.client(t).SearchPostsRecentPages(cats()).Each(t.Context()) {
		break
	}
	require.Len(t, s.asked, 1)
	s = &shelf{n: 250}
	all, err := ids(t, s.client(t).SearchPostsRecentPages(cats(), xapi.Prefetch(), xapi.Limit(120)))
	require.NoError(t, err)
	require.Len(t, all, 120)
	require.Len(t, s.asked, 2)
	require.Equal(t, "20", s.asked[1].Get("max_results"))
	before := runtime.NumGoroutine()
	for range (&shelf{n: 250}).client(t).SearchPostsRecentPages(cats(), xapi.Prefetch()).Each(t.Context()) {
		break
	}
	require.LessOrEqual(t, runtime.NumGoroutine(), before+1)
}

func TestPagesComeWhole(t *testing.T) {
	s := &shelf{n: 150}
	pager := s.client(t).SearchPostsRecentPages(cats(), xapi.Limit(120))
	var sizes []int
	for page, err := range pager.Pages(t.Context()) {
		require.NoError(t, err)
		sizes = append(sizes, len(page.Data))
	}
	require.Equal(t, []int{100, 20}, sizes)
	require.Equal(t, xapi.AtLimit, pager.Stopped())
}

func TestALoopHasItsPageItsJoinAndItsBytesInHand(t *testing.T) {
	s := &shelf{n: 0}
	pages := []string{
		`{"data":[{"id":"1","text":"a","author_id":"7","brand_new":"x"},{"id":"2","text":"b","author_id":"8"}],
			"includes":{"users":[{"id":"7","name":"Ann","username":"ann"}]},"meta":{"next_token":"0000000000000000001","newest_id":"1"},
			"errors":[{"resource_id":"8","resource_type":"user","title":"Forbidden","detail":"suspended","type":"about:blank"}]}`,
		`{"errors":[{"resource_id":"9","title":"Not Found","detail":"gone","type":"about:blank","brand_new":1}],"meta":{"result_count":0,"next_token":"0000000000000000002"}}`,
		`{"data":[{"id":"1","text":"a"},{"id":"3","text":"c","author_id":"8","brand_new":"z"}],"includes":{"users":[{"id":"8","name":"Bob","username":"bob"}]},"meta":{}}`,
	}
	s.odd = func(i int, _ url.Values) (int, string) { return 200, pages[i] }
	for _, prefetch := range []xapi.PagerOption{nil, xapi.Prefetch()} {
		s.asked = nil
		var problems []xapi.Problem
		var raw []byte
		posts := s.client(t).SearchPostsRecentPages(cats(), xapi.CollectProblems(&problems), xapi.Distinct(), prefetch, xapi.ForEachPage(xapi.WithRaw(&raw)))
		require.Nil(t, posts.Page())
		require.Nil(t, posts.Raw())
		require.Nil(t, posts.Join().User("7"))
		var seen []string
		for post, err := range posts.Each(t.Context()) {
			require.NoError(t, err)
			said := post.ID
			if author := posts.Join().PostAuthor(&post); author != nil {
				said += " by " + author.Username
			} else if problem := posts.Join().Missing(post.AuthorID); problem != nil {
				said += " by " + problem.Detail
			}
			fresh, _ := xapi.Field[string](posts.Raw(), "brand_new")
			id, _ := xapi.Field[string](posts.Raw(), "id")
			require.Equal(t, post.ID, id)
			require.Contains(t, string(raw), `"text":"`+post.Text)
			seen = append(seen, said+" "+fresh)
		}
		require.Equal(t, []string{"1 by ann x", "2 by suspended ", "3 by bob z"}, seen)
		require.Equal(t, "3", posts.Page().Data[0].ID)
		require.Len(t, problems, 2, "also of a page that has nothing else")
		require.Equal(t, "gone", problems[1].Detail)
	}
	s.asked = nil
	pager := s.client(t).SearchPostsRecentPages(cats())
	i := 0
	for page, err := range pager.Pages(t.Context()) {
		require.NoError(t, err)
		require.Same(t, page, pager.Page())
		require.Equal(t, pages[i], string(pager.Raw()))
		i++
	}
	require.Equal(t, 3, i)
}

func TestAContextEndsAList(t *testing.T) {
	s := &shelf{n: 1000}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for _, err := range s.client(t).SearchPostsRecentPages(cats()).Each(ctx) {
		last = err
		cancel()
	}
	require.ErrorIs(t, last, context.Canceled)
}

func TestALongListTakesNoMemory(t *testing.T) {
	s := &shelf{n: 100_000}
	params := cats()
	params.MaxResults = 10
	var first, last runtime.MemStats
	seen := 0
	for _, err := range s.client(t, xapi.WithValidation(xapi.Off, xapi.Off)).SearchPostsRecentPages(params).Each(t.Context()) {
		require.NoError(t, err)
		if seen++; seen == 1000 {
			runtime.GC()
			runtime.ReadMemStats(&first)
		}
		s.asked = s.asked[:0]
	}
	require.Equal(t, 100_000, seen, "10,000 pages")
	runtime.GC()
	runtime.ReadMemStats(&last)
	require.Less(t, float64(last.HeapAlloc), float64(first.HeapAlloc)+1<<20)
}

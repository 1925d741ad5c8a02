package xapi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
)

const cent = xapi.Dollar / 100

// TestEstimatesAreThoseOfTheListOfPrices holds estimates against sums done by hand with X's list.
func TestEstimatesAreThoseOfTheListOfPrices(t *testing.T) {
	for name, test := range map[string]struct {
		operation string
		query     url.Values
		body      string
		want      xapi.Money
		says      string
	}{
		"100 posts":                {xapi.OpSearchPostsRecent, url.Values{"max_results": {"100"}}, "", 50 * cent, "100 × post: $0.50"},
		"a page of the usual size": {xapi.OpSearchPostsRecent, nil, "", 5 * cent, "10 × post: $0.05"},
		"posts and their authors": {
			xapi.OpSearchPostsRecent, url.Values{"max_results": {"100"}, "expansions": {"author_id,attachments.media_keys"}}, "",
			150 * cent, "100 × post, 100 × user: $1.50",
		},
		"posts that refer to others": {
			xapi.OpGetPostsByIDs, url.Values{"ids": {"1,2,3"}, "expansions": {"referenced_tweets.id"}}, "", 3 * cent, "6 × post: $0.03",
		},
		"one post":             {xapi.OpGetPostsByID, nil, "", 5 * cent / 10, "1 × post: $0.005"},
		"two users":            {xapi.OpGetUsersByUsernames, url.Values{"usernames": {"a,b"}}, "", 2 * cent, "2 × user: $0.02"},
		"1000 followers":       {xapi.OpGetUsersFollowers, url.Values{"max_results": {"1000"}}, "", 10 * xapi.Dollar, "1000 × user: $10.00"},
		"muted users":          {xapi.OpGetUsersMuting, url.Values{"max_results": {"1000"}}, "", xapi.Dollar, "1000 × mute: $1.00"},
		"messages":             {xapi.OpGetDirectMessagesEvents, nil, "", xapi.Dollar, "100 × dm-event: $1.00"},
		"pinned lists":         {xapi.OpGetUsersPinnedLists, nil, "", 25 * cent / 10, "5 × list: $0.025"},
		"a post":               {xapi.OpCreatePosts, nil, `{"text":"no address. at all"}`, 15 * cent / 10, "1 × post-create: $0.015"},
		"a post with a link":   {xapi.OpCreatePosts, nil, `{"text":"see example.com"}`, 20 * cent, "1 × post-create-with-url: $0.20"},
		"a message":            {xapi.OpCreateDirectMessagesByParticipantID, nil, `{"text":"see example.com"}`, 15 * cent / 10, "1 × dm-create: $0.015"},
		"counts of all":        {xapi.OpGetPostsCountsAll, nil, "", cent, "1 × counts-all: $0.01"},
		"a deletion":           {xapi.OpDeletePosts, nil, "", cent, "1 × interaction-delete: $0.01"},
		"what has no price":    {xapi.OpAppendMediaUpload, nil, "", 0, "$0.00"},
		"one document, a time": {xapi.OpStreamPosts, nil, "", 5 * cent / 10, "1 × post: $0.005"},
	} {
		t.Run(name, func(t *testing.T) {
			op, ok := xapi.FindOperation(test.operation)
			require.True(t, ok)
			charge := op.Estimate(test.query, []byte(test.body), xapi.DefaultPrices())
			require.Equal(t, test.want, charge.Amount)
			require.Equal(t, test.says, charge.String())
		})
	}
}

func TestABudgetRefusesBeforeAnythingIsSent(t *testing.T) {
	client, sent := scripted(t, []roundTripper{
		with(200, `{"data":[{"id":"1","text":"a"},{"id":"2","text":"b"}],"includes":{"users":[{"id":"3","name":"c","username":"c"}]},"meta":{"result_count":2}}`),
		with(201, `{"data":{"id":"1","text":"hi"}}`),
	})
	budget := xapi.NewBudget(6*cent + cent/2)
	search := &xapi.SearchPostsRecentParams{Query: "go", MaxResults: 12}
	_, err := client.SearchPostsRecent(t.Context(), search, xapi.WithBudget(budget))
	require.NoError(t, err)
	require.Equal(t, map[xapi.Unit]int{xapi.UnitPost: 2, xapi.UnitUser: 1}, budget.Spent().Units)
	require.Equal(t, 2*cent, budget.Spent().Amount)

	_, err = client.SearchPostsRecent(t.Context(), search, xapi.WithBudget(budget))
	var over *xapi.BudgetError
	require.ErrorAs(t, err, &over)
	require.Equal(t, 6*cent, over.Estimate.Amount)
	require.Equal(t, 2*cent, over.Spent)
	require.EqualError(t, err, "searchPostsRecent: not sent: it may cost 12 × post: $0.06, and $0.02 of the budget of $0.065 is spent: "+
		"ask for less, or raise the budget")
	require.Equal(t, 1, *sent)

	_, err = client.CreatePosts(t.Context(), xapi.PostDraft{Text: "hi"}, xapi.WithBudget(budget))
	require.NoError(t, err)
	require.Equal(t, 3*cent, budget.Left())
	_, err = client.CreatePosts(t.Context(), xapi.PostDraft{Text: "https://example.com"}, xapi.WithBudget(budget))
	require.ErrorAs(t, err, &over)
	require.Equal(t, 2, *sent)
}

func TestWhatDidNotHappenCostsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		budget := xapi.NewBudget(xapi.Dollar)
		client, _ := scripted(t, []roundTripper{
			with(403, ""), with(200, `{"meta":{"result_count":0}}`), with(200, `{"errors":[{"title":"Not Found"}]}`), dial, reset,
		}, xapi.WithBudget(budget), xapi.WithMaxAttempts(1))
		ask := func() error {
			_, err := client.SearchPostsRecent(t.Context(), &xapi.SearchPostsRecentParams{Query: "go"})
			return err
		}
		require.Error(t, ask())
		require.NoError(t, ask())
		require.Error(t, ask())
		require.Error(t, ask())
		require.Zero(t, budget.Spent().Amount)
		require.Error(t, ask())
		require.Equal(t, 5*cent, budget.Spent().Amount, "what may have been answered is counted as estimated")
	})
}

func TestAListStopsAtItsBudget(t *testing.T) {
	page := with(200, `{"data":[{"id":"1","text":"a"},{"id":"2","text":"b"}],"meta":{"result_count":2,"next_token":"t"}}`)
	other := with(200, `{"data":[{"id":"3","text":"a"},{"id":"4","text":"b"}],"meta":{"result_count":2,"next_token":"u"}}`)
	client, sent := scripted(t, []roundTripper{page, other})
	budget := xapi.NewBudget(6 * cent)
	posts := client.SearchPostsRecentPages(&xapi.SearchPostsRecentParams{Query: "go", MaxResults: 10}, xapi.ForEachPage(xapi.WithBudget(budget)))
	var read int
	var failed error
	for _, err := range posts.Each(t.Context()) {
		if failed = err; err == nil {
			read++
		}
	}
	var over *xapi.BudgetError
	require.ErrorAs(t, failed, &over, "the third page may cost 5 cents, and 4 are left")
	require.Equal(t, 4, read)
	require.Equal(t, 2, *sent)
	require.Equal(t, 2*cent, budget.Spent().Amount)
	require.NotEmpty(t, posts.Cursor(), "it can be gone on with, when there is more money")
}

func TestEveryBudgetHolds(t *testing.T) {
	mine, theirs := xapi.NewBudget(xapi.Dollar), xapi.NewBudget(0)
	client, sent := scripted(t, nil, xapi.WithBudget(mine))
	_, err := client.CreatePosts(t.Context(), xapi.PostDraft{Text: "hi"}, xapi.WithBudget(theirs))
	var over *xapi.BudgetError
	require.ErrorAs(t, err, &over)
	require.Zero(t, over.Limit)
	require.Zero(t, mine.Spent().Amount)
	require.Zero(t, *sent)
	_, err = xapi.New(xapi.WithBudget(nil))
	require.Error(t, err)
}

func TestPricesCanBeReplaced(t *testing.T) {
	client, _ := scripted(t, []roundTripper{with(201, `{"data":{"id":"1","text":"hi"}}`)})
	budget := xapi.NewBudget(xapi.Dollar, xapi.WithPrices(xapi.Prices{xapi.UnitPostCreate: 7 * cent}))
	_, err := client.CreatePosts(t.Context(), xapi.PostDraft{Text: "hi"}, xapi.WithBudget(budget))
	require.NoError(t, err)
	require.Equal(t, 7*cent, budget.Spent().Amount)
	require.Equal(t, 15*cent/10, xapi.DefaultPrices()[xapi.UnitPostCreate])
}

func TestCallsAtOnceStayWithinABudget(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"data":{"id":"1","text":"hi"}}`)
	}))
	defer server.Close()
	budget := xapi.NewBudget(15 * cent)
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithAccessToken("t"), xapi.WithBudget(budget))
	require.NoError(t, err)
	var group sync.WaitGroup
	var mu sync.Mutex
	done, refused := 0, []error(nil)
	for range 20 {
		group.Go(func() {
			_, err := client.CreatePosts(t.Context(), xapi.PostDraft{Text: "hi"})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				done++
			} else {
				refused = append(refused, err)
			}
		})
	}
	group.Wait()
	for _, err := range refused {
		require.ErrorAs(t, err, new(*xapi.BudgetError))
	}
	require.Equal(t, 10, done)
	require.Equal(t, 15*cent, budget.Spent().Amount)
}

// tally is a counter that several budgets share.
type tally struct {
	spent int64
	away  error
}

func (c *tally) Spend(_ context.Context, _ string, amount, limit int64, _ time.Duration) (int64, bool, error) {
	if c.away != nil {
		return 0, false, c.away
	}
	if c.spent+amount > limit {
		return c.spent, false, nil
	}
	c.spent += amount
	return c.spent, true, nil
}

func TestAFleetSharesACount(t *testing.T) {
	counter := new(tally)
	page := with(200, `{"data":[{"id":"1","text":"a"}],"meta":{"result_count":1}}`)
	search := &xapi.SearchPostsRecentParams{Query: "go"}
	for i := range 4 {
		client, _ := scripted(t, []roundTripper{page}, xapi.WithBudget(xapi.NewBudget(6*cent, xapi.WithSharedCount(counter, "today", time.Hour))))
		_, err := client.SearchPostsRecent(t.Context(), search)
		if i < 3 {
			require.NoError(t, err)
			require.EqualValues(t, (i+1)*5000, counter.spent)
			continue
		}
		var over *xapi.BudgetError
		require.ErrorAs(t, err, &over)
		require.Equal(t, 15*cent/10, over.Spent, "what the others spent counts")
	}
	counter.away = errors.New("the database is away")
	client, sent := scripted(t, nil, xapi.WithBudget(xapi.NewBudget(xapi.Dollar, xapi.WithSharedCount(counter, "today", time.Hour))))
	_, err := client.SearchPostsRecent(t.Context(), search)
	require.ErrorIs(t, err, counter.away)
	require.Zero(t, *sent)
}

func TestAStreamEndsWithItsBudget(t *testing.T) {
	document := func(id int) string {
		return fmt.Sprintf(`{"data":{"id":"%d","text":"a"},"includes":{"users":[{"id":"3","name":"c","username":"c"}]}}`, id) + "\r\n"
	}
	slowly := func(req *http.Request) (*http.Response, error) {
		resp := answer(req, 200, document(1)+"\r\n"+document(2)+document(3)+document(4))
		resp.Body = io.NopCloser(iotest.OneByteReader(resp.Body))
		return resp, nil
	}
	client, _ := scripted(t, []roundTripper{slowly}, xapi.WithBearerToken("b"))
	budget := xapi.NewBudget(4 * cent)
	var failed error
	documents := 0
	for _, err := range client.StreamPosts(t.Context(), nil, xapi.WithBudget(budget)) {
		if err != nil {
			failed = err
			break
		}
		documents++
	}
	var over *xapi.BudgetError
	require.ErrorAs(t, failed, &over)
	require.Equal(t, map[xapi.Unit]int{xapi.UnitPost: documents, xapi.UnitUser: documents}, budget.Spent().Units)
	require.Equal(t, 3, documents, "the one that crosses the limit has come, and is handed over")

	client, _ = scripted(t, []roundTripper{with(200, "\r\n"), with(403, "")}, xapi.WithBearerToken("b"))
	quiet := xapi.NewBudget(cent)
	for _, err := range client.StreamPosts(t.Context(), nil, xapi.WithBudget(quiet)) {
		require.ErrorIs(t, err, xapi.ErrForbidden, "nothing was sent")
	}
	require.Zero(t, quiet.Spent().Amount)
}

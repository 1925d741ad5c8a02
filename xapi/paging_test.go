package xapi_test

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
)

// everyList runs a test for every operation that pages.
func everyList(t *testing.T, test func(t *testing.T, op xapi.Operation, d dialect)) {
	for id, d := range dialects {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			op, ok := xapi.FindOperation(id)
			require.True(t, ok)
			test(t, op, d.under(id))
		})
	}
}

func TestEveryOperationThatTakesATokenPages(t *testing.T) {
	paged := 0
	for op := range xapi.Operations() {
		takes := slices.ContainsFunc(op.Parameters, func(p xapi.OperationParameter) bool { return slices.Contains(both, p.Name) })
		_, has := reflect.TypeFor[*xapi.Client]().MethodByName(op.Name + "Pages")
		_, told := dialects[op.ID]
		require.True(t, has || !told, op.ID)
		if has {
			require.True(t, takes, op.ID)
			paged++
		}
	}
	require.GreaterOrEqual(t, paged, len(dialects), "a later version may have more")
}

func TestEveryListIsReadWholeInTheFewestRequests(t *testing.T) {
	t.Parallel()
	everyList(t, func(t *testing.T, op xapi.Operation, d dialect) {
		n := 2*d.most() + 3
		s := newPagingServer(t, d, n)
		got, err := list(s.client(t), op).all(t)
		require.NoError(t, err)
		same(t, down(n, n), got)
		require.Len(t, s.asked, 3)
		require.Equal(t, n, s.paid)
	})
}

func TestEveryLimitCostsTheLeast(t *testing.T) {
	t.Parallel()
	everyList(t, func(t *testing.T, op xapi.Operation, d dialect) {
		most := d.most()
		for _, limit := range []int{1, d.floor, d.floor + 1, most - 1, most, most + 1, 2*most + 1} {
			if limit < 1 {
				continue
			}
			n := 3 * most
			s := newPagingServer(t, d, n)
			l := list(s.client(t), op, xapi.Limit(limit))
			got, err := l.all(t)
			require.NoError(t, err)
			same(t, down(n, limit), got)
			require.Equal(t, xapi.AtLimit, l.stopped())
			pages := (limit + most - 1) / most
			require.Len(t, s.asked, pages, "limit %d", limit)
			last := limit - (pages-1)*most
			if d.ceiling == 0 {
				last = most // which nothing bounds
			}
			require.Equal(t, (pages-1)*most+max(last, d.floor), s.paid, "limit %d", limit)
		}
	})
}

func TestEveryListGoesOnFromItsCursor(t *testing.T) {
	t.Parallel()
	everyList(t, func(t *testing.T, op xapi.Operation, d dialect) {
		most := d.most()
		n := most + most/2
		for _, stop := range []int{1, most / 2, most - 1, most, most + 1, n - 1, n} {
			s := newPagingServer(t, d, n)
			first := list(s.client(t), op)
			var got []string
			require.NoError(t, first.each(t.Context(), func(id string) bool {
				got = append(got, id)
				return len(got) < stop
			}))
			require.Equal(t, xapi.Broken, first.stopped())
			rest, err := list(s.client(t), op, xapi.From(first.cursor())).all(t)
			require.NoError(t, err)
			same(t, down(n, n), append(got, rest...), "stopped at %d", stop)
			within := 0 // a page that was left in its middle is asked for again
			if stop != most && stop != n {
				within = 1
			}
			require.Len(t, s.asked, 2+within, "stopped at %d", stop)
		}
	})
}

func TestEveryListGoesPastEmptyAndShortPages(t *testing.T) {
	t.Parallel()
	everyList(t, func(t *testing.T, op xapi.Operation, d dialect) {
		n := 4 * d.most()
		s := newPagingServer(t, d, n)
		s.mischief = func(nth int, page *pageOf) {
			switch nth {
			case 0:
				page.ids = nil
			case 1:
				page.ids = page.ids[:1]
			case 2: // nothing of which may be shown
				page.ids, page.problems = nil, []any{map[string]any{"title": "Forbidden", "detail": "suspended", "type": "about:blank"}}
			}
		}
		var problems []xapi.Problem
		got, err := list(s.client(t), op, xapi.CollectProblems(&problems)).all(t)
		require.NoError(t, err)
		same(t, append(down(n-d.most(), 1), down(n-3*d.most(), d.most())...), got)
		require.Len(t, problems, 1)
		require.Len(t, s.asked, 4)

		s.mischief = func(nth int, page *pageOf) { page.ids, page.meta["next_token"] = nil, tokenFor(nth+1) }
		s.asked = nil
		endless := list(s.client(t), op)
		_, err = endless.all(t)
		require.ErrorIs(t, err, xapi.ErrEmptyPages)
		require.Equal(t, xapi.Failed, endless.stopped())
		require.Len(t, s.asked, 25)
	})
}

func TestEveryListEndsWhereATokenComesAgain(t *testing.T) {
	t.Parallel()
	everyList(t, func(t *testing.T, op xapi.Operation, d dialect) {
		s := newPagingServer(t, d, 3*d.most())
		s.dialect.token = nil // a server that knows the parameter by another name
		got, err := list(s.client(t), op).all(t)
		require.ErrorIs(t, err, xapi.ErrRepeatedPage)
		same(t, down(s.n, d.most()), got, "no element twice")
		require.Len(t, s.asked, 2)
	})
}

func TestEveryListEndsWhereNoTokenIs(t *testing.T) {
	t.Parallel()
	everyList(t, func(t *testing.T, op xapi.Operation, d dialect) {
		s := newPagingServer(t, d, d.most())
		s.mischief = func(_ int, page *pageOf) { page.bare = true }
		l := list(s.client(t), op)
		got, err := l.all(t)
		require.NoError(t, err)
		require.Len(t, got, d.most())
		require.Equal(t, xapi.AtEnd, l.stopped())

		s.mischief = func(_ int, page *pageOf) { // has_more is not believed, and previous_token leads back
			page.meta["has_more"], page.meta["previous_token"] = true, tokenFor(7)
		}
		got, err = list(s.client(t), op).all(t)
		require.NoError(t, err)
		require.Len(t, got, d.most())
		require.Len(t, s.asked, 2)
	})
}

func TestEveryListSurvivesAFailureInItsMiddle(t *testing.T) {
	t.Parallel()
	everyList(t, func(t *testing.T, op xapi.Operation, d dialect) {
		n := 4 * d.most()
		s := newPagingServer(t, d, n)
		s.mischief = func(nth int, page *pageOf) {
			if nth == 1 {
				page.status = http.StatusServiceUnavailable
			}
		}
		got, err := list(s.client(t), op).all(t)
		require.NoError(t, err)
		same(t, down(n, n), got)
		require.Len(t, s.asked, 5, "the page that failed is asked for again, and no other")

		s.asked, s.paid = nil, 0
		s.mischief = func(nth int, page *pageOf) {
			if nth == 2 {
				page.status = http.StatusTooManyRequests
				page.header.Set("X-Rate-Limit-Limit", "15")
				page.header.Set("X-Rate-Limit-Remaining", "0")
				page.header.Set("X-Rate-Limit-Reset", strconv.FormatInt(time.Now().Add(10*time.Minute).Unix(), 10))
			}
		}
		l := list(s.client(t), op)
		got, err = l.all(t)
		var limited *xapi.RateLimitError
		require.ErrorAs(t, err, &limited)
		require.Equal(t, xapi.StepWait, xapi.NextStepOf(err).Step)
		same(t, down(n, 2*d.most()), got)
		_, err = l.all(t)
		require.ErrorAs(t, err, &limited, "not sent, the window is known to be spent")
		require.Len(t, s.asked, 3)
		rest, err := list(s.client(t), op, xapi.From(l.cursor())).all(t) // another process, a while later
		require.NoError(t, err)
		same(t, down(n, n), append(got, rest...))
		require.Len(t, s.asked, 5)
		require.Equal(t, n, s.paid, "nothing is paid for twice")
	})
}

func TestWhatComesInWhileAListIsReadIsNotGivenTwice(t *testing.T) {
	t.Parallel()
	everyList(t, func(t *testing.T, op xapi.Operation, d dialect) {
		pager := reflect.TypeFor[*xapi.Client]()
		method, _ := pager.MethodByName(op.Name + "Pages")
		each, _ := method.Type.Out(0).MethodByName("Each")
		if _, has := each.Type.Out(0).In(0).In(0).FieldByName("ID"); !has {
			return // what has no id cannot be told apart
		}
		n := 3 * d.most()
		s := newPagingServer(t, d, n)
		s.mischief = func(int, *pageOf) { s.n += 2 } // two more at the top, after each page
		got, err := list(s.client(t), op, xapi.Distinct()).all(t)
		require.NoError(t, err)
		same(t, down(n, n), got)
	})
}

func TestPagesAheadAreAskedForOnceEach(t *testing.T) {
	t.Parallel()
	everyList(t, func(t *testing.T, op xapi.Operation, d dialect) {
		n := 4 * d.most()
		s := newPagingServer(t, d, n)
		got, err := list(s.client(t), op, xapi.Prefetch(), xapi.Limit(2*d.most())).all(t)
		require.NoError(t, err)
		same(t, down(n, 2*d.most()), got)
		require.Len(t, s.asked, 2)

		failing := errors.New("the caller's")
		ctx, cancel := context.WithCancelCause(t.Context())
		read := 0
		err = list(s.client(t), op, xapi.Prefetch()).each(ctx, func(string) bool {
			if read++; read == d.most() {
				cancel(failing)
			}
			return true
		})
		require.ErrorIs(t, err, failing)
	})
}

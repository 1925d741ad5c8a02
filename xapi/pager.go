package xapi

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"reflect"
	"strconv"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/gen/wire"
)

// Pager reads a list of the API, page by page, as far as the loop over it goes. Nothing is asked for before that, and no
// page ahead of the one in hand unless Prefetch says so, since every page costs money.
//
//	posts := client.SearchPostsRecentPages(&xapi.SearchPostsRecentParams{Query: "cats"}, xapi.Limit(1000))
//	for post, err := range posts.Each(ctx) { … }
//
// After a 503 that no repetition of the call has mended the page is asked for again at half its size, down to the smallest
// that the operation allows, and so are those that follow: X answers so where a page takes it too long.
//
// A Pager serves one goroutine at a time. After an error or a break, Cursor says where to go on, and another loop over
// the same Pager does.
type Pager[T any] struct {
	caller   *caller
	op       *gen.Endpoint
	input    gen.Input
	settings pagerSettings

	at    cursor
	taken int
	empty int
	// most is how many elements a page may be asked for since the server could not make larger ones, 0 before that.
	most    int
	seen    map[string]bool
	begun   bool
	stopped StopReason
	cycle   cycle
	hand    hand[T]
}

// StopReason is why a loop over a Pager ended.
type StopReason string

// The reasons.
const (
	// NotStopped says that the list has not been read, or not to where it ends.
	NotStopped StopReason = ""
	// AtEnd says that the server has no further page.
	AtEnd StopReason = "end"
	// AtLimit says that as many elements were read as Limit allows.
	AtLimit StopReason = "limit"
	// Broken says that the caller left the loop.
	Broken StopReason = "break"
	// Failed says that a call failed, or that the pages made no sense.
	Failed StopReason = "error"
)

// Errors of lists. The list can be gone on with from its Cursor.
var (
	// ErrRepeatedPage is a server that leads back to a page it has given before.
	ErrRepeatedPage = errors.New("the server led back to a page that was read before, so the list would never end")
	// ErrEmptyPages is a server that gives one page after the other with nothing on it.
	ErrEmptyPages = errors.New("one page after the other had nothing on it; loop again to go on")
)

func newPager[T any](c *caller, op *gen.Endpoint, in gen.Input, opts []PagerOption) *Pager[T] {
	l := &Pager[T]{caller: c, op: op, input: in, settings: pagerSettings{mostEmpty: defaultMostEmpty}}
	for _, opt := range opts {
		if opt != nil {
			opt(&l.settings)
		}
	}
	if l.settings.distinct {
		l.seen = map[string]bool{}
	}
	return l
}

// Cursor returns where the list stands, after the last element that Each gave or the last page that Pages did, as text to
// be stored: give it to From to go on in another process. It is empty where nothing has been read; a Pager that goes on
// from the end of a list yields nothing.
func (l *Pager[T]) Cursor() string { return l.at.text(l.op.ID) }

// Stopped says why the latest loop ended.
func (l *Pager[T]) Stopped() StopReason { return l.stopped }

// Each yields the elements. A failure is yielded last, with a zero element.
func (l *Pager[T]) Each(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for page, err := range l.pages(ctx, false) {
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, element := range page.elements {
				l.at, l.taken = element.after, l.taken+1
				l.hold(page, element.index)
				if !yield(element.value, nil) {
					l.stopped = Broken
					return
				}
			}
		}
	}
}

// Pages yields the pages, each with its includes, its errors and its meta. Elements beyond the limit, those before the
// cursor and those seen before, where Distinct is on, are left out of the data. A failure is yielded last, with a nil
// page.
func (l *Pager[T]) Pages(ctx context.Context) iter.Seq2[*Result[[]T], error] {
	return func(yield func(*Result[[]T], error) bool) {
		for page, err := range l.pages(ctx, true) {
			if err != nil {
				yield(nil, err)
				return
			}
			l.at, l.taken = page.after, l.taken+len(page.result.Data)
			l.hold(page, whole)
			if !yield(page.result, nil) {
				l.stopped = Broken
				return
			}
		}
	}
}

// pages yields the pages from where the list stands. empty says that those with nothing to give out are yielded too.
func (l *Pager[T]) pages(ctx context.Context, empty bool) iter.Seq2[*page[T], error] {
	return func(yield func(*page[T], error) bool) {
		if err := l.begin(); err != nil {
			l.stopped = Failed
			yield(nil, err)
			return
		}
		var ahead *fetching[T]
		defer func() { ahead.stop() }()
		for {
			switch {
			case l.at.Ended:
				l.stopped = AtEnd
				return
			case l.full(l.taken):
				l.stopped = AtLimit
				return
			}
			here := l.at
			got := ahead.wait(here)
			if got == nil {
				got = l.fetch(ctx, here, l.ask(here, l.taken))
			}
			ahead = nil
			for l.shrink(here, got.err) {
				got = l.fetch(ctx, here, l.ask(here, l.taken), WithMaxAttempts(1))
			}
			if got.err != nil {
				l.stopped = Failed
				yield(nil, got.err)
				return
			}
			l.take(got)
			next := here.next(got.result.Meta.NextToken)
			if err := l.follow(got.result, next); err != nil {
				l.at, l.stopped = next, Failed
				yield(nil, err)
				return
			}
			given := l.cut(got, here, next)
			if l.settings.prefetch && !next.Ended && !l.full(l.taken+len(given.elements)) {
				ahead = l.ahead(ctx, next, l.ask(next, l.taken+len(given.elements)))
			}
			if (empty || len(given.elements) > 0) && !yield(given, nil) {
				return
			}
			if l.at = given.after; l.at != next {
				l.stopped = AtLimit
				return
			}
		}
	}
}

// full reports whether so many elements are all that the limit allows.
func (l *Pager[T]) full(taken int) bool { return l.settings.limit > 0 && taken >= l.settings.limit }

// begin sets the list to its cursor, at the first loop.
func (l *Pager[T]) begin() error {
	if !l.begun {
		at, err := readCursor(l.settings.from, l.op.ID)
		if err != nil {
			return err
		}
		l.at, l.begun = at, true
	}
	l.stopped, l.empty = NotStopped, 0
	return nil
}

// ask returns what the call for a page carries, once so many elements have been given out.
func (l *Pager[T]) ask(at cursor, taken int) gen.Input {
	in := l.input
	if at.Token != "" {
		in.Override = append(in.Override, l.op.Paging.Token, at.Token)
	}
	if size := l.size(at, taken); size > 0 {
		in.Override = append(in.Override, "max_results", strconv.Itoa(size))
	}
	return in
}

// size is how many elements to ask for: those that are missing to the limit, within the operation's bounds, and all that
// a page holds where there is no limit. A caller's own MaxResults stays. A page that was begun is asked for as it was, so
// that its elements stand where they stood.
func (l *Pager[T]) size(at cursor, taken int) int {
	paging := l.op.Paging
	switch {
	case paging.Ceiling == 0:
		return 0
	case at.Size > 0:
		return at.Size
	}
	most := paging.Ceiling
	if given := maxResults(l.input.Params); given > 0 {
		most = given
	}
	if l.most > 0 {
		most = min(most, l.most)
	}
	if l.settings.limit == 0 {
		return most
	}
	return min(most, max(paging.Floor, l.settings.limit-taken))
}

// shrink makes the pages half as large, where err is a 503 and they may be smaller: the server fails so where a page
// takes it too long, and a smaller one comes. What was begun has to be asked for as it was.
func (l *Pager[T]) shrink(at cursor, err error) bool {
	size := l.size(at, l.taken)
	var failed *Error
	if at.Size > 0 || size <= l.op.Paging.Floor || !errors.As(err, &failed) || failed.Status != http.StatusServiceUnavailable {
		return false
	}
	l.most = max(size/2, l.op.Paging.Floor)
	return true
}

// maxResults is the field MaxResults of a struct of parameters, or the value of that name, 0 where it is not set.
func maxResults(params any) int {
	if named, ok := params.(wire.Values); ok {
		given, err := strconv.Atoi(named["max_results"])
		if err != nil {
			return 0 // the request says what is wrong with it
		}
		return given
	}
	value := reflect.ValueOf(params)
	if value.Kind() != reflect.Pointer || value.IsNil() {
		return 0
	}
	field := value.Elem().FieldByName("MaxResults")
	if !field.IsValid() || field.Kind() != reflect.Int {
		return 0
	}
	return int(field.Int())
}

// follow makes sure that the pages lead somewhere.
func (l *Pager[T]) follow(result *Result[[]T], next cursor) error {
	if len(result.Data) > 0 {
		l.empty = 0
	} else if l.empty++; !next.Ended && l.empty >= l.settings.mostEmpty {
		return fmt.Errorf("%s: %w (%d of them)", l.op.ID, ErrEmptyPages, l.empty)
	}
	if !next.Ended && l.cycle.closed(next.Token) {
		return fmt.Errorf("%s: %w", l.op.ID, ErrRepeatedPage)
	}
	return nil
}

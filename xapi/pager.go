package xapi

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strconv"

	"github.com/xapi-go/xapi-go/gen"
)

// Pager reads a list of the API, page by page, as far as the loop over it goes. Nothing is asked for before that, and no
// page ahead of the one in hand unless Prefetch says so, since every page costs money.
//
//	posts := client.SearchPostsRecentPages(&xapi.SearchPostsRecentParams{Query: "cats"}, xapi.Limit(1000))
//	for post, err := range posts.Each(ctx) { … }
//
// A Pager serves one goroutine at a time. After an error or a break, Cursor says where to go on, and another loop over
// the same Pager does.
type Pager[T any] struct {
	caller   *caller
	op       *gen.Endpoint
	input    gen.Input
	settings pagerSettings

	at      cursor
	taken   int
	empty   int
	seen    map[string]bool
	stopped StopReason
	cycle   cycle
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
// be stored: give it to From to go on in another process. It is empty before the first page and after the last.
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
			if !yield(page.result, nil) {
				l.stopped = Broken
				return
			}
		}
	}
}

// page is a page with what of it is to be given out.
type page[T any] struct {
	result   *Result[[]T]
	elements []element[T]
	after    cursor
}

type element[T any] struct {
	value T
	after cursor
}

// pages yields the pages from where the list stands. whole says that a page is given out as one.
func (l *Pager[T]) pages(ctx context.Context, whole bool) iter.Seq2[*page[T], error] {
	return func(yield func(*page[T], error) bool) {
		if err := l.begin(); err != nil {
			l.stopped = Failed
			yield(nil, err)
			return
		}
		var ahead *fetching[T]
		defer func() { ahead.stop() }()
		for {
			if l.settings.limit > 0 && l.taken >= l.settings.limit {
				l.stopped = AtLimit
				return
			}
			here := l.at
			result, err := ahead.wait(here)
			if ahead == nil || ahead.at != here {
				result, err = l.fetch(ctx, l.ask(here, l.taken))
			}
			ahead.stop()
			ahead = nil
			if err != nil {
				l.stopped = Failed
				yield(nil, err)
				return
			}
			next := here.next(result.Meta.NextToken)
			given := l.cut(result, here, next)
			if l.settings.prefetch && next.Token != "" && (l.settings.limit == 0 || l.taken+len(given.elements) < l.settings.limit) {
				ahead = l.ahead(ctx, next, l.ask(next, l.taken+len(given.elements)))
			}
			if err := l.follow(result, next); err != nil {
				l.at, l.stopped = next, Failed
				yield(nil, err)
				return
			}
			if (whole || len(given.elements) > 0) && !yield(given, nil) {
				return
			}
			if l.settings.limit > 0 && l.taken >= l.settings.limit {
				if len(given.elements) < len(result.Data) || next.Token != "" {
					l.stopped = AtLimit
					return
				}
			}
			if l.at = next; next.Token == "" {
				l.at, l.stopped = cursor{Ended: true}, AtEnd
				return
			}
		}
	}
}

// begin sets the list to its cursor, at the first loop.
func (l *Pager[T]) begin() error {
	if l.stopped == NotStopped && l.settings.from != "" {
		at, err := readCursor(l.settings.from, l.op.ID)
		if err != nil {
			return err
		}
		l.at = at
	}
	if l.at.Ended {
		return fmt.Errorf("%s: the list has been read to its end: begin anew with another Pager", l.op.ID)
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

// fetch asks for a page.
func (l *Pager[T]) fetch(ctx context.Context, in gen.Input) (*Result[[]T], error) {
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", l.op.ID, err)
	}
	return fetch[Result[[]T]](ctx, l.caller, l.op, in, l.settings.calls)
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
	if l.settings.limit == 0 || l.settings.distinct {
		return most
	}
	return min(most, max(paging.Floor, l.settings.limit-taken))
}

// maxResults is the field MaxResults of a struct of parameters, 0 where it is not set.
func maxResults(params any) int {
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

// cut leaves out of a page what is not to be given out.
func (l *Pager[T]) cut(result *Result[[]T], here, next cursor) *page[T] {
	given := &page[T]{result: result, after: next}
	here.Size = l.size(here, l.taken)
	for i, value := range result.Data {
		if i < here.Skip {
			continue
		}
		if l.settings.limit > 0 && l.taken+len(given.elements) == l.settings.limit {
			given.after = cursor{Token: here.Token, Skip: i, Size: here.Size}
			break
		}
		if l.seen != nil {
			if id := identity(value); id != "" {
				if l.seen[id] {
					continue
				}
				l.seen[id] = true
			}
		}
		after := cursor{Token: here.Token, Skip: i + 1, Size: here.Size}
		if i+1 == len(result.Data) {
			after = next
		}
		given.elements = append(given.elements, element[T]{value, after})
	}
	if len(given.elements) < len(result.Data) {
		copied := *result
		copied.Data = make([]T, len(given.elements))
		for i, each := range given.elements {
			copied.Data[i] = each.value
		}
		given.result = &copied
	}
	return given
}

// follow makes sure that the pages lead somewhere.
func (l *Pager[T]) follow(result *Result[[]T], next cursor) error {
	if len(result.Data) > 0 {
		l.empty = 0
	} else if l.empty++; next.Token != "" && l.empty >= l.settings.mostEmpty {
		return fmt.Errorf("%s: %w (%d of them)", l.op.ID, ErrEmptyPages, l.empty)
	}
	if next.Token != "" && l.cycle.closed(next.Token) {
		return fmt.Errorf("%s: %w", l.op.ID, ErrRepeatedPage)
	}
	return nil
}

// identity is the id of an element, empty where it has none.
func identity(value any) string {
	structure := reflect.ValueOf(value)
	if structure.Kind() != reflect.Struct {
		return ""
	}
	for _, name := range []string{"ID", "MediaKey"} {
		if field := structure.FieldByName(name); field.IsValid() && field.Kind() == reflect.String {
			return field.String()
		}
	}
	return ""
}

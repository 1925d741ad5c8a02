package xapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/xapi-go/xapi-go/gen"
)

// answered is a page as it came.
type answered[T any] struct {
	result *Result[[]T]
	raw    []byte
	// keep is where the caller has the bytes put, by WithRaw.
	keep *[]byte
	err  error
}

// fetch asks for the page at a cursor, with last after the options of the list.
func (l *Pager[T]) fetch(ctx context.Context, at cursor, in gen.Input, last ...CallOption) *answered[T] {
	got := new(answered[T])
	if err := context.Cause(ctx); err != nil {
		got.err = fmt.Errorf("%s: %w", l.op.ID, err)
		return got
	}
	calls := slices.Concat(l.settings.calls, last)
	got.result, got.err = fetch[Result[[]T]](ctx, l.caller, l.op, in, append(calls, callOnly(func(s *settings) error {
		got.keep, s.raw = s.raw, &got.raw
		return nil
	})))
	if allMissing(got.err) && (at.Token != "" || got.result.Meta.NextToken != "") {
		got.err = nil // a page of which nothing can be shown, in a list that goes on
	}
	return got
}

// allMissing reports whether the error is a successful answer that has nothing of what was asked for, and says why.
func allMissing(err error) bool {
	var failed *Error
	return errors.As(err, &failed) && failed.Status/100 == 2
}

// take hands the caller what it asked to have of each page.
func (l *Pager[T]) take(got *answered[T]) {
	if l.settings.problems != nil {
		*l.settings.problems = append(*l.settings.problems, got.result.Errors...)
	}
	if got.keep != nil {
		*got.keep = got.raw
	}
}

// page is a page with what of it is to be given out.
type page[T any] struct {
	result   *Result[[]T]
	raw      []byte
	elements []element[T]
	after    cursor
}

type element[T any] struct {
	value T
	index int
	after cursor
}

// cut leaves out of a page what is not to be given out.
func (l *Pager[T]) cut(got *answered[T], here, next cursor) *page[T] {
	given := &page[T]{result: got.result, raw: got.raw, after: next}
	here.Size = l.size(here, l.taken)
	for i, value := range got.result.Data {
		if i < here.Skip {
			continue
		}
		if l.full(l.taken + len(given.elements)) {
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
		if i+1 == len(got.result.Data) {
			after = next
		}
		given.elements = append(given.elements, element[T]{value, i, after})
	}
	if len(given.elements) < len(got.result.Data) {
		copied := *got.result
		copied.Data = make([]T, len(given.elements))
		for i, each := range given.elements {
			copied.Data[i] = each.value
		}
		given.result = &copied
	}
	return given
}

// identity is the id of an element, empty where it has none.
func identity(value any) string {
	if text, ok := value.(json.RawMessage); ok {
		id, _ := Field[string](text, "id")
		return id
	}
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

// hand is what a loop has given out last: a page, or an element of it.
type hand[T any] struct {
	page    *page[T]
	element int
	texts   []json.RawMessage
	join    *Join
}

// whole stands for all elements of a page.
const whole = -1

// hold puts an element of a page into the hand, or the page.
func (l *Pager[T]) hold(page *page[T], element int) {
	if l.hand.page != page {
		l.hand = hand[T]{page: page}
	}
	l.hand.element = element
}

// Page returns the page that was given out last, or that the element given out last is from, nil before the first.
func (l *Pager[T]) Page() *Result[[]T] {
	if l.hand.page == nil {
		return nil
	}
	return l.hand.page.result
}

// Join returns what finds what the elements of that page refer to, one for the page.
func (l *Pager[T]) Join() *Join {
	switch {
	case l.hand.page == nil:
		return NewJoin(new(Result[T]))
	case l.hand.join == nil:
		l.hand.join = NewJoin(l.hand.page.result)
	}
	return l.hand.join
}

// Raw returns the JSON text, as it came, of the element that Each gave out last, or of the page that Pages did; nil
// before the first. [Field] reads of it what the Go type does not have.
func (l *Pager[T]) Raw() json.RawMessage {
	switch {
	case l.hand.page == nil:
		return nil
	case l.hand.element == whole:
		return l.hand.page.raw
	case l.hand.texts == nil:
		l.hand.texts, _ = Field[[]json.RawMessage](l.hand.page.raw, "data")
	}
	if l.hand.element >= len(l.hand.texts) {
		return nil
	}
	return l.hand.texts[l.hand.element]
}

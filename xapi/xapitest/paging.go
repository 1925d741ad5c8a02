package xapitest

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Pages are cut by what the items are ordered by, not by how many went before: what is made or deleted between two
// pages neither repeats an item nor skips one. A token names the item that a page ended with.

// tokenLength is that of the API's shortest tokens, which every operation takes.
const tokenLength = 16

// token names a place in a list: after the item of the key, or before it where backward.
func token(key int64, backward bool) string {
	way := "n"
	if backward {
		way = "p"
	}
	text := way + fmt.Sprintf("%013s", strconv.FormatUint(uint64(key)^1<<63, 36)) //nolint:gosec // all bits are kept
	return text + checksum(text)
}

func checksum(text string) string {
	sum := 0
	for _, c := range []byte(text) {
		sum = (sum*31 + int(c)) % (36 * 36)
	}
	return fmt.Sprintf("%02s", strconv.FormatInt(int64(sum), 36))
}

func parseToken(text string) (key int64, backward, ok bool) {
	if len(text) != tokenLength || checksum(text[:tokenLength-2]) != text[tokenLength-2:] {
		return 0, false, false
	}
	bits, err := strconv.ParseUint(strings.TrimLeft(text[1:tokenLength-2], "0"), 36, 64)
	return int64(bits ^ 1<<63), text[0] == 'p', err == nil //nolint:gosec // all bits are kept
}

// pager cuts lists into pages.
type pager struct {
	// most is how many a page has unless max_results says otherwise.
	most int
	// oneWay says that there is no previous_token, uncounted that there is no result_count.
	oneWay, uncounted bool
}

// page returns the page of the list that the call asks for, and the meta of its answer. The list is ordered by key, the
// highest first.
func page[T any](v *view, p pager, list []T, key func(T) int64) ([]T, object, *answer) {
	most, err := strconv.Atoi(v.c.query.Get("max_results"))
	if err != nil {
		most = p.most
	}
	from := 0
	name, said := v.c.token()
	if said != "" {
		at, backward, ok := parseToken(said)
		if !ok {
			refused := v.s.invalid("The `"+name+"` query parameter value ["+said+"] is not valid", object{name: []string{said}})
			refused.hint = "give the next_token of the page before, as it was sent"
			return nil, nil, &refused
		}
		if backward {
			end, _ := slices.BinarySearchFunc(list, at, func(item T, at int64) int { return descending(key(item), at) })
			from = max(0, end-most)
			most = end - from
		} else {
			from, _ = slices.BinarySearchFunc(list, at, func(item T, at int64) int {
				if key(item) == at {
					return -1
				}
				return descending(key(item), at)
			})
		}
	}
	end := min(from+most, len(list))
	found, meta := list[from:end], object{}
	if !p.uncounted {
		meta["result_count"] = len(found)
	}
	if end < len(list) && len(found) > 0 {
		meta["next_token"] = token(key(list[end-1]), false)
	}
	if from > 0 && from < len(list) && !p.oneWay {
		meta["previous_token"] = token(key(list[from]), true)
	}
	return found, meta, nil
}

// descending orders the higher key first.
func descending(a, b int64) int {
	switch {
	case a > b:
		return -1
	case a < b:
		return 1
	}
	return 0
}

// token returns the name and the value of the parameter that says which page is asked for.
func (c *call) token() (name, value string) {
	for _, name := range []string{"pagination_token", "next_token"} {
		if value := c.query.Get(name); value != "" {
			return name, value
		}
	}
	return "", ""
}

// newestFirst returns the list the other way round.
func newestFirst[T any](list []T) []T {
	turned := slices.Clone(list)
	slices.Reverse(turned)
	return turned
}

// capped returns the newest of the list: the API gives no more of some.
func capped[T any](list []T, most int) []T { return list[:min(len(list), most)] }

// number returns a query parameter that is a whole number, or what stands for it where it is not given.
func (c *call) number(name string, otherwise int) int {
	if n, err := strconv.Atoi(c.query.Get(name)); err == nil && n < math.MaxInt32 {
		return n
	}
	return otherwise
}

package xapitest

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

var searchHandlers = map[string]handler{
	"searchPostsRecent":    inWorld(func(v *view) answer { return v.search(recentReach, maxRecentQuery) }),
	"searchPostsAll":       inWorld(func(v *view) answer { return v.search(allReach, maxAllQuery) }),
	"getPostsCountsRecent": inWorld(func(v *view) answer { return v.counts(recentReach, maxRecentQuery) }),
	"getPostsCountsAll":    inWorld(func(v *view) answer { return v.counts(allReach, maxAllQuery) }),
}

// How far back a search reaches unless it is told to, and how long its query may be.
const (
	recentReach    = 7 * 24 * time.Hour
	allReach       = 30 * 24 * time.Hour
	maxRecentQuery = 512
	maxAllQuery    = 1024
	// leastAge is how far back an end_time must lie.
	leastAge = 10 * time.Second
)

// span is what a call wants posts from: a stretch of time, and of ids.
type span struct {
	from, to     time.Time
	after, until int64
}

func (s span) has(p *world.Post) bool {
	return (s.from.IsZero() || !p.Created.Before(s.from)) && (s.to.IsZero() || p.Created.Before(s.to)) && p.Number > s.after && p.Number < s.until
}

// span returns what the call wants posts from, within what it gets unasked.
func (v *view) span(from, to time.Time) (span, *answer) {
	asked := span{from: from, to: to, until: math.MaxInt64}
	for name, end := range map[string]*time.Time{"start_time": &asked.from, "end_time": &asked.to} {
		said := v.c.query.Get(name)
		if said == "" {
			continue
		}
		at, err := time.Parse(time.RFC3339, said)
		if err != nil {
			refused := v.s.invalid("The `"+name+"` query parameter value ["+said+"] is not a valid RFC3339 date-time", object{name: []string{said}})
			return span{}, &refused
		}
		*end = at
	}
	if id := v.c.query.Get("since_id"); id != "" {
		asked.after = world.Number(id)
	}
	if id := v.c.query.Get("until_id"); id != "" {
		asked.until = world.Number(id)
	}
	if !asked.from.IsZero() && !asked.to.IsZero() && !asked.from.Before(asked.to) {
		refused := v.s.invalid("Invalid 'start_time':'"+asked.from.Format(time.RFC3339)+"'. 'start_time' must be before 'end_time'",
			object{"start_time": []string{v.c.query.Get("start_time")}})
		return span{}, &refused
	}
	return asked, nil
}

// query reads the query of a search.
func (v *view) query(longest int) (*world.Query, *answer) {
	text := v.c.query.Get("query")
	refuse := func(message, hint string) *answer {
		refused := v.s.invalid(message, object{"query": []string{text}})
		refused.hint = hint
		return &refused
	}
	if n := utf8.RuneCountInString(text); n > longest {
		return nil, refuse(fmt.Sprintf("There were errors processing your request: Rule length %d exceeds the maximum of %d", n, longest),
			fmt.Sprintf("cut the query into several of %d characters at most", longest))
	}
	query, err := world.ParseQuery(text)
	var wrong *world.QueryError
	if errors.As(err, &wrong) {
		return nil, refuse("There were errors processing your request: "+wrong.Error(), wrong.Hint)
	}
	return query, nil
}

// matching returns the posts that the call searches for, newest first.
func (v *view) matching(reach time.Duration, longest int) ([]*world.Post, span, *answer) {
	query, refused := v.query(longest)
	if refused != nil {
		return nil, span{}, refused
	}
	asked, refused := v.span(v.c.now.Add(-reach), v.c.now)
	if refused != nil {
		return nil, span{}, refused
	}
	if reach == recentReach && v.c.query.Get("start_time") != "" && asked.from.Before(v.c.now.Add(-reach)) {
		said := v.c.query.Get("start_time")
		refused := v.s.invalid("Invalid 'start_time':'"+said+"'. 'start_time' must be on or after "+v.c.now.Add(-reach).UTC().Format("2006-01-02T15:04Z"),
			object{"start_time": []string{said}})
		refused.hint = "recent search reaches back 7 days: searchPostsAll reaches further"
		return nil, span{}, &refused
	}
	if said := v.c.query.Get("end_time"); said != "" && v.c.now.Sub(asked.to) < leastAge {
		refused := v.s.invalid("Invalid 'end_time':'"+said+"'. 'end_time' must be a minimum of 10 seconds prior to the request time", object{"end_time": []string{said}})
		refused.hint = "leave end_time out, or have it 10 seconds before now, which is " + stamp(v.c.now)
		return nil, span{}, &refused
	}
	var found []*world.Post
	all := v.w.Posts()
	for i := len(all) - 1; i >= 0; i-- {
		p := all[i]
		if !asked.from.IsZero() && p.Created.Before(asked.from) {
			break
		}
		if asked.has(p) && !p.Superseded && p.Public() && query.Matches(v.w, p) {
			found = append(found, p)
		}
	}
	return found, asked, nil
}

func (v *view) search(reach time.Duration, longest int) answer {
	posts, _, refused := v.matching(reach, longest)
	if refused != nil {
		return *refused
	}
	relevant := v.c.query.Get("sort_order") == "relevancy"
	if relevant {
		slices.SortStableFunc(posts, func(a, b *world.Post) int { return len(v.w.Likes.To(b)) - len(v.w.Likes.To(a)) })
	}
	found, meta, refused := page(v, pager{most: 10, oneWay: true}, posts, postKey)
	if refused != nil {
		return *refused
	}
	if relevant {
		// Sorted by relevance there is one page alone.
		delete(meta, "next_token")
	}
	if len(found) > 0 {
		newest := slices.MaxFunc(found, func(a, b *world.Post) int { return descending(b.Number, a.Number) })
		oldest := slices.MinFunc(found, func(a, b *world.Post) int { return descending(b.Number, a.Number) })
		meta["newest_id"], meta["oldest_id"] = newest.ID, oldest.ID
	}
	return v.posts(found, meta)
}

// counts answers with how many posts each hour (or day, or minute) has, oldest first.
func (v *view) counts(reach time.Duration, longest int) answer {
	posts, asked, refused := v.matching(reach, longest)
	if refused != nil {
		return *refused
	}
	width := map[string]time.Duration{"minute": time.Minute, "": time.Hour, "hour": time.Hour, "day": 24 * time.Hour}[v.c.query.Get("granularity")]
	from, to := asked.from, asked.to
	meta := object{"total_tweet_count": len(posts)}
	// A page has 31 days at most.
	if _, said := v.c.token(); said != "" {
		at, _, ok := parseToken(said)
		if !ok {
			return v.s.invalid("The `next_token` query parameter value ["+said+"] is not valid", object{"next_token": []string{said}})
		}
		to = time.UnixMilli(at)
	}
	if start := to.Add(-maxCounted); start.After(from) {
		from = start
		meta["next_token"] = token(start.UnixMilli(), false)
	}
	var rows []object
	total, oldest := 0, len(posts)-1
	for start := from.UTC(); start.Before(to) && len(rows) < maxRows; {
		end := start.Truncate(width).Add(width)
		if end.After(to) {
			end = to.UTC()
		}
		for oldest >= 0 && posts[oldest].Created.Before(start) {
			oldest--
		}
		n := 0
		for ; oldest >= 0 && posts[oldest].Created.Before(end); oldest-- {
			n++
		}
		total += n
		rows = append(rows, object{"start": stamp(start), "end": stamp(end), "tweet_count": n})
		start = end
	}
	meta["total_tweet_count"] = total
	if len(rows) == 0 {
		return v.answer(nil, meta)
	}
	return answer{status: http.StatusOK, body: v.body(rows, meta)}
}

// What a page of counts has at most: time, and rows.
const (
	maxCounted = 31 * 24 * time.Hour
	maxRows    = 31 * 24 * 60
)

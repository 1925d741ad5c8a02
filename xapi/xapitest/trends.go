package xapitest

import (
	"slices"
	"strconv"
	"strings"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

var trendHandlers = map[string]handler{
	"getTrendsByWoeid":            inWorld((*view).trends),
	"getTrendsPersonalizedTrends": inWorld((*view).personalTrends),
}

// trend is a tag and how many posts of the last week have it.
type trend struct {
	name  string
	count int
}

// trending counts the tags of the last week's posts that the filter lets through, the most used first.
func (v *view) trending(of func(*world.Post) bool) []trend {
	counts := map[string]int{}
	for _, p := range newestFirst(v.w.Posts()) {
		if v.c.now.Sub(p.Created) > recentReach {
			break
		}
		if !strings.Contains(p.Text, "#") || of != nil && !of(p) {
			continue
		}
		for _, tag := range p.Entities().Hashtags {
			counts["#"+tag.Text]++
		}
	}
	found := make([]trend, 0, len(counts))
	for name, count := range counts {
		found = append(found, trend{name, count})
	}
	slices.SortFunc(found, func(a, b trend) int {
		if a.count != b.count {
			return b.count - a.count
		}
		return strings.Compare(a.name, b.name)
	})
	return found
}

func (v *view) trends() answer {
	if n, err := strconv.Atoi(v.c.params["woeid"]); err != nil || n < 1 {
		return v.s.invalid("The `woeid` query parameter value ["+v.c.params["woeid"]+"] is not valid", object{"woeid": []string{v.c.params["woeid"]}})
	}
	var data []object
	for _, t := range capped(v.trending(nil), v.c.number("max_trends", 20)) {
		row := object{"trend_name": t.name}
		if v.asks("trend.fields", "tweet_count", true) {
			row["tweet_count"] = t.count
		}
		data = append(data, row)
	}
	if data == nil {
		return v.answer(nil, nil)
	}
	return v.answer(data, nil)
}

// asks says whether the parameter asks for the field; where it is not given, the default holds.
func (v *view) asks(parameter, field string, otherwise bool) bool {
	if asked := v.c.list(parameter); len(asked) > 0 {
		return slices.Contains(asked, field)
	}
	return otherwise
}

// personalTrends are the trends among those whom the caller follows.
func (v *view) personalTrends() answer {
	var data []object
	for _, t := range capped(v.trending(func(p *world.Post) bool { return v.w.Follows.Has(v.me, p.Author) }), 20) {
		row, whole := object{}, object{"trend_name": t.name, "category": "Trending", "post_count": t.count, "trending_since": "1 day ago"}
		for name, value := range whole {
			if v.asks("personalized_trend.fields", name, true) {
				row[name] = value
			}
		}
		data = append(data, row)
	}
	if data == nil {
		return v.answer(nil, nil)
	}
	return v.answer(data, nil)
}

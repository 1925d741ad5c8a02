package xapitest

import (
	"slices"
	"time"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// Analytics of posts: what the world has counted, all of it on the day of the question.
var insightHandlers = map[string]handler{
	"getPostsAnalytics":     inWorld((*view).analytics),
	"getInsights28Hr":       inWorld((*view).insights),
	"getInsightsHistorical": inWorld((*view).insights),
}

// ownPosts returns the posts of the ids that are the caller's: the numbers of others are not for them.
func (v *view) ownPosts(parameter string) (own []*world.Post) {
	for _, id := range v.c.list(parameter) {
		if p := v.w.Newest(id); p != nil && p.Author == v.me {
			own = append(own, p)
			continue
		}
		v.errors = append(v.errors, v.s.notFound("tweet", parameter, id))
	}
	return own
}

func (v *view) analytics() answer {
	var data []object
	for _, p := range v.ownPosts("ids") {
		numbers := post{p}.metrics(v)
		data = append(data, object{"id": p.ID, "timestamped_metrics": []object{{
			"timestamp": v.c.now.UTC().Truncate(24 * time.Hour).Format(time.RFC3339),
			"metrics": object{
				"impressions": numbers["impression_count"], "likes": numbers["like_count"], "replies": numbers["reply_count"],
				"retweets": numbers["retweet_count"], "quote_tweets": numbers["quote_count"],
			},
		}}})
	}
	if data == nil {
		return v.answer(nil, nil)
	}
	return v.answer(data, nil)
}

// insights answers with the metrics asked for, as totals or over time.
func (v *view) insights() answer {
	counters := map[string]string{
		"Impressions": "impression_count", "Likes": "like_count", "Replies": "reply_count", "Retweets": "retweet_count", "QuoteTweets": "quote_count",
	}
	asked := v.c.list("requested_metrics")
	slices.Sort(asked)
	var totals, series []object
	for _, p := range v.ownPosts("tweet_ids") {
		numbers := post{p}.metrics(v)
		values := make([]object, 0, len(asked))
		for _, name := range asked {
			value := object{"metric_type": name, "metric_value": 0}
			if counter, known := counters[name]; known {
				value["metric_value"] = numbers[counter]
			}
			values = append(values, value)
		}
		totals = append(totals, object{"tweet_id": p.ID, "value": values})
		series = append(series, object{"tweet_id": p.ID, "value": object{
			"metric_values": values, "timestamp": object{"iso8601_time": v.c.now.UTC().Truncate(time.Hour).Format(time.RFC3339)},
		}})
	}
	if totals == nil {
		return v.answer(nil, nil)
	}
	measured := object{"metrics_total": totals}
	if v.c.query.Get("granularity") != "Total" {
		measured["metrics_time_series"] = series
	}
	return v.answer([]object{{"measurement": measured}}, nil)
}

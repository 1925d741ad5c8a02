package media

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
)

// Granularity is how analytics are cut in time.
type Granularity string

// The granularities.
const (
	Hourly Granularity = "hourly"
	Daily  Granularity = "daily"
	Total  Granularity = "total"
)

// Period is the time that analytics are asked for, from Start up to End.
type Period struct {
	Start, End  time.Time
	Granularity Granularity
}

func (p Period) valid() error {
	switch {
	case p.Start.IsZero() || p.End.IsZero() || !p.Start.Before(p.End):
		return inputError("getMediaAnalytics: the period from %v to %v is empty: give a start before the end", p.Start, p.End)
	case !slices.Contains([]Granularity{Hourly, Daily, Total}, p.Granularity):
		return inputError("getMediaAnalytics: granularity %q is unknown: use hourly, daily or total", p.Granularity)
	}
	return nil
}

// Analytics is how often one media was watched, in stretches of time.
type Analytics struct {
	Key     string   `json:"media_key"`
	Buckets []Bucket `json:"timestamped_metrics"`
	// Raw is the item as the server sent it.
	Raw json.RawMessage `json:"-"`
}

// Bucket is one stretch of time, which Timestamp begins, in ISO 8601 as the server writes it.
type Bucket struct {
	Timestamp string  `json:"timestamp"`
	Metrics   Metrics `json:"metrics"`
}

// Metrics are counts of plays and clicks, and the time watched in milliseconds. What was not asked for is zero.
type Metrics struct {
	VideoViews       int64 `json:"video_views"`
	WatchTimeMS      int64 `json:"watch_time_ms"`
	PlayFromTap      int64 `json:"play_from_tap"`
	PlaybackStart    int64 `json:"playback_start"`
	Playback25       int64 `json:"playback25"`
	Playback50       int64 `json:"playback50"`
	Playback75       int64 `json:"playback75"`
	PlaybackComplete int64 `json:"playback_complete"`
	CTAURLClicks     int64 `json:"cta_url_clicks"`
	CTAWatchClicks   int64 `json:"cta_watch_clicks"`
}

// Measured is what a call of Analytics brought.
type Measured struct {
	Items    []Analytics
	Problems []Problem
}

// Analytics returns how often the media with these keys was watched in period, at most 100 keys in a call, as many
// calls as it takes. fields are the metrics to have, by their names in the spec; none gives what X gives by default.
// Keys that may not be asked for are no error: Measured.Problems tells of them. After an error, what was brought by
// then is returned with it.
func (c *Client) Analytics(ctx context.Context, keys []string, period Period, fields []string, opts ...Option) (*Measured, error) {
	s, err := c.settings(opts)
	if err != nil {
		return nil, err
	}
	if err := period.valid(); err != nil {
		return nil, err
	}
	measured := &Measured{}
	err = eachBatch("getMediaAnalytics", keys, func(batch []string) error {
		asks, err := params[xapi.GetMediaAnalyticsParams](map[string]any{
			"media_keys": batch, "start_time": period.Start.UTC(), "end_time": period.End.UTC(),
			"granularity": period.Granularity, "media_analytics.fields": fields,
		})
		if err != nil {
			return err
		}
		a, err := asked[struct {
			Data   []json.RawMessage `json:"data"`
			Errors []Problem         `json:"errors"`
		}]("getMediaAnalytics", s.calls(), func(opts []xapi.CallOption) (*xapi.GetMediaAnalyticsResult, error) {
			return c.api.GetMediaAnalytics(ctx, asks, opts...)
		})
		if err != nil {
			return err
		}
		measured.Problems = append(measured.Problems, a.Errors...)
		for _, raw := range a.Data {
			item := Analytics{Raw: raw}
			if err := json.Unmarshal(raw, &item); err != nil {
				measured.Problems = append(measured.Problems, Problem{Title: "unreadable analytics", Detail: err.Error()})
			}
			measured.Items = append(measured.Items, item)
		}
		return nil
	})
	return measured, err
}

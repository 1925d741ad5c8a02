package main

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi/media"
)

// instant is a flag that takes a day or a time.
type instant struct{ time.Time }

// Set reads a time as people say it.
func (i *instant) Set(text string) error {
	at, ok := moment(text, time.Now())
	if !ok {
		return errors.New("it is no time: give " + moments)
	}
	i.Time = at.UTC()
	return nil
}

// String returns the time, empty where none is set.
func (i *instant) String() string {
	if i.IsZero() {
		return ""
	}
	return i.Format(time.RFC3339)
}

// Type names the kind of value in help texts.
func (i *instant) Type() string { return "time" }

func newAnalytics(c console) *cobra.Command {
	var conn connection
	var start, end instant
	var granularity string
	var fields []string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "analytics MEDIA_KEY... --start TIME --end TIME",
		Short: "Show how often videos were watched",
		Args:  atLeastOneKey,
		RunE: func(cmd *cobra.Command, keys []string) error {
			client, server, err := conn.open(cmd.Context(), c)
			if err != nil {
				return err
			}
			defer func() { _ = server.Close() }()
			period := media.Period{Start: start.Time, End: end.Time, Granularity: media.Granularity(granularity)}
			measured, err := conn.media(client).Analytics(cmd.Context(), keys, period, fields)
			if err != nil {
				return err
			}
			c.warn(measured.Problems)
			if asJSON {
				raw := make([]json.RawMessage, len(measured.Items))
				for i, item := range measured.Items {
					raw[i] = item.Raw
				}
				return c.json(map[string]any{"analytics": raw, "problems": len(measured.Problems)})
			}
			for _, item := range measured.Items {
				for _, bucket := range item.Buckets {
					m := bucket.Metrics
					if err := c.say("%s\t%s\t%d views\t%d ms watched\n", item.Key, bucket.Timestamp, m.VideoViews, m.WatchTimeMS); err != nil {
						return err
					}
				}
			}
			return nil
		},
	}
	conn.serverFlag(cmd)
	flags := cmd.Flags()
	flags.Var(&start, "start", "from this `TIME` on: 2026-11-21, 3d, yesterday or 2026-11-21T20:00:00Z")
	flags.Var(&end, "end", "up to this `TIME`")
	flags.StringVar(&granularity, "granularity", string(media.Daily), "cut by `GRANULARITY`: hourly, daily or total")
	_ = cmd.RegisterFlagCompletionFunc("granularity", proposals(media.Hourly, media.Daily, media.Total))
	flags.StringSliceVar(&fields, "fields", nil, "`FIELDS` to ask for, separated by commas: video_views, watch_time_ms and more")
	flags.BoolVar(&asJSON, "json", false, "print one JSON object")
	_ = cmd.MarkFlagRequired("start")
	_ = cmd.MarkFlagRequired("end")
	return cmd
}

package media_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/media"
)

func keys(n int) []string {
	made := make([]string, n)
	for i := range made {
		made[i] = fmt.Sprintf("3_%d", i+1)
	}
	return made
}

func TestLookupAsksForAHundredAtATime(t *testing.T) {
	api := &scripted{}
	found, err := media.New(api).Lookup(t.Context(), keys(201), nil)
	require.NoError(t, err)
	require.Len(t, api.keys, 3)
	require.Len(t, api.keys[0], 100)
	require.Equal(t, []string{"3_201"}, api.keys[2])
	require.Len(t, found.Items, 201)
	require.Equal(t, "3_201", found.Items[200].Key)
	require.Equal(t, 64, found.Items[0].Width)
	require.Len(t, found.Problems, 3, "what is missing is told beside what is there")
	require.Equal(t, "one is missing", found.Problems[0].Error())
}

func TestLookupBringsTheFieldsOfEachKind(t *testing.T) {
	client, _ := sandbox(t)
	result, err := client.Upload(t.Context(), media.File("../testdata/clip.mp4"), media.WithMetadata(media.Metadata{AltText: "A test picture"}))
	require.NoError(t, err)

	found, err := client.Lookup(t.Context(), []string{result.MediaKey, "3_999"}, []string{"variants", "alt_text", "width"})

	require.NoError(t, err)
	require.Len(t, found.Items, 1)
	require.Equal(t, result.MediaKey, found.Items[0].Key)
	require.Equal(t, "video", found.Items[0].Type)
	require.NotEmpty(t, found.Items[0].Variants)
	require.NotEmpty(t, found.Items[0].Raw)
	require.Len(t, found.Problems, 1)
}

func TestKeysAreCheckedBeforeAnythingIsSent(t *testing.T) {
	client := media.New(struct{ media.API }{})
	day := media.Period{Start: time.Unix(0, 0), End: time.Unix(86400, 0), Granularity: media.Daily}
	for name, ask := range map[string]func() error{
		"no keys":       func() error { _, err := client.Lookup(t.Context(), nil, nil); return err },
		"a media id":    func() error { _, err := client.Lookup(t.Context(), []string{"123"}, nil); return err },
		"an empty time": func() error { _, err := client.Analytics(t.Context(), keys(1), media.Period{}, nil); return err },
		"a bad key":     func() error { _, err := client.Analytics(t.Context(), []string{"x"}, day, nil); return err },
		"time backwards": func() error {
			_, err := client.Analytics(t.Context(), keys(1), media.Period{Start: day.End, End: day.Start, Granularity: media.Daily}, nil)
			return err
		},
		"yearly": func() error {
			_, err := client.Analytics(t.Context(), keys(1), media.Period{Start: day.Start, End: day.End, Granularity: "yearly"}, nil)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			var input *media.InputError
			require.ErrorAs(t, ask(), &input)
		})
	}
}

func TestAnalyticsAsksForAHundredAtATime(t *testing.T) {
	api := &scripted{}
	start := time.Date(2026, 11, 1, 2, 0, 0, 0, time.FixedZone("CET", 3600))
	period := media.Period{Start: start, End: start.Add(24 * time.Hour), Granularity: media.Hourly}
	measured, err := media.New(api).Analytics(t.Context(), keys(150), period, []string{"video_views"})
	require.NoError(t, err)
	require.Len(t, api.params, 2)
	require.True(t, api.params[0].StartTime.Equal(start))
	require.EqualValues(t, "hourly", api.params[1].Granularity)
	require.Len(t, measured.Items, 150)
	require.Equal(t, int64(49), measured.Items[149].Buckets[0].Metrics.VideoViews)
}

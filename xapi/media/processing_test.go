package media_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/media"
)

// process uploads a video to an API that answers with the given states, and returns when it asked for the status, in
// seconds after the start.
func process(ctx context.Context, states []any, opts ...media.Option) (result *media.Result, asked []float64, err error) {
	api := &scripted{processing: states}
	start := time.Now()
	result, err = media.New(api).Upload(ctx, media.Bytes("a.mp4", []byte("x")), opts...)
	for _, at := range api.asked {
		asked = append(asked, at.Sub(start).Seconds())
	}
	return result, asked, err
}

func TestProcessingIsWaitedFor(t *testing.T) {
	for name, c := range map[string]struct {
		states []any
		asked  []float64
	}{
		"none needed":                                 {states: []any{``}},
		"ready at once":                               {states: []any{`{"state":"succeeded"}`}},
		"as long as the server says":                  {states: []any{`{"state":"pending","check_after_secs":3}`, `{"state":"in_progress","check_after_secs":7,"progress_percent":50}`, `{"state":"succeeded"}`}, asked: []float64{3, 10}},
		"5 s where it says nothing":                   {states: []any{`{"state":"pending"}`, `{"state":"in_progress","check_after_secs":0}`, `{"state":"succeeded"}`}, asked: []float64{5, 10}},
		"1 min where it says an hour":                 {states: []any{`{"state":"pending","check_after_secs":3600}`, `{"state":"succeeded"}`}, asked: []float64{60}},
		"unknown states go on":                        {states: []any{`{"state":"processing","check_after_secs":1}`, `{"state":"uploading","check_after_secs":1}`, `{"check_after_secs":1}`, `{"state":"succeeded"}`}, asked: []float64{1, 2, 3}},
		"absent means ready":                          {states: []any{`{"state":"pending","check_after_secs":1}`, ``}, asked: []float64{1}},
		"passing failures are borne":                  {states: []any{`{"state":"pending","check_after_secs":1}`, &xapi.Error{Status: 503}, &xapi.Error{Status: 502}, `{"state":"succeeded"}`}, asked: []float64{1, 6, 11}},
		"and a moment in which the upload is unknown": {states: []any{`{"state":"pending","check_after_secs":60}`, &xapi.Error{Status: 404}, `{"state":"succeeded"}`}, asked: []float64{60, 65}},
		"and a page for people":                       {states: []any{`{"state":"pending","check_after_secs":1}`, &xapi.DecodeError{Status: 200, Body: []byte("<html>")}, `{"state":"succeeded"}`}, asked: []float64{1, 6}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				result, asked, err := process(t.Context(), c.states)
				require.NoError(t, err)
				require.Equal(t, media.Succeeded, result.State)
				require.Equal(t, c.asked, asked)
			})
		})
	}
}

func TestProcessingThatFailsIsTyped(t *testing.T) {
	for name, c := range map[string]struct {
		states []any
		want   media.ProcessingError
	}{
		"failed": {
			[]any{`{"state":"pending","check_after_secs":1}`, `{"state":"failed","error":{"code":1,"name":"InvalidMedia","message":"Unsupported video format"}}`},
			media.ProcessingError{MediaID: scriptedID, Code: 1, Name: "InvalidMedia", Message: "Unsupported video format", State: media.Failed},
		},
		"failed without an error": {
			[]any{`{"state":"failed"}`}, media.ProcessingError{MediaID: scriptedID, State: media.Failed},
		},
		"an error beside in_progress": {
			[]any{`{"state":"pending","check_after_secs":1}`, `{"state":"in_progress","progress_percent":99,"error":{"code":3,"name":"UnsupportedMedia"}}`},
			media.ProcessingError{MediaID: scriptedID, Code: 3, Name: "UnsupportedMedia", State: media.InProgress},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, _, err := process(t.Context(), c.states)
				var failed *media.ProcessingError
				require.ErrorAs(t, err, &failed)
				require.Equal(t, c.want, *failed)
				var upload *media.UploadError
				require.ErrorAs(t, err, &upload)
			})
		})
	}
}

func TestProcessingIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, _, err := process(t.Context(), []any{`{"state":"in_progress","check_after_secs":7,"progress_percent":99}`})
		require.ErrorIs(t, err, media.ErrStillProcessing)
		require.Equal(t, media.DefaultProcessingDeadline, time.Since(start))

		start = time.Now()
		_, _, err = process(t.Context(), []any{`{"state":"pending"}`}, media.WithProcessingDeadline(12*time.Second))
		require.ErrorIs(t, err, media.ErrStillProcessing)
		require.Equal(t, 12*time.Second, time.Since(start))
	})
}

func TestProcessingGivesUpOnAServerThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, asked, err := process(t.Context(), []any{`{"state":"pending","check_after_secs":1}`, &xapi.Error{Status: 503}})
		require.ErrorIs(t, err, xapi.ErrUnavailable)
		require.InDelta(t, 301, asked[len(asked)-1], 0, "five minutes after the first failure")

		_, asked, err = process(t.Context(), []any{`{"state":"pending","check_after_secs":1}`, &xapi.Error{Status: 404}})
		require.ErrorIs(t, err, xapi.ErrNotFound)
		require.InDelta(t, 31, asked[len(asked)-1], 0, "half a minute after the first")

		_, asked, err = process(t.Context(), []any{`{"state":"pending","check_after_secs":1}`, &xapi.Error{Status: 403}})
		require.ErrorIs(t, err, xapi.ErrForbidden)
		require.Equal(t, []float64{1}, asked)
	})
}

func TestCancellingEndsTheWaitAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		enough := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		start := time.Now()
		time.AfterFunc(90*time.Second, func() { cancel(enough) })

		_, _, err := process(ctx, []any{`{"state":"pending","check_after_secs":60}`})

		require.ErrorIs(t, err, enough)
		require.Equal(t, 90*time.Second, time.Since(start))
	})
}

func TestWithoutWaitingReturnsTheState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		result, asked, err := process(t.Context(), []any{`{"state":"pending","check_after_secs":9}`}, media.WithoutWaiting())
		require.NoError(t, err)
		require.Equal(t, media.Pending, result.State)
		require.Empty(t, asked)
	})
}

func TestStatusAsksOnce(t *testing.T) {
	api := &scripted{processing: []any{`{"state":"in_progress","check_after_secs":4,"progress_percent":30}`}}
	status, err := media.New(api).Status(t.Context(), scriptedID)
	require.NoError(t, err)
	require.Equal(t, &media.Status{MediaID: scriptedID, MediaKey: "7_1", State: media.InProgress, Percent: 30, CheckAfter: 4 * time.Second}, status)

	_, err = media.New(api).Status(t.Context(), "12a")
	var input *media.InputError
	require.ErrorAs(t, err, &input)
}

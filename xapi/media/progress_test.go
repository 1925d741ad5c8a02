package media_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/media"
)

func TestProgressNeverGoesBackwards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int64
		server := &fake{largest: 150_000, tooLarge: http.StatusRequestEntityTooLarge, processing: []string{
			`{"state":"pending","check_after_secs":0,"progress_percent":10}`, `{"state":"succeeded"}`,
		}}
		server.fault = func(w http.ResponseWriter, _ *http.Request, _ int) bool {
			if calls.Add(1)%4 == 0 {
				w.WriteHeader(http.StatusServiceUnavailable)
				return true
			}
			return false
		}
		client := server.start(t)
		var seen []media.Progress

		_, err := client.Upload(t.Context(), media.Bytes("a.mp4", noise(2_000_000)), media.WithSegmentSize(200_000), media.WithoutWaiting(),
			media.WithProgress(func(p media.Progress) { seen = append(seen, p) }))

		require.NoError(t, err)
		require.NotEmpty(t, seen)
		for i, now := range seen {
			require.LessOrEqual(t, now.Sent, int64(2_000_000))
			require.LessOrEqual(t, now.Acknowledged, now.Sent)
			if i == 0 {
				continue
			}
			before := seen[i-1]
			require.GreaterOrEqual(t, now.Phase, before.Phase)
			require.GreaterOrEqual(t, now.Sent, before.Sent)
			require.GreaterOrEqual(t, now.Acknowledged, before.Acknowledged)
			require.GreaterOrEqual(t, now.SegmentsDone, before.SegmentsDone)
			require.GreaterOrEqual(t, now.ProcessingPercent, before.ProcessingPercent)
		}
		require.Equal(t, media.Progress{
			Phase: media.Complete, Sent: 2_000_000, Acknowledged: 2_000_000, Total: 2_000_000, SegmentsDone: 20,
		}, seen[len(seen)-1])
	})
}

func TestProgressOfAnUploadThatIsCutAnewEndsAtItsTotal(t *testing.T) {
	var refused atomic.Bool
	server := &fake{fault: func(w http.ResponseWriter, _ *http.Request, index int) bool {
		if index != 3 || refused.Swap(true) {
			return false
		}
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return true
	}}
	client := server.start(t)
	var last media.Progress

	result, err := client.Upload(t.Context(), media.Bytes("a.mp4", noise(1_000_001)), media.WithSegmentSize(200_000),
		media.WithConcurrency(1), media.WithProgress(func(p media.Progress) {
			require.LessOrEqual(t, p.Acknowledged, p.Total)
			last = p
		}))

	require.NoError(t, err)
	require.Empty(t, result.Restarts)
	require.Equal(t, media.Progress{
		Phase: media.Complete, Sent: 1_000_001, Acknowledged: 1_000_001, Total: 1_000_001, SegmentsDone: result.Segments,
		ProcessingPercent: 100,
	}, last)
}

func TestAReportThatHangsHoldsUpNothing(t *testing.T) {
	server := &fake{}
	client := server.start(t)
	hang := make(chan struct{})
	defer close(hang)

	result, err := client.Upload(t.Context(), media.Bytes("a.mp4", noise(1_000_000)), media.WithSegmentSize(100_000),
		media.WithProgress(func(media.Progress) { <-hang }))

	require.NoError(t, err)
	require.NotEmpty(t, result.MediaID)
}

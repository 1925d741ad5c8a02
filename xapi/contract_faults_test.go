package xapi_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/media"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// TestContractUnderFaults uploads 64 videos at once to a sandbox that answers one call in ten with a 503 or the page of
// a 520, and breaks one segment in ten off: before it, amid it or after it. All of them arrive byte for byte.
func TestContractUnderFaults(t *testing.T) {
	faults, err := xapitest.ParseFaults([]byte(`[
		{"when": {"probability": 0.07}, "do": {"answer": "unavailable"}},
		{"when": {"probability": 0.03}, "do": {"answer": "html-520"}},
		{"operation": "appendMediaUpload", "when": {"probability": 0.03}, "do": {"reset": "before"}},
		{"operation": "appendMediaUpload", "when": {"probability": 0.03}, "do": {"reset": "mid-body"}},
		{"operation": "appendMediaUpload", "when": {"probability": 0.03}, "do": {"reset": "after"}},
		{"operation": "finalizeMediaUpload", "when": {"probability": 0.1}, "do": {"reset": "after"}},
		{"operation": "finalizeMediaUpload", "when": {"probability": 0.1}, "do": {"cut": true}}]`))
	require.NoError(t, err)
	srv := xapitest.New(t, xapitest.WithFaults(faults...), xapitest.WithProcessingTime(0), xapitest.WithoutRateLimits())
	client, err := xapi.New(xapi.WithBaseURL(srv.URL), xapi.WithAccessToken(srv.Token()),
		xapi.WithBackoff(0, time.Millisecond), xapi.WithMaxAttempts(10))
	require.NoError(t, err)
	uploads := media.New(client, media.WithSegmentSize(4<<10), media.WithDigest())
	clip, err := os.ReadFile("testdata/clip.mp4")
	require.NoError(t, err)

	var all sync.WaitGroup
	videos, results, failures := [64][]byte{}, [64]*media.Result{}, [64]error{}
	for n := range videos {
		videos[n] = binary.BigEndian.AppendUint64(bytes.Clone(clip), uint64(n))
		all.Go(func() { results[n], failures[n] = uploads.Upload(t.Context(), media.Bytes("clip.mp4", videos[n])) })
	}
	all.Wait()
	for n, result := range results {
		require.NoError(t, failures[n])
		arrived, known := srv.Media(result.MediaID)
		require.True(t, known)
		require.Equal(t, result.SHA256, arrived.SHA256)
		content, err := arrived.Bytes()
		require.NoError(t, err)
		require.True(t, bytes.Equal(videos[n], content), "video %d arrived otherwise than it was sent", n)
	}
}

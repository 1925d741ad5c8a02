package media_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/media"
)

const kbit = 1000 / 8

// Links are slow, far away, and break, and every upload ends, having sent little more than the file.
func TestUploadsEndOnEveryLink(t *testing.T) {
	for _, c := range []struct {
		rate, size int64
		latency    time.Duration
		shortest   time.Duration
		longest    time.Duration
	}{
		{rate: 64 * kbit, size: 2 << 20, latency: 300 * time.Millisecond, shortest: 30 * time.Second, longest: 150 * time.Second},
		{rate: 64 * kbit, size: 2 << 20, latency: 10 * time.Millisecond, shortest: 30 * time.Second, longest: 30 * time.Second},
		{rate: 1000 * kbit, size: 32 << 20, latency: 300 * time.Millisecond, shortest: 30 * time.Second, longest: 150 * time.Second},
		{rate: 1000 * kbit, size: 32 << 20, latency: 10 * time.Millisecond, shortest: 150 * time.Second, longest: 150 * time.Second},
		{rate: 1000 * kbit, size: 32 << 20, latency: 100 * time.Millisecond, shortest: 30 * time.Second, longest: 30 * time.Second},
		{rate: 100_000 * kbit, size: 64 << 20, latency: 100 * time.Millisecond, shortest: 3 * time.Second, longest: 15 * time.Second},
		{rate: 100_000 * kbit, size: 64 << 20, latency: 300 * time.Millisecond, shortest: 30 * time.Second, longest: 150 * time.Second},
	} {
		for _, buffer := range []int{64 << 10, 4 << 20} {
			for _, kept := range []bool{false, true} {
				name := fmt.Sprintf("%d kbit|s, %v, cuts every %v to %v, buffers of %d KiB, checkpoint %v", c.rate/kbit, c.latency, c.shortest, c.longest, buffer>>10, kept)
				t.Run(name, func(t *testing.T) {
					data := noise(int(c.size))
					dir := t.TempDir()
					synctest.Test(t, func(t *testing.T) {
						server := &fake{}
						l := &link{rate: c.rate, latency: c.latency, shortest: c.shortest, longest: c.longest, buffer: buffer}
						client := media.New(server.over(t, l))
						var opts []media.Option
						if kept {
							opts = append(opts, media.WithCheckpoint(media.CheckpointFile(filepath.Join(dir, "upload"))))
						}
						start := time.Now()

						result, err := client.Upload(t.Context(), media.Bytes("a.mp4", data), opts...)

						require.NoError(t, err)
						require.Equal(t, sum(data), server.sum(result.MediaID))
						require.Empty(t, result.Restarts)
						took, ideal := time.Since(start), time.Duration(c.size)*time.Second/time.Duration(c.rate)
						t.Logf("%v of at least %v, %d cuts, %d segments, %.3f times the file", took.Round(time.Second), ideal.Round(time.Second), l.cuts, result.Segments, float64(l.carried())/float64(c.size))
						require.LessOrEqual(t, l.carried(), c.size*13/10)
						require.Less(t, took, ideal*3/2+10*time.Second)
					})
				})
			}
		}
	}
}

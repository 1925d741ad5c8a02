package media_test

import (
	"bytes"
	"context"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/media"
)

// shrinking is a source of which half is gone once it has been read from.
type shrinking struct {
	data []byte
	gone atomic.Bool
}

func (s *shrinking) ReadAt(p []byte, offset int64) (int, error) {
	data := s.data
	if s.gone.Swap(true) {
		data = data[:len(data)/2]
	}
	return bytes.NewReader(data).ReadAt(p, offset)
}

func TestASourceThatGetsShorterFailsAtOnce(t *testing.T) {
	server := &fake{}
	client := server.start(t)
	source := &shrinking{data: noise(1_000_000)}

	_, err := client.Upload(t.Context(), media.ReaderAt("a.mp4", source, 1_000_000), media.WithSegmentSize(300_000))

	require.ErrorContains(t, err, `reading the media source "a.mp4": it has become shorter than its 1000000 bytes`)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Zero(t, server.count("finalize"))
	var failed *media.UploadError
	require.ErrorAs(t, err, &failed)
	require.LessOrEqual(t, failed.Acknowledged, int64(300_000))

	path := filepath.Join(t.TempDir(), "b.mp4")
	require.NoError(t, os.WriteFile(path, noise(1_000_000), 0o600))
	server = &fake{}
	server.fault = func(http.ResponseWriter, *http.Request, int) bool {
		_ = os.Truncate(path, 400_000) // one that is on its way when the test ends finds no file
		return false
	}
	_, err = server.start(t).Upload(t.Context(), media.File(path), media.WithSegmentSize(100_000))
	require.ErrorContains(t, err, "b.mp4")
	require.Zero(t, server.count("finalize"))
}

// hanging is a reader that never returns, until it is let go.
type hanging struct{ free chan struct{} }

func (h hanging) Read([]byte) (int, error) { <-h.free; return 0, io.EOF }

func TestAReaderThatHangsHoldsNothingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := hanging{make(chan struct{})}
		defer close(hang.free)
		ctx, cancel := context.WithTimeout(t.Context(), 7*time.Second)
		defer cancel()
		start := time.Now()
		for _, source := range []media.Source{
			media.Reader("a.mp4", hang), media.Reader("a.mp4", io.MultiReader(bytes.NewReader(noise(100_000)), hang)),
		} {
			_, err := media.New(&scripted{}).Upload(ctx, source)
			require.ErrorIs(t, err, context.DeadlineExceeded)
		}
		require.Equal(t, 7*time.Second, time.Since(start))
	})
}

// counted is a reader that counts what was read.
type counted struct {
	io.Reader
	n int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}

func TestAStreamIsJudgedByItsFirstBytes(t *testing.T) {
	for name, c := range map[string]struct {
		head string
		says string
		most int
	}{
		"a PDF":     {"%PDF-1.7\n", "application/pdf, which X does not take", 1 << 20},
		"a picture": {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "larger than the 5242880 bytes", 6 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			source := &counted{Reader: io.MultiReader(bytes.NewReader([]byte(c.head)), endless{func() {}})}
			_, err := media.New(struct{ media.API }{}).Upload(t.Context(), media.Reader("standard input", source))
			var input *media.InputError
			require.ErrorAs(t, err, &input)
			require.ErrorContains(t, err, c.says)
			require.LessOrEqual(t, source.n, c.most)
		})
	}
}

func TestACopiedStreamHasNoNameToBeLeftBehind(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	server := &fake{}
	server.fault = func(http.ResponseWriter, *http.Request, int) bool {
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Empty(t, entries)
		return false
	}
	_, err := server.start(t).Upload(t.Context(), media.Reader("a.mp4", bytes.NewReader(noise(100_000))))
	require.NoError(t, err)
}

// reads counts how much of a source is read.
type reads struct {
	data []byte
	n    atomic.Int64
}

func (r *reads) ReadAt(p []byte, offset int64) (int, error) {
	n, err := bytes.NewReader(r.data).ReadAt(p, offset)
	r.n.Add(int64(n))
	return n, err
}

func TestAFailedUploadReadsNothingAgainAndCanBeResumed(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := &fake{}
	server.fault = func(_ http.ResponseWriter, r *http.Request, index int) bool {
		if index == 5 && ctx.Err() == nil {
			cancel()
			<-r.Context().Done()
			return true
		}
		return false
	}
	client := server.start(t)
	source := &reads{data: noise(1_000_000)}

	_, err := client.Upload(ctx, media.ReaderAt("a.mp4", source, 1_000_000), media.WithSegmentSize(100_000), media.WithConcurrency(1))

	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, source.n.Load(), int64(700_000))
	var failed *media.UploadError
	require.ErrorAs(t, err, &failed)
	before := server.bytes()
	result, err := client.Resume(t.Context(), media.ReaderAt("a.mp4", source, 1_000_000), failed.Checkpoint)
	require.NoError(t, err)
	require.Equal(t, failed.MediaID, result.MediaID)
	require.Equal(t, int64(500_000), server.bytes()-before)
	require.Equal(t, sum(source.data), server.sum(result.MediaID))
}

func TestAPageForPeopleIsNoAcknowledgement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int64
		server := &fake{fault: func(w http.ResponseWriter, _ *http.Request, _ int) bool {
			if calls.Add(1) != 2 {
				return false
			}
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, "<!DOCTYPE html><title>Welcome to the hotel</title>")
			return true
		}}
		data := noise(500_000)
		result, err := server.start(t).Upload(t.Context(), media.Bytes("a.mp4", data), media.WithSegmentSize(100_000))
		require.NoError(t, err)
		require.Equal(t, sum(data), server.sum(result.MediaID))
		require.Equal(t, 6, server.count("append"))
	})
}

func TestWhatTheServerHasIsHeldAgainstTheSource(t *testing.T) {
	api := &scripted{finalized: `{"data":{"id":"` + scriptedID + `","media_key":"7_1","size":999}}`}
	path := filepath.Join(t.TempDir(), "upload")
	_, err := media.New(api).Upload(t.Context(), media.Bytes("a.mp4", noise(1000)), media.WithCheckpoint(media.CheckpointFile(path)))
	require.ErrorIs(t, err, media.ErrContract)
	require.ErrorContains(t, err, "the server has 999 bytes of the 1000 that were sent")
	require.NoFileExists(t, path, "to go on would not help")
}

func TestSegmentsOfAnySizeAreTaken(t *testing.T) {
	for _, size := range []int64{1, 1000, 10_001, 1 << 40, math.MaxInt64} {
		for _, formsRefused := range []bool{false, true} {
			server := &fake{jsonOnly: formsRefused}
			data := noise(10_001)
			result, err := server.start(t).Upload(t.Context(), media.Bytes("a.mp4", data), media.WithSegmentSize(size))
			require.NoError(t, err)
			require.Equal(t, sum(data), server.sum(result.MediaID))
			require.LessOrEqual(t, result.Segments, 1000)
		}
	}
}

func TestAProgressFunctionThatPanicsEndsTheUploadWithAnError(t *testing.T) {
	server := &fake{fault: func(_ http.ResponseWriter, r *http.Request, _ int) bool { <-r.Context().Done(); return true }}
	_, err := server.start(t).Upload(t.Context(), media.Bytes("a.mp4", noise(1000)),
		media.WithProgress(func(p media.Progress) {
			if p.Phase == media.Uploading {
				panic("no such widget")
			}
		}))
	require.ErrorContains(t, err, "the progress function panicked: no such widget")
}

// A server that takes nothing of a segment any more is given up within minutes, one that cannot be reached as well.
func TestAnOutageIsReportedWithinMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &fake{}
		var once atomic.Bool
		l := &link{latency: time.Millisecond}
		client := media.New(server.over(t, l))
		server.fault = func(w http.ResponseWriter, _ *http.Request, index int) bool {
			if index == 1 && !once.Swap(true) {
				l.unplug()
			}
			return false
		}
		start := time.Now()
		_, err := client.Upload(t.Context(), media.Bytes("a.mp4", noise(10<<20)))
		require.ErrorIs(t, err, xapi.ErrUnavailable)
		require.InDelta(t, 4, time.Since(start).Minutes(), 2)
		var failed *media.UploadError
		require.ErrorAs(t, err, &failed)

		l.plug()
		result, err := client.Resume(t.Context(), media.Bytes("a.mp4", noise(10<<20)), failed.Checkpoint)
		require.NoError(t, err)
		require.Equal(t, sum(noise(10<<20)), server.sum(result.MediaID))
	})
}

// What was cut for a fast link does not get over a slow one that breaks, and is cut anew.
func TestALinkMayBecomeSlowMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		data := noise(48 << 20)
		server := &fake{}
		l := &link{rate: 100_000 * kbit, latency: 50 * time.Millisecond, shortest: 30 * time.Second, longest: 30 * time.Second, buffer: 64 << 10}
		client := media.New(server.over(t, l))
		var once sync.Once
		server.fault = func(_ http.ResponseWriter, _ *http.Request, index int) bool {
			if index == 6 {
				once.Do(func() { l.slow(500 * kbit) })
			}
			return false
		}
		result, err := client.Upload(t.Context(), media.Bytes("a.mp4", data))
		require.NoError(t, err)
		require.Empty(t, result.Restarts)
		require.Equal(t, sum(data), server.sum(result.MediaID))
		t.Logf("%d cuts, %d segments, %.3f times the file", l.cuts, result.Segments, float64(l.carried())/float64(len(data)))
		require.LessOrEqual(t, l.carried(), int64(len(data))*13/10)
	})
}

// What lies in the buffer of a proxy, of an attempt that was given up, may arrive after what was cut anew to replace it.
func TestAnAttemptThatArrivesLateIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		data := noise(3_000_000)
		var refused, late atomic.Bool
		server := &fake{}
		server.fault = func(w http.ResponseWriter, _ *http.Request, index int) bool {
			if index != 2 || refused.Swap(true) {
				return false
			}
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return true
		}
		server.late = func(segments map[int][]byte) {
			if !late.Swap(true) {
				segments[2] = append(segments[2], segments[3]...)
			}
		}
		result, err := server.start(t).Upload(t.Context(), media.Bytes("a.mp4", data), media.WithSegmentSize(300_000))
		require.NoError(t, err)
		require.Empty(t, result.Restarts)
		require.Equal(t, 2, server.count("finalize"))
		require.Equal(t, sum(data), server.sum(result.MediaID))
	})
}

package media_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/media"
)

// interrupted uploads data with a checkpoint at path until the server has acknowledged six of ten segments, and returns
// the server and its client, and a source of the same data.
func interrupted(t *testing.T, path string, opts ...media.Option) (*fake, *media.Client, media.Source) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	server := &fake{}
	server.fault = func(w http.ResponseWriter, _ *http.Request, index int) bool {
		if index == 6 {
			cancel()
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		return index == 6 && ctx.Err() != nil
	}
	client := server.start(t)
	source := media.Bytes("a.mp4", noise(1_000_000))
	_, err := client.Upload(ctx, source, append(opts, media.WithCheckpoint(media.CheckpointFile(path)),
		media.WithSegmentSize(100_000), media.WithConcurrency(1))...)
	require.ErrorIs(t, err, context.Canceled)
	server.mu.Lock()
	server.fault = nil
	server.received = 0
	server.mu.Unlock()
	return server, client, source
}

func saved(t *testing.T, path string) *media.Checkpoint {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	checkpoint, err := media.ParseCheckpoint(data)
	require.NoError(t, err)
	return checkpoint
}

func TestAnUploadGoesOnFromItsCheckpoint(t *testing.T) {
	path := filepath.Join(t.TempDir(), "upload.json")
	server, client, source := interrupted(t, path)
	acknowledged, segments := saved(t, path).Acknowledged()
	require.Equal(t, int64(600_000), acknowledged)
	require.Equal(t, 6, segments)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	result, err := client.Upload(t.Context(), source, media.WithCheckpoint(media.CheckpointFile(path)))

	require.NoError(t, err)
	require.Equal(t, 6, result.Resumed)
	require.Equal(t, 1, server.count("initialize"))
	require.Equal(t, int64(400_000), server.bytes(), "the missing segments alone")
	require.Equal(t, sum(noise(1_000_000)), server.sum(result.MediaID))
	require.Empty(t, result.Restarts)
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Empty(t, entries, "a complete upload leaves no checkpoint")
}

func TestAnUploadStartsAfreshWhereTheCheckpointDoesNotFit(t *testing.T) {
	for name, c := range map[string]struct {
		change func(t *testing.T, path string, server *fake)
		data   []byte
		opts   []media.Option
		reason string
	}{
		"another source of the same size": {data: make([]byte, 1_000_000), reason: "not the one"},
		"another size":                    {data: noise(1_000_001), reason: "not the one"},
		"another category":                {opts: []media.Option{media.WithCategory(media.AmplifyVideo)}, reason: "amplify_video"},
		"expired": {reason: "expired", change: func(t *testing.T, path string, _ *fake) {
			checkpoint := saved(t, path)
			checkpoint.ExpiresAt = time.Now().Add(-time.Minute)
			require.NoError(t, media.CheckpointFile(path).Save(t.Context(), *checkpoint))
		}},
		"unknown to the server": {reason: "does not know", change: func(_ *testing.T, _ string, server *fake) {
			server.mu.Lock()
			defer server.mu.Unlock()
			server.uploads = map[string]map[int][]byte{"other": nil, "another": nil}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "upload.json")
			server, client, _ := interrupted(t, path)
			if c.change != nil {
				c.change(t, path, server)
			}
			data := c.data
			if data == nil {
				data = noise(1_000_000)
			}
			var told []media.Restart

			result, err := client.Upload(t.Context(), media.Bytes("a.mp4", data), append(c.opts,
				media.WithCheckpoint(media.CheckpointFile(path)),
				media.WithRestartFunc(func(r media.Restart) { told = append(told, r) }))...)

			require.NoError(t, err)
			require.Len(t, result.Restarts, 1)
			require.Contains(t, result.Restarts[0].Reason, c.reason)
			require.Equal(t, result.Restarts, told)
			require.Zero(t, result.Resumed)
			require.Equal(t, sum(data), server.sum(result.MediaID))
		})
	}
}

func TestAProcessThatDiesWhileProcessingWaitsOnAfterwards(t *testing.T) {
	path := filepath.Join(t.TempDir(), "upload.json")
	server := &fake{processing: []string{`{"state":"pending","check_after_secs":60}`, `{"state":"succeeded"}`}}
	client := server.start(t)
	ctx, cancel := context.WithCancel(t.Context())
	source := media.Bytes("a.mp4", noise(1000))
	_, err := client.Upload(ctx, source, media.WithCheckpoint(media.CheckpointFile(path)),
		media.WithProgress(func(p media.Progress) {
			if p.Phase == media.Processing {
				cancel()
			}
		}))
	require.ErrorIs(t, err, context.Canceled)
	require.True(t, saved(t, path).Finalized)

	result, err := client.Upload(t.Context(), source, media.WithCheckpoint(media.CheckpointFile(path)))

	require.NoError(t, err)
	require.Equal(t, 1, server.count("finalize"))
	require.Equal(t, 1, server.count("append"))
	require.Equal(t, media.Succeeded, result.State)
}

func TestAFinalizeWhoseAnswerWasLostIsNotAFreshUpload(t *testing.T) {
	server := &fake{finalizeWith: []int{http.StatusForbidden}}
	client := server.start(t)
	source := media.Bytes("a.mp4", noise(1_000_000))
	_, err := client.Upload(t.Context(), source)
	var failed *media.UploadError
	require.ErrorAs(t, err, &failed)
	require.Equal(t, failed.Total, failed.Acknowledged)
	// As if the process had died between the answer of finalize and the note of it, and the server took no second one.
	_, err = client.Resume(t.Context(), source, failed.Checkpoint)
	require.NoError(t, err)
	server.mu.Lock()
	delete(server.uploads, failed.MediaID)
	server.mu.Unlock()

	result, err := client.Resume(t.Context(), source, failed.Checkpoint)

	require.NoError(t, err)
	require.Equal(t, failed.MediaID, result.MediaID)
	require.Equal(t, 1, server.count("initialize"))
}

func TestAFileThatIsNoCheckpointIsLeftAlone(t *testing.T) {
	for name, content := range map[string]string{
		"a video": "\x00\x00\x00\x18ftypmp42", "other JSON": `{"name":"x"}`, "empty": "", "a later version": `{"version":2}`,
		"cut off": `{"version":1,"media_id":"1","sha256":"`,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "precious")
			require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
			server := &fake{}
			client := server.start(t)

			_, err := client.Upload(t.Context(), media.Bytes("a.mp4", noise(10)), media.WithCheckpoint(media.CheckpointFile(path)))

			var input *media.InputError
			require.ErrorAs(t, err, &input)
			require.ErrorContains(t, err, path)
			left, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, content, string(left))
			require.Zero(t, server.count("initialize"))
		})
	}
}

func TestResumeRefusesWhatIsNoCheckpoint(t *testing.T) {
	_, err := media.New(&scripted{}).Resume(t.Context(), media.Bytes("a.mp4", noise(10)), media.Checkpoint{})
	var input *media.InputError
	require.ErrorAs(t, err, &input)
}

func TestACheckpointThatCannotBeSavedStopsTheUpload(t *testing.T) {
	server := &fake{}
	client := server.start(t)
	store := media.CheckpointFile(filepath.Join(t.TempDir(), "no such folder", "upload.json"))

	_, err := client.Upload(t.Context(), media.Bytes("a.mp4", noise(10)), media.WithCheckpoint(store))

	require.ErrorIs(t, err, os.ErrNotExist)
	require.Zero(t, server.count("append"))
	require.NotErrorIs(t, err, xapi.ErrUnavailable)
}

func FuzzParseCheckpoint(f *testing.F) {
	done := strings.Repeat("0a", 4)
	good, err := json.Marshal(media.Checkpoint{
		Version: 1, MediaID: scriptedID, Bytes: 5000, MediaType: "video/mp4",
		Segments: []media.Segment{{Bytes: 1000, Sum: done}, {Bytes: 1000}, {Bytes: 3000, Sum: done}},
	})
	require.NoError(f, err)
	f.Add(good)
	f.Add([]byte(`{"version":1,"media_id":"1","bytes":2,"segments":[{"bytes":9223372036854775807},{"bytes":9223372036854775807}]}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, data []byte) {
		checkpoint, err := media.ParseCheckpoint(data)
		if err != nil {
			return
		}
		left := checkpoint.Bytes
		for _, segment := range checkpoint.Segments {
			require.Positive(t, segment.Bytes)
			left -= segment.Bytes
			require.GreaterOrEqual(t, left, int64(0))
		}
		require.LessOrEqual(t, len(checkpoint.Segments), 1000)
		again, err := json.Marshal(checkpoint)
		require.NoError(t, err)
		parsed, err := media.ParseCheckpoint(again)
		require.NoError(t, err)
		require.Len(t, parsed.Segments, len(checkpoint.Segments))
	})
}

func TestOneUploadAtATimeUsesACheckpoint(t *testing.T) {
	path := filepath.Join(t.TempDir(), "upload.json")
	server := &fake{}
	client := server.start(t)
	source := media.Bytes("a.mp4", noise(300_000))
	var second error
	var once sync.Once
	server.fault = func(http.ResponseWriter, *http.Request, int) bool {
		once.Do(func() {
			_, second = client.Upload(t.Context(), source, media.WithCheckpoint(media.CheckpointFile(path)))
		})
		return false
	}

	_, err := client.Upload(t.Context(), source, media.WithCheckpoint(media.CheckpointFile(path)))

	require.NoError(t, err)
	var input *media.InputError
	require.ErrorAs(t, second, &input)
	require.ErrorContains(t, second, fmt.Sprintf("process %d on ", os.Getpid()))
	require.ErrorContains(t, second, path)
	require.Equal(t, 1, server.count("initialize"))
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestACheckpointIsNotWrittenOverItsSource(t *testing.T) {
	dir := t.TempDir()
	path, other := filepath.Join(dir, "a.mp4"), filepath.Join(dir, "b")
	require.NoError(t, os.WriteFile(path, noise(1000), 0o600))
	require.NoError(t, os.Symlink(path, other))
	for _, checkpoint := range []string{path, other} {
		_, err := media.New(struct{ media.API }{}).Upload(t.Context(), media.File(path), media.WithCheckpoint(media.CheckpointFile(checkpoint)))
		var input *media.InputError
		require.ErrorAs(t, err, &input)
		require.ErrorContains(t, err, "is the media itself")
	}
}

// A process that dies loses what was in flight, and never more than eight segments; and a checkpoint costs little time.
func TestACheckpointIsCheapAndCloseBehind(t *testing.T) {
	dir := t.TempDir()
	data := noise(128 << 20)
	took := map[bool]time.Duration{}
	for _, kept := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			path := filepath.Join(dir, "upload.json")
			server := &fake{}
			var mu sync.Mutex
			arrived, worst := 0, 0
			server.fault = func(http.ResponseWriter, *http.Request, int) bool {
				mu.Lock()
				defer mu.Unlock()
				arrived++
				if kept {
					// What a process that is killed here leaves behind.
					_, noted := saved(t, path).Acknowledged()
					worst = max(worst, arrived-noted)
				}
				return false
			}
			client := media.New(server.over(t, &link{latency: 50 * time.Millisecond}))
			var opts []media.Option
			if kept {
				opts = append(opts, media.WithCheckpoint(media.CheckpointFile(path)))
			}
			start := time.Now()
			_, err := client.Upload(t.Context(), media.Bytes("a.mp4", data), opts...)
			require.NoError(t, err)
			took[kept] = time.Since(start)
			require.LessOrEqual(t, worst, 8)
		})
	}
	require.LessOrEqual(t, took[true], took[false]*13/10)
}

func TestACancelledUploadNotesWhatIsAboutToArrive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "upload.json")
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		server := &fake{}
		server.fault = func(http.ResponseWriter, *http.Request, int) bool {
			cancel()
			return false
		}
		client := media.New(server.over(t, &link{latency: 100 * time.Millisecond}))
		start := time.Now()
		_, err := client.Upload(ctx, media.Bytes("a.mp4", noise(1_000_000)), media.WithCheckpoint(media.CheckpointFile(path)))
		require.ErrorIs(t, err, context.Canceled)
		require.Less(t, time.Since(start), time.Second)
		_, noted := saved(t, path).Acknowledged()
		require.Equal(t, 2, noted, "both that were in flight")
	})
}

func TestWhatWasInFlightIsSentAgainAsItWas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "upload.json")
	data := noise(64 << 20)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		server := &fake{}
		server.fault = func(_ http.ResponseWriter, r *http.Request, index int) bool {
			// The even ones of those in flight arrive, the odd ones hang.
			if index < 9 || index%2 == 0 || ctx.Err() != nil {
				return false
			}
			if index > 12 {
				cancel()
			}
			<-r.Context().Done()
			return true
		}
		client := media.New(server.over(t, &link{latency: 50 * time.Millisecond}))
		_, err := client.Upload(ctx, media.Bytes("a.mp4", data), media.WithCheckpoint(media.CheckpointFile(path)))
		require.ErrorIs(t, err, context.Canceled)
		arrived, _ := saved(t, path).Acknowledged()
		before := server.bytes()

		result, err := client.Upload(t.Context(), media.Bytes("a.mp4", data), media.WithCheckpoint(media.CheckpointFile(path)))

		require.NoError(t, err)
		require.Empty(t, result.Restarts)
		require.Equal(t, sum(data), server.sum(result.MediaID))
		require.Equal(t, int64(len(data))-arrived, server.bytes()-before)
	})
}

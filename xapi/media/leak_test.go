package media_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/media"
)

// openFiles counts the files of this process under dir that are open.
func openFiles(t *testing.T, dir string) (n int) {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("this system does not tell its open files")
	}
	for _, entry := range entries {
		target, err := os.Readlink("/proc/self/fd/" + entry.Name())
		if err == nil && bytes.HasPrefix([]byte(target), []byte(dir)) {
			n++
		}
	}
	return n
}

// uploading counts the goroutines that run code of this package.
func uploading() int {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	return bytes.Count(stacks, []byte("xapi/media.(*")) + bytes.Count(stacks, []byte("xapi/media.start"))
}

func TestNothingStaysBehind(t *testing.T) {
	data := noise(3_000_000)
	for name, end := range map[string]func(cancel context.CancelFunc, w http.ResponseWriter, r *http.Request) bool{
		"after success": func(context.CancelFunc, http.ResponseWriter, *http.Request) bool { return false },
		"after a refusal": func(_ context.CancelFunc, w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(http.StatusForbidden)
			return true
		},
		"after cancelling": func(cancel context.CancelFunc, _ http.ResponseWriter, r *http.Request) bool {
			cancel()
			<-r.Context().Done()
			return true
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("TMPDIR", dir)
			path := filepath.Join(dir, "a.mp4")
			require.NoError(t, os.WriteFile(path, data, 0o600))
			for _, source := range []media.Source{media.File(path), media.Reader("a.mp4", bytes.NewBuffer(data))} {
				ctx, cancel := context.WithCancel(t.Context())
				server := &fake{}
				server.fault = func(w http.ResponseWriter, r *http.Request, _ int) bool { return end(cancel, w, r) }
				client := server.start(t)
				before := uploading()

				_, err := client.Upload(ctx, source, media.WithSegmentSize(100_000), media.WithDigest(),
					media.WithProgress(func(media.Progress) {}))

				cancel()
				require.Equal(t, name == "after success", err == nil, "%v", err)
				require.Zero(t, openFiles(t, dir))
				// What has said its last word may still be on its way out, the transport's out of a body that it closed.
				require.Eventually(t, func() bool { return uploading() == before }, 30*time.Second, time.Millisecond)
				entries, err := os.ReadDir(dir)
				require.NoError(t, err)
				require.Len(t, entries, 1, "the file itself alone")
			}
		})
	}
}

// endless is a reader that never ends, and cancels once it is read from.
type endless struct{ cancel context.CancelFunc }

func (e endless) Read(p []byte) (int, error) { e.cancel(); return len(p), nil }

func TestCopyingToATemporaryFileIsBoundedAndCancellable(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	client := media.New(&scripted{})
	ctx, cancel := context.WithCancel(t.Context())
	_, err := client.Upload(ctx, media.Reader("a.mp4", endless{cancel}))
	require.ErrorIs(t, err, context.Canceled)

	_, err = client.Upload(t.Context(), media.Reader("a.mp4", endless{func() {}}), media.WithLimits(media.Limits{Total: 1 << 20}))
	var input *media.InputError
	require.ErrorAs(t, err, &input)

	broken := errors.New("the pipe broke")
	_, err = client.Upload(t.Context(), media.Reader("a.mp4", io.MultiReader(bytes.NewReader([]byte("x")), failing{broken})))
	require.ErrorIs(t, err, broken)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error)          { return 0, f.err }
func (f failing) ReadAt([]byte, int64) (int, error) { return 0, f.err }

// halfway is a source whose second half cannot be read.
type halfway struct {
	data []byte
	err  error
}

func (h halfway) ReadAt(p []byte, offset int64) (int, error) {
	if offset >= int64(len(h.data)/2) {
		return 0, h.err
	}
	return bytes.NewReader(h.data).ReadAt(p, offset)
}

func TestASourceThatCannotBeReadIsSaidToBe(t *testing.T) {
	server := &fake{}
	client := server.start(t)
	broken := errors.New("input/output error")

	_, err := client.Upload(t.Context(), media.ReaderAt("a.mp4", halfway{noise(1_000_000), broken}, 1_000_000),
		media.WithSegmentSize(100_000), media.WithConcurrency(1))

	require.ErrorIs(t, err, broken)
	require.ErrorContains(t, err, "reading the media source")
	require.Zero(t, server.count("finalize"))
}

func TestAFileThatChangesMeanwhileIsNotFinalized(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.mp4")
	require.NoError(t, os.WriteFile(path, noise(100_000), 0o600))
	server := &fake{}
	server.fault = func(http.ResponseWriter, *http.Request, int) bool {
		require.NoError(t, os.Chtimes(path, time.Time{}, time.Now().Add(time.Hour)))
		return false
	}
	client := server.start(t)

	_, err := client.Upload(t.Context(), media.File(path))

	require.ErrorContains(t, err, "changed during the upload")
	require.Zero(t, server.count("finalize"))
}

// late is an API whose transport reads a body only after the call has failed, as a careless one may.
type late struct {
	*scripted
	body io.Reader
}

func (l *late) AppendMediaUploadForm(_ context.Context, _, _ string, body io.Reader, _ ...xapi.CallOption) (*xapi.AppendMediaUploadResult, error) {
	l.body = body
	return nil, errors.New("refused")
}

func TestABodyReadAfterTheUploadHarmsNothing(t *testing.T) {
	api := &late{scripted: &scripted{}}
	path := filepath.Join(t.TempDir(), "a.mp4")
	require.NoError(t, os.WriteFile(path, noise(1000), 0o600))

	_, err := media.New(api).Upload(t.Context(), media.File(path))

	require.ErrorContains(t, err, "refused")
	_, err = io.ReadAll(api.body)
	require.ErrorIs(t, err, os.ErrClosed)
	require.NoError(t, api.body.(io.Closer).Close())
}

//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

const asCommand = "XAPI_TEST_AS_COMMAND"

// TestMain is the command itself where a test has started it as one.
func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		os.Exit(interruptible(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// process starts the command as a process of its own, against server.
func process(t *testing.T, server *xapitest.Server, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	var said bytes.Buffer
	cmd := exec.CommandContext(t.Context(), os.Args[0], append(args, "--base-url", server.URL)...)
	cmd.Env = append(os.Environ(), asCommand+"=1", "X_ACCESS_TOKEN="+server.Token(), tokenFileVariable+"="+filepath.Join(t.TempDir(), "none"))
	cmd.Stderr = &said
	return cmd, &said
}

func TestASignalEndsTheCommandWithinASecond(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(fifo, 0o600))
	// Who opens the pipe to write waits until it is being read.
	opened := func(t *testing.T, _ *xapitest.Server, _ io.Writer) {
		writer, err := os.OpenFile(fifo, os.O_WRONLY, 0)
		require.NoError(t, err)
		t.Cleanup(func() { _ = writer.Close() })
	}
	slow := []xapitest.Option{xapitest.WithProcessing(xapitest.Step{State: "pending", CheckAfter: 1})}
	for name, c := range map[string]struct {
		options []xapitest.Option
		args    []string
		reached func(*testing.T, *xapitest.Server, io.Writer)
		says    string
	}{
		"reading the standard input": {args: []string{"upload", "-"}, says: "interrupted", reached: func(t *testing.T, _ *xapitest.Server, in io.Writer) {
			// More than a pipe holds, and less than all of it.
			_, err := in.Write(append([]byte("\x00\x00\x00\x18ftypmp42"), make([]byte, 1<<20)...))
			require.NoError(t, err)
		}},
		"reading a named pipe": {args: []string{"upload", fifo}, says: "interrupted", reached: opened},
		"reading metadata":     {args: []string{"metadata", "1", "--file", fifo}, says: "interrupted", reached: opened},
		"waiting for processing": {
			options: slow, args: []string{"upload", clip, "--post", "x"}, says: "the file is uploaded: xapi status ",
			reached: func(t *testing.T, s *xapitest.Server, _ io.Writer) {
				require.Eventually(t, func() bool { return requested(s, "getMediaUploadStatus") }, 30*time.Second, time.Millisecond)
			},
		},
	} {
		for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
			t.Run(name+", "+signal.String(), func(t *testing.T) {
				server := xapitest.New(t, c.options...)
				cmd, said := process(t, server, c.args...)
				in, err := cmd.StdinPipe()
				require.NoError(t, err)
				defer func() { _ = in.Close() }()
				require.NoError(t, cmd.Start())
				c.reached(t, server, in)
				start := time.Now()
				require.NoError(t, cmd.Process.Signal(signal))
				_ = cmd.Wait()
				require.Less(t, time.Since(start), 30*time.Second)
				require.Equal(t, interrupted, cmd.ProcessState.ExitCode(), said.String())
				require.Contains(t, said.String(), c.says)
				require.Contains(t, said.String(), "interrupted")
			})
		}
	}
}

// requested reports whether the server has seen a call of the operation.
func requested(s *xapitest.Server, operation string) bool {
	for _, r := range s.Requests() {
		if r.Operation == operation {
			return true
		}
	}
	return false
}

func TestTheTimeoutEndsWhatHangs(t *testing.T) {
	reader, writer := io.Pipe()
	defer func() { _ = writer.Close() }()
	for _, args := range [][]string{{"upload", "-"}, {"metadata", "1", "--file", "-"}} {
		server := xapitest.New(t)
		var said bytes.Buffer
		start := time.Now()
		code := run(t.Context(), append(args, "--timeout", "50ms", "--base-url", server.URL), console{
			in: reader, out: io.Discard, err: &said, env: func(string) string { return server.Token() },
		})
		require.Equal(t, failed, code)
		require.Contains(t, said.String(), "not done after 50ms")
		require.Less(t, time.Since(start), 30*time.Second)
	}
}

func TestWhatIsUploadedCanBeUsedWithoutUploadingAgain(t *testing.T) {
	server := xapitest.New(t, xapitest.WithProcessingTime(0), xapitest.WithFaults(
		xapitest.Fault{Operation: "createPosts", When: xapitest.When{Nth: 1}, Do: xapitest.Do{Answer: "forbidden"}},
		xapitest.Fault{Operation: "createMediaSubtitles", When: xapitest.When{Nth: 1}, Do: xapitest.Do{Answer: "forbidden"}},
	))
	got := shell(t, server, "", "upload", clip, "--post", "Hello")
	require.Equal(t, failed, got.code, got.err)
	_, hint, found := strings.Cut(got.err, "; xapi post TEXT ")
	require.True(t, found, got.err)
	id := strings.Fields(hint)[1]

	got = shell(t, server, "", "post", "Hello", "--media", id)
	require.Equal(t, done, got.code, got.err)
	require.Contains(t, got.out, "post id")
	require.Len(t, server.Posts(), 1)

	got = shell(t, server, "", "subtitles", id, "../../testdata/clip.srt", "--language", "en")
	require.Equal(t, failed, got.code, got.err)
	_, hint, found = strings.Cut(got.err, "with --media ")
	require.True(t, found, got.err)
	got = shell(t, server, "", "subtitles", id, "--media", strings.Fields(hint)[0], "--language", "en")
	require.Equal(t, done, got.code, got.err)

	got = shell(t, server, "", "post", "Hello without a picture")
	require.Equal(t, done, got.code, got.err)
	got = shell(t, server, "", "post", " ")
	require.Equal(t, misuse, got.code)
	require.Contains(t, got.err, "nothing to post")
}

func TestWaitingForALimitIsToldAndCanBeRefused(t *testing.T) {
	spent := func(until time.Time) *xapitest.Server {
		return xapitest.New(t, xapitest.WithProcessingTime(0), xapitest.WithFaults(xapitest.Fault{
			Operation: "initializeMediaUpload", When: xapitest.When{Nth: 1}, Do: xapitest.Do{
				Status: http.StatusTooManyRequests, Header: map[string]string{
					"x-rate-limit-limit": "1", "x-rate-limit-remaining": "0", "x-rate-limit-reset": strconv.FormatInt(until.Unix(), 10),
				},
			},
		}))
	}
	server := spent(time.Now().Add(time.Minute))
	got := shell(t, server, "", "upload", clip, "--rate-limit-wait", "0s")
	require.Equal(t, failed, got.code, got.err)
	require.Contains(t, got.err, "--rate-limit-wait")
	require.NotContains(t, got.err, "WithRateLimitWait")

	got = shell(t, spent(time.Now()), "", "upload", clip)
	require.Equal(t, done, got.code, got.err)
	require.Contains(t, got.err, "the rate limit of initializeMediaUpload is spent: waiting until ")
}

func TestACheckpointThatCannotBeKeptIsRefusedBeforeAnythingIsSent(t *testing.T) {
	dir := t.TempDir()
	data, err := os.ReadFile(clip)
	require.NoError(t, err)
	path := filepath.Join(dir, "clip.mp4")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	for _, checkpoint := range []string{path, filepath.Join(dir, "nowhere", "checkpoint")} {
		server := xapitest.New(t)
		got := shell(t, server, "", "upload", path, "--checkpoint", checkpoint)
		require.Equal(t, misuse, got.code, got.err)
		require.Empty(t, server.Requests())
	}
	left, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, data, left)
}

func TestNamesAndAnswersSteerNoTerminal(t *testing.T) {
	server := xapitest.New(t, xapitest.WithProcessingTime(0))
	data, err := os.ReadFile(clip)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "a\x1b[2J\rb.mp4")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	got := shell(t, server, "", "upload", path)
	require.Equal(t, done, got.code, got.err)
	require.NotContains(t, got.err, "\x1b")
	require.NotContains(t, got.err, "\r")

	var out bytes.Buffer
	require.NoError(t, console{out: &out}.json(map[string]string{"text": "a\x1b\x7f\u009b2J\u202e\U000e0041\u00e9"}))
	want := `{"text":"a\u001b\u007f\u009b2J\u202e\udb40\udc41é"}` + "\n"
	require.Equal(t, want, out.String())
	var back map[string]string
	require.NoError(t, json.Unmarshal(out.Bytes(), &back))
	require.Equal(t, "a\x1b\x7f\u009b2J\u202e\U000e0041\u00e9", back["text"])
}

func TestACommandThatIsToldToEndSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errInterrupted)
	server := xapitest.New(t)
	var said bytes.Buffer
	code := run(ctx, []string{"status", "1146654567674912769", "--base-url", server.URL}, console{
		in: strings.NewReader(""), out: io.Discard, err: &said, env: func(string) string { return server.Token() },
	})
	require.Equal(t, interrupted, code)
	require.Contains(t, said.String(), "interrupted")
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// ran is what one run of the command left.
type ran struct {
	code     int
	out, err string
}

// shell runs the command against the sandbox at url, or with no server at all where that is empty.
func shell(t *testing.T, server *xapitest.Server, in string, args ...string) ran {
	t.Helper()
	var out, errs bytes.Buffer
	env := map[string]string{tokenFileVariable: filepath.Join(t.TempDir(), "none")}
	if server != nil {
		if len(args) > 1 {
			args = append(args, "--base-url", server.URL)
		}
		env["X_ACCESS_TOKEN"] = server.Token()
	}
	code := run(t.Context(), args, console{
		in: strings.NewReader(in), out: &out, err: &errs, env: func(name string) string { return env[name] },
	})
	return ran{code, out.String(), errs.String()}
}

const clip = "../../testdata/clip.mp4"

func TestUploadFromFileToPost(t *testing.T) {
	server := xapitest.New(t, xapitest.WithProcessingTime(0))

	got := shell(t, server, "", "upload", clip, "--alt-text", "A test picture", "--post", "Hello", "--json")

	require.Equal(t, done, got.code, got.err)
	var printed map[string]any
	require.NoError(t, json.Unmarshal([]byte(got.out), &printed))
	for _, name := range []string{"media_id", "media_key", "bytes", "segments", "sha256", "state", "post_id"} {
		require.NotEmpty(t, printed[name], name)
	}
	arrived, there := server.Media(printed["media_id"].(string))
	require.True(t, there)
	require.Equal(t, printed["sha256"], arrived.SHA256)
	require.JSONEq(t, `{"text":"A test picture"}`, string(arrived.Metadata["alt_text"]))
	require.Len(t, server.Posts(), 1)
}

func TestUploadTellsWhatHappened(t *testing.T) {
	server := xapitest.New(t, xapitest.WithProcessingTime(0))
	metadata := filepath.Join(t.TempDir(), "metadata.json")
	require.NoError(t, os.WriteFile(metadata, []byte(`{"shared_info":{"shared":true}}`), 0o600))

	got := shell(t, server, "", "upload", clip, "--metadata", metadata, "--category", "amplify_video", "--chunk-size", "4KiB", "--concurrency", "2")

	require.Equal(t, done, got.code, got.err)
	require.Contains(t, got.out, "15075 bytes in 4 segments, video/mp4 as amplify_video")
	require.Contains(t, got.out, "state      succeeded")
	require.Contains(t, got.out, "metadata   set")
	require.Contains(t, got.err, "15075 of 15075 bytes arrived, 15075 sent")
}

func TestUploadTakesStandardInput(t *testing.T) {
	server := xapitest.New(t, xapitest.WithProcessingTime(0))
	data, err := os.ReadFile(clip)
	require.NoError(t, err)
	require.Equal(t, done, shell(t, server, string(data), "upload", "-").code)
}

func TestUploadInTheSandboxOfItsOwn(t *testing.T) {
	got := shell(t, nil, "", "upload", "../../testdata/picture.png", "--sandbox", "--alt-text", "Squares", "--post", "Look")
	require.Equal(t, done, got.code, got.err)
	require.Contains(t, got.out, "post id")
}

func TestUploadKeepsACheckpoint(t *testing.T) {
	server := xapitest.New(t, xapitest.WithProcessingTime(0))
	path := filepath.Join(t.TempDir(), "checkpoint.json")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	code := run(ctx, []string{"upload", clip, "--checkpoint", path, "--base-url", server.URL}, console{
		in: strings.NewReader(""), out: &out, err: &errs, env: func(string) string { return server.Token() },
	})
	require.Equal(t, failed, code)

	require.Equal(t, done, shell(t, server, "", "upload", clip, "--checkpoint", path).code)
	require.NoFileExists(t, path)
}

func TestWrongUsageSendsNothing(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"no command":             {nil, "give a command"},
		"an unknown command":     {[]string{"uplaod"}, `there is no command "uplaod"; the nearest name is upload: see xapi --help`},
		"an unknown flag":        {[]string{"upload", clip, "--alttext", "x"}, "there is no flag --alttext; the nearest is --alt-text: see xapi upload --help"},
		"a flag like no other":   {[]string{"upload", clip, "--fast-as-light"}, "there is no flag --fast-as-light: see xapi upload --help"},
		"an unknown short flag":  {[]string{"upload", clip, "-x"}, "there is no flag -x: see xapi upload --help"},
		"a missing flag":         {[]string{"subtitles", "1", "../../testdata/clip.srt"}, "give --language: see xapi subtitles --help"},
		"subtitles as a post":    {[]string{"upload", "../../testdata/clip.srt", "--post", "x"}, "subtitles are in no post of their own: give them to a video by xapi subtitles"},
		"no file":                {[]string{"upload"}, "upload takes a FILE"},
		"no such file":           {[]string{"upload", "nowhere.mp4"}, "no such file"},
		"an empty file":          {[]string{"upload", file("empty.mp4", "")}, "empty"},
		"an unknown type":        {[]string{"upload", file("x.bin", "\x00\x01")}, "neither content nor name"},
		"a type X does not take": {[]string{"upload", file("x.pdf", "%PDF-1.7\n")}, "application/pdf"},
		"a long alt text":        {[]string{"upload", clip, "--alt-text", strings.Repeat("x", 1001)}, "1001 characters"},
		"an empty alt text":      {[]string{"upload", clip, "--alt-text", ""}, "--alt-text is empty"},
		"an unknown category":    {[]string{"upload", clip, "--category", "movie"}, `"movie" is unknown`},
		"an empty category":      {[]string{"upload", clip, "--category", ""}, "--category is empty"},
		"an empty post":          {[]string{"upload", clip, "--post", ""}, "--post is empty"},
		"an unready post":        {[]string{"upload", clip, "--post", "x", "--no-wait"}, "no-wait"},
		"much concurrency":       {[]string{"upload", clip, "--concurrency", "99"}, "between 1 and 16"},
		"no chunks":              {[]string{"upload", clip, "--chunk-size", "0"}, "not a size"},
		"no time":                {[]string{"upload", clip, "--timeout", "-1s"}, "not positive"},
		"another's file":         {[]string{"upload", clip, "--checkpoint", file("precious", "x")}, "precious"},
		"one input for two":      {[]string{"upload", "-", "--metadata", "-"}, "put one of them into a file"},
		"no metadata":            {[]string{"upload", clip, "--metadata", "nowhere.json"}, "no such file"},
		"metadata that is wrong": {[]string{"upload", clip, "--metadata", file("m.json", `{"alttext":1}`)}, "unknown field"},
		"metadata of nothing":    {[]string{"metadata", "1"}, "file"},
		"metadata of a name":     {[]string{"metadata", "cat", "--file", file("n.json", `{"shared_info":{"shared":true}}`)}, "not a media id"},
		"both lists":             {[]string{"metadata", "1", "--file", file("g.json", `{"geo_restrictions":{"whitelisted_country_codes":["us"],"blacklisted_country_codes":["us"]}}`)}, "leave the other empty"},
		"the status of a name":   {[]string{"status", "cat"}, "not a media id"},
		"lookup of nothing":      {[]string{"lookup"}, "at least one MEDIA_KEY"},
		"lookup of an id":        {[]string{"lookup", "123"}, "not a media key"},
		"analytics of no time":   {[]string{"analytics", "3_1"}, "start"},
		"analytics of any time":  {[]string{"analytics", "3_1", "--start", "last spring", "--end", "2026-01-01"}, "is no time: give a date like 2026-08-01, how long ago like 2h or 3d"},
		"subtitles in English":   {[]string{"subtitles", "1", "../../testdata/clip.srt", "--language", "English"}, "two letters"},
		"a video as subtitles":   {[]string{"subtitles", "1", clip, "--language", "en"}, "does not take video/mp4"},
	} {
		t.Run(name, func(t *testing.T) {
			server := xapitest.New(t)
			got := shell(t, server, "", c.args...)
			require.Equal(t, misuse, got.code, got.err)
			require.Contains(t, got.err, c.says)
			lines := strings.Split(strings.TrimSuffix(got.err, "\n"), "\n")
			require.Len(t, lines, 1, "the reason is one line")
			require.True(t, strings.HasPrefix(lines[0], "xapi: "), lines[0])
			require.Empty(t, server.Requests())
		})
	}
}

func TestFailureIsToldFromWrongUsage(t *testing.T) {
	server := xapitest.New(t)
	got := shell(t, server, "", "status", "1146654567674912769")
	require.Equal(t, failed, got.code)
	require.Len(t, strings.Split(strings.TrimSpace(got.err), "\n"), 1)

	got = shell(t, nil, "", "upload", clip, "--base-url", "http://api.example.com")
	require.Equal(t, misuse, got.code)
}

func TestTimeoutEndsAnUpload(t *testing.T) {
	server := xapitest.New(t, xapitest.WithProcessing(xapitest.Step{State: "pending", CheckAfter: 3600}))
	got := shell(t, server, "", "upload", clip, "--timeout", "20ms")
	require.Equal(t, failed, got.code)
	require.Contains(t, got.err, "not done after 20ms")
}

func TestAnUploadThatStopsTellsHowToGoOn(t *testing.T) {
	server := xapitest.New(t, xapitest.WithFaults(xapitest.Fault{
		Operation: "appendMediaUpload", When: xapitest.When{Nth: 2}, Do: xapitest.Do{Answer: "forbidden"},
	}))
	args := []string{"upload", clip, "--chunk-size", "4KiB", "--concurrency", "1"}
	require.Contains(t, shell(t, server, "", args...).err, "with --checkpoint FILE")

	server = xapitest.New(t, xapitest.WithFaults(xapitest.Fault{
		Operation: "appendMediaUpload", When: xapitest.When{Nth: 2}, Do: xapitest.Do{Answer: "forbidden"},
	}))
	got := shell(t, server, "", append(args, "--checkpoint", filepath.Join(t.TempDir(), "c"))...)
	require.Equal(t, failed, got.code)
	require.Contains(t, got.err, "run the same command again")
}

func TestDescribeLookUpAndMeasure(t *testing.T) {
	server := xapitest.New(t, xapitest.WithProcessingTime(0))
	got := shell(t, server, "", "upload", clip, "--json")
	var video struct {
		ID  string `json:"media_id"`
		Key string `json:"media_key"`
	}
	require.NoError(t, json.Unmarshal([]byte(got.out), &video))

	for _, c := range []struct {
		in   string
		args []string
		says string
	}{
		{`{"id":"1","metadata":{"shared_info":{"shared":true}}}`, []string{"metadata", video.ID, "--file", "-"}, "set"},
		{"", []string{"status", video.ID}, "succeeded"},
		{"", []string{"status", video.ID, "--wait", "--json"}, `"state":"succeeded"`},
		{"", []string{"subtitles", video.ID, "../../testdata/clip.vtt", "--language", "en"}, "has subtitles in EN"},
		{"", []string{"subtitles", "delete", video.ID, "--language", "en"}, "has no subtitles in EN"},
		{"", []string{"lookup", video.Key}, "video"},
		{"", []string{"lookup", video.Key, "--json", "--fields", "variants"}, `"problems":0`},
		{"", []string{"analytics", video.Key, "--start", "2026-11-01", "--end", "2026-11-02"}, "views"},
		{"", []string{"analytics", video.Key, "--start", "2026-11-01", "--end", "2026-11-02", "--json"}, `"analytics":[{`},
	} {
		got := shell(t, server, c.in, c.args...)
		require.Equal(t, done, got.code, got.err)
		require.Contains(t, got.out, c.says)
	}
}

func TestWhatUsersWroteDoesNotSteerTheTerminal(t *testing.T) {
	server := xapitest.New(t, xapitest.WithProcessingTime(0))
	got := shell(t, server, "", "upload", "../../testdata/picture.png", "--alt-text", "a\x1b[2J\tdancing\ncat \U0001f469\u200d\U0001f680", "--json")
	var picture struct {
		Key string `json:"media_key"`
	}
	require.NoError(t, json.Unmarshal([]byte(got.out), &picture))

	got = shell(t, server, "", "lookup", picture.Key)

	require.Equal(t, done, got.code, got.err)
	require.True(t, strings.HasSuffix(got.out, "\ta [2J dancing cat \U0001f469\u200d\U0001f680\n"), "%q", got.out)
}

func TestSandboxRunsUntilInterrupted(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	printed := &watched{seen: make(chan struct{}, 10)}
	ended := make(chan int)
	go func() {
		ended <- run(ctx, []string{"sandbox"}, console{in: strings.NewReader(""), out: printed, err: printed, env: os.Getenv})
	}()
	<-printed.seen
	interrupt()
	require.Equal(t, done, <-ended)
	require.Contains(t, printed.String(), "sandbox at http://127.0.0.1:")
}

// watched is a buffer that tells when something is written to it.
type watched struct {
	bytes.Buffer
	seen chan struct{}
}

func (w *watched) Write(p []byte) (int, error) {
	n, err := w.Buffer.Write(p)
	w.seen <- struct{}{}
	return n, err
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{"1": 1, "1048576": 1 << 20, "512KiB": 512 << 10, "4MiB": 4 << 20, "5MB": 5e6, "1.5M": 3 << 19, "2 GiB": 2 << 30} {
		var size byteSize
		require.NoError(t, size.Set(text), text)
		require.Equal(t, want, int64(size), text)
	}
	for _, text := range []string{"", "x", "-1", "0", "NaN", "1TiBs", "1e300"} {
		require.Error(t, new(byteSize).Set(text), text)
	}
}

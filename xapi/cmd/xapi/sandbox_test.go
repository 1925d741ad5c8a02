package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// waiting gathers what the sandbox prints and closes ready when it has introduced itself.
type waiting struct {
	lockedBuffer

	ready chan struct{}
	once  sync.Once
}

func (w *waiting) Write(p []byte) (int, error) {
	n, err := w.lockedBuffer.Write(p)
	if strings.Contains(w.String(), "try:") {
		w.once.Do(func() { close(w.ready) })
	}
	return n, err
}

func TestSandboxRunsAsItsFlagsSay(t *testing.T) {
	dir := t.TempDir()
	rules := filepath.Join(dir, "faults.json")
	require.NoError(t, os.WriteFile(rules, []byte(`[{"when": {"nth": 2}, "do": {"answer": "unavailable"}}]`), 0o600))
	ctx, stop := context.WithCancel(t.Context())
	out, ended := &waiting{ready: make(chan struct{})}, make(chan int)
	go func() {
		ended <- run(ctx, []string{
			"sandbox", "--fault", `{"when": {"nth": 1}, "do": {"status": 507}}`, "--faults", rules,
			"--record", filepath.Join(dir, "recorded"), "--no-rate-limits", "--max-segment", "1MiB",
		}, console{in: strings.NewReader(""), out: out, err: io.Discard, env: func(string) string { return "" }})
	}()
	<-out.ready
	base := regexp.MustCompile(`sandbox at (\S+)`).FindStringSubmatch(out.String())[1]
	for _, want := range []int{507, http.StatusServiceUnavailable, http.StatusOK} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/2/openapi.json", nil)
		require.NoError(t, err)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, want, resp.StatusCode)
	}
	stop()
	require.Equal(t, done, <-ended)
	recorded, err := filepath.Glob(filepath.Join(dir, "recorded", "*-getOpenApiSpec.txtar"))
	require.NoError(t, err)
	require.Len(t, recorded, 3)
}

func TestSandboxRefusesFlagsThatMakeNoSense(t *testing.T) {
	for _, flags := range [][]string{
		{"--addr", "0.0.0.0:0"}, {"--fault", "{"}, {"--fault", `{"do": {"answer": "nonsense"}}`}, {"--faults", "no/such/file"},
		{"--status", "finalizeMediaUpload=500"}, {"--cors", "localhost"}, {"--tunnel", "http://example.com=x"}, {"--host", "http://sandbox"}, {"--fixtures", "no/such/file"}, {"--problem-host", "example.com"}, {"--max-segment", "0"},
	} {
		var said bytes.Buffer
		code := run(t.Context(), append([]string{"sandbox"}, flags...), console{in: strings.NewReader(""), out: io.Discard, err: &said, env: func(string) string { return "" }})
		require.Equal(t, misuse, code, flags)
		require.Equal(t, 1, strings.Count(said.String(), "\n"), said.String())
	}
}

// sandboxed is a sandbox that runs as the command runs it.
type sandboxed struct {
	t    *testing.T
	out  *waiting
	base string
	stop func() int
}

// runSandbox runs the command until stop is called, which returns its exit code.
func runSandbox(t *testing.T, flags ...string) *sandboxed {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	s := &sandboxed{t: t, out: &waiting{ready: make(chan struct{})}}
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"sandbox"}, flags...), console{
			in: strings.NewReader(""), out: s.out, err: io.Discard, env: func(string) string { return "" },
		})
	}()
	s.stop = func() int { cancel(); return <-ended }
	select {
	case <-s.out.ready:
	case code := <-ended:
		t.Fatalf("the sandbox ended with %d", code)
	}
	s.base = regexp.MustCompile(`sandbox at (\S+)`).FindStringSubmatch(s.out.String())[1]
	return s
}

// ask calls the sandbox and returns the status and the answer.
func (s *sandboxed) ask(method, path, body string) (int, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.base+path, strings.NewReader(body))
	require.NoError(s.t, err)
	req.Header.Set("Authorization", "Bearer sandbox-access-token")
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(s.t, err)
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(s.t, err)
	return resp.StatusCode, string(raw)
}

func TestSandboxPrintsALineForEachRequest(t *testing.T) {
	s := runSandbox(t)
	s.ask("GET", "/2/users/me?access_token=secret", "")
	s.ask("POST", "/1.1/statuses/update.json", "{}")
	s.ask("POST", "/2/tweets", `{"text": "x", "reply_settings": "\u001b[2Jnobody"}`)
	s.ask("GET", "/2/users/me?%1b%5b2J=x", "")
	s.ask("GET", "/sandbox/api/state", "")
	require.Equal(t, done, s.stop())
	_, printed, _ := strings.Cut(s.out.String(), "/sandbox/api/faults\n\n")
	lines := strings.Split(strings.TrimSpace(printed), "\n")
	require.Len(t, lines, 10, printed)
	require.Regexp(t, `^\d\d:\d\d:\d\d 400 GET /2/users/me\?access_token=REDACTED getUsersMe [\d.]+(µs|ms)$`, lines[0])
	require.Contains(t, lines[2], "hint: a token goes into the header")
	require.Regexp(t, `404 POST /1.1/statuses/update.json unknown`, lines[3])
	require.Contains(t, lines[4], "hint: /1.1/statuses/update.json is not of this API: call POST /2/tweets")
	require.NotContains(t, printed, "\x1b", "nothing that a request says steers a terminal")
}

func TestSandboxPrintsNothingWhereItIsToBeQuiet(t *testing.T) {
	s := runSandbox(t, "--quiet")
	s.ask("GET", "/2/users/me", "")
	require.Equal(t, done, s.stop())
	require.NotContains(t, s.out.String(), "getUsersMe")
}

func TestSandboxKeepsItsStateInAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state.json")
	s := runSandbox(t, "--state", file, "--empty")
	status, said := s.ask("POST", "/2/tweets", `{"text": "kept"}`)
	require.Equal(t, http.StatusCreated, status, said)
	require.Equal(t, done, s.stop())

	again := runSandbox(t, "--state", file)
	_, posts := again.ask("GET", "/sandbox/api/posts", "")
	require.Contains(t, posts, `"text":"kept"`)
	require.Equal(t, done, again.stop())
	left, err := os.ReadDir(filepath.Dir(file))
	require.NoError(t, err)
	require.Len(t, left, 1, "nothing is left beside it")

	require.NoError(t, os.WriteFile(file, []byte(`{"posts": [{}]}`), 0o600))
	require.Equal(t, misuse, shell(t, nil, "", "sandbox", "--state", file).code)
}

func TestSandboxIsStrictAboutFinalizeUnlessTold(t *testing.T) {
	for _, run := range []struct {
		flags  []string
		status int
	}{{nil, http.StatusBadRequest}, {[]string{"--bodiless-finalize"}, http.StatusOK}} {
		s := runSandbox(t, run.flags...)
		_, answer := s.ask("POST", "/2/media/upload/initialize", `{"media_type": "text/srt", "media_category": "subtitles", "total_bytes": 4}`)
		ids := regexp.MustCompile(`"id":"(\d+)"`).FindStringSubmatch(answer)
		require.Len(t, ids, 2, answer)
		id := ids[1]
		status, _ := s.ask("POST", "/2/media/upload/"+id+"/append", `{"media": "ZGF0YQ==", "segment_index": 0}`)
		require.Equal(t, http.StatusNoContent, status)
		status, _ = s.ask("POST", "/2/media/upload/"+id+"/finalize", "")
		require.Equal(t, run.status, status, run.flags)
		require.Equal(t, done, s.stop())
	}
}

func TestSandboxSaysWhatItTakesOverHTTP(t *testing.T) {
	help := shell(t, nil, "", "sandbox", "--help").out
	for _, control := range xapitest.Controls() {
		require.Contains(t, help, control.Path)
	}
}

// The commands that the sandbox prints are read as a shell reads them, and called without curl.
func TestTheLinesToTryWork(t *testing.T) {
	for _, flags := range [][]string{nil, {"--tls", "--cert", filepath.Join(t.TempDir(), "a certificate.pem")}} {
		s := runSandbox(t, flags...)
		_, printed, _ := strings.Cut(s.out.String(), "try:\n")
		tried := 0
		for line := range strings.Lines(printed) {
			words := word.FindAllString(strings.TrimSpace(line), -1)
			for i, each := range words {
				words[i] = strings.Trim(each, "'")
			}
			if len(words) == 0 || words[0] != "curl" {
				continue
			}
			status, said := curl(t, words[1:])
			require.Less(t, status, 300, "%s%s", line, said)
			tried++
		}
		require.GreaterOrEqual(t, tried, 3)
		require.Equal(t, done, s.stop())
	}
}

// curl does what curl does with these arguments, and returns the status.
func curl(t *testing.T, args []string) (int, string) {
	t.Helper()
	method, body, address := http.MethodGet, "", ""
	header, transport := http.Header{}, &http.Transport{}
	for i := 0; i < len(args); i++ {
		next := func() string { i++; return args[i] }
		switch args[i] {
		case "--cacert":
			pem, err := os.ReadFile(next())
			require.NoError(t, err)
			transport.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}
			require.True(t, transport.TLSClientConfig.RootCAs.AppendCertsFromPEM(pem))
		case "-H":
			name, value, _ := strings.Cut(next(), ": ")
			header.Set(name, value)
		case "-d":
			method, body = http.MethodPost, next()
		case "--connect-to":
			to := strings.SplitN(next(), ":", 3)[2]
			transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, to)
			}
		default:
			address = args[i]
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	require.NoError(t, err)
	req.Header = header
	resp, err := (&http.Client{Transport: transport}).Do(req)
	require.NoError(t, err)
	defer transport.CloseIdleConnections()
	said, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode, string(said)
}

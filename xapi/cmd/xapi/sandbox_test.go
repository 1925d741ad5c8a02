package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// waiting gathers what the sandbox prints and closes ready at its last line.
type waiting struct {
	bytes.Buffer

	ready chan struct{}
}

func (w *waiting) Write(p []byte) (int, error) {
	n, err := w.Buffer.Write(p)
	if strings.Contains(w.String(), "try: ") {
		close(w.ready)
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
		{"--status", "finalizeMediaUpload=500"}, {"--problem-host", "example.com"}, {"--max-segment", "0"},
	} {
		var said bytes.Buffer
		code := run(t.Context(), append([]string{"sandbox"}, flags...), console{in: strings.NewReader(""), out: io.Discard, err: &said, env: func(string) string { return "" }})
		require.Equal(t, misuse, code, flags)
		require.Equal(t, 1, strings.Count(said.String(), "\n"), said.String())
	}
}

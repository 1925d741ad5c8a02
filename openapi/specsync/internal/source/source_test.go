package source_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/source"
)

func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func TestAFileAndAnAddressAreRead(t *testing.T) {
	name := filepath.Join(t.TempDir(), "spec.json")
	require.NoError(t, os.WriteFile(name, []byte("{}"), 0o600))
	data, err := source.Read(t.Context(), name)
	require.NoError(t, err)
	require.Equal(t, "{}", string(data))

	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old" {
			http.Redirect(w, r, "/new", http.StatusFound)
			return
		}
		_, _ = w.Write([]byte("{}"))
	})
	data, err = source.Read(t.Context(), address+"/old")
	require.NoError(t, err, "a redirect within the host is followed")
	require.Equal(t, "{}", string(data))
}

func TestWhatCannotBeTrustedIsRefused(t *testing.T) {
	elsewhere := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the other host was asked") })
	missing := serve(t, http.NotFound)
	for _, c := range []struct{ name, from, reason string }{
		{"a file that is not there", filepath.Join(t.TempDir(), "none"), "no such file"},
		{"a folder", t.TempDir(), "no regular file"},
		{"cleartext", "http://api.example/2/openapi.json", "http is refused except to this machine"},
		{"a redirect to another host", serve(t, http.RedirectHandler(elsewhere, http.StatusFound).ServeHTTP), "redirects to another host"},
		{"a redirect without end", serve(t, http.RedirectHandler("/", http.StatusFound).ServeHTTP), "redirects more than 5 times"},
		{"an error page", missing, "404 Not Found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := source.Read(t.Context(), c.from)
			require.ErrorContains(t, err, c.reason)
			require.ErrorContains(t, err, c.from)
		})
	}
}

func TestAFileOfTwoHundredMegabytesIsNotRead(t *testing.T) {
	name := filepath.Join(t.TempDir(), "spec.json")
	file, err := os.Create(name)
	require.NoError(t, err)
	require.NoError(t, file.Truncate(200<<20))
	require.NoError(t, file.Close())
	_, err = source.Read(t.Context(), name)
	require.ErrorContains(t, err, "more than 16 MiB")
}

func TestAServerThatSendsTooMuchIsCutOff(t *testing.T) {
	t.Run("and says so", func(t *testing.T) {
		_, err := source.Read(t.Context(), serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(200<<20))
		}))
		require.ErrorContains(t, err, "more than 16 MiB")
	})
	t.Run("and does not say so", func(t *testing.T) {
		var sent atomic.Int64
		_, err := source.Read(t.Context(), serve(t, func(w http.ResponseWriter, _ *http.Request) {
			block := []byte(strings.Repeat(" ", 1<<20))
			for sent.Load() < 200<<20 {
				n, err := w.Write(block)
				sent.Add(int64(n))
				if err != nil {
					return
				}
			}
		}))
		require.ErrorContains(t, err, "more than 16 MiB")
		require.Less(t, sent.Load(), int64(2*document.MaxSize))
	})
}

func TestAServerThatStallsDoesNotHoldTheCaller(t *testing.T) {
	for _, stalls := range []struct {
		name string
		send string
	}{{"before its answer", ""}, {"in its answer", "{"}} {
		t.Run(stalls.name, func(t *testing.T) {
			address := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if stalls.send != "" {
					_, _ = w.Write([]byte(stalls.send))
					_ = http.NewResponseController(w).Flush()
				}
				<-r.Context().Done()
			})
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			_, err := source.Read(ctx, address)
			require.ErrorIs(t, err, context.DeadlineExceeded)
		})
	}
}

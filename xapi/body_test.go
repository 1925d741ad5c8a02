package xapi_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/validate"
)

const oneSegment = "--b\r\nContent-Disposition: form-data; name=\"media\"\r\n\r\nabc\r\n--b--\r\n"

// overBothProtocols runs test against a server that counts the requests that it got whole, over HTTP/1.1 and HTTP/2.
func overBothProtocols(t *testing.T, test func(t *testing.T, client *xapi.Client, whole *atomic.Int32)) {
	for _, http2 := range []bool{false, true} {
		name := "HTTP/1.1"
		if http2 {
			name = "HTTP/2"
		}
		t.Run(name, func(t *testing.T) {
			var whole atomic.Int32
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if _, err := io.Copy(io.Discard, r.Body); err == nil {
					whole.Add(1)
				}
				w.WriteHeader(http.StatusNoContent)
			}))
			server.EnableHTTP2 = http2
			server.StartTLS()
			defer server.Close()
			client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithAccessToken("token-of-a-user"), xapi.WithHTTPClient(server.Client()))
			require.NoError(t, err)
			test(t, client, &whole)
		})
	}
}

func TestABodyOfAnotherSizeFailsAtOnce(t *testing.T) {
	for name, announced := range map[string]int64{
		"one byte short": int64(len(oneSegment)) + 1, "far too short": 64 << 20, "one byte long": int64(len(oneSegment)) - 1, "far too long": 5,
	} {
		for kind, reader := range map[string]func(io.Reader) io.Reader{
			"plain": func(r io.Reader) io.Reader { return r }, "byte by byte": iotest.OneByteReader, "data with the end": iotest.DataErrReader,
		} {
			t.Run(name+", "+kind, func(t *testing.T) {
				overBothProtocols(t, func(t *testing.T, client *xapi.Client, whole *atomic.Int32) {
					opened := 0
					body := xapi.NewBody(announced, func() (io.ReadCloser, error) {
						opened++
						return io.NopCloser(reader(strings.NewReader(oneSegment))), nil
					})
					_, err := client.AppendMediaUploadForm(t.Context(), "1", "multipart/form-data; boundary=b", body)
					var size *xapi.BodySizeError
					require.ErrorAs(t, err, &size)
					require.Equal(t, announced, size.Size)
					require.ErrorContains(t, err, "give its exact size")
					require.Equal(t, 1, opened, "once is enough")
					require.Zero(t, whole.Load(), "the server takes nothing for whole")
				})
			})
		}
	}
}

func TestABodyOfTheRightSizeIsSent(t *testing.T) {
	for kind, reader := range map[string]func(io.Reader) io.Reader{
		"plain": func(r io.Reader) io.Reader { return r }, "byte by byte": iotest.OneByteReader, "data with the end": iotest.DataErrReader,
	} {
		t.Run(kind, func(t *testing.T) {
			overBothProtocols(t, func(t *testing.T, client *xapi.Client, whole *atomic.Int32) {
				body := xapi.NewBody(int64(len(oneSegment)), func() (io.ReadCloser, error) {
					return io.NopCloser(reader(strings.NewReader(oneSegment))), nil
				})
				_, err := client.AppendMediaUploadForm(t.Context(), "1", "multipart/form-data; boundary=b", body)
				require.NoError(t, err)
				require.EqualValues(t, 1, whole.Load())
			})
		})
	}
}

func TestABodyOfUnknownLengthIsNoMissingOne(t *testing.T) {
	overBothProtocols(t, func(t *testing.T, client *xapi.Client, whole *atomic.Int32) {
		piped := func() io.Reader {
			reading, writing := io.Pipe()
			go func() {
				_, _ = io.WriteString(writing, oneSegment)
				_ = writing.Close()
			}()
			return reading
		}
		_, err := client.AppendMediaUploadForm(t.Context(), "1", "multipart/form-data; boundary=b", piped())
		require.NoError(t, err)
		require.EqualValues(t, 1, whole.Load())

		_, err = client.AppendMediaUploadForm(t.Context(), "1", "text/plain", piped())
		var refused *validate.RequestError
		require.ErrorAs(t, err, &refused)
		require.ErrorContains(t, err, "the content type must be")

		err = client.Do(t.Context(), xapi.Request{Method: http.MethodPost, Path: "/2/tweets", Body: iotest.OneByteReader(strings.NewReader(""))}, nil)
		require.ErrorAs(t, err, &refused)
		require.ErrorContains(t, err, "a body is required and missing")
	})
}

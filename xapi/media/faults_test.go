package media_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/media"
)

// cut breaks the connection of r off.
func cut(t testing.TB, w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	_ = connection.Close()
}

func TestUploadSurvivesWhatPasses(t *testing.T) {
	for name, fault := range map[string]func(n int64) int{
		"503 now and then":         func(n int64) int { return map[bool]int{n%4 == 0: 503}[true] },
		"cut connections":          func(n int64) int { return map[bool]int{n%5 == 0: -1}[true] },
		"both":                     func(n int64) int { return map[bool]int{n%4 == 0: 503, n%4 == 2: -1}[true] },
		"one segment long at odds": func(n int64) int { return map[bool]int{n < 10: 503}[true] },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var calls atomic.Int64
				server := &fake{}
				server.fault = func(w http.ResponseWriter, _ *http.Request, _ int) bool {
					switch answer := fault(calls.Add(1)); answer {
					case 0:
						return false
					case -1:
						cut(t, w)
					default:
						w.WriteHeader(answer)
					}
					return true
				}
				client := server.start(t)
				data := noise(2_000_001)

				result, err := client.Upload(t.Context(), media.Bytes("a.mp4", data), media.WithSegmentSize(100_000))

				require.NoError(t, err)
				require.Equal(t, sum(data), server.sum(result.MediaID))
				require.Equal(t, 1, server.count("initialize"))
			})
		})
	}
}

func TestASegmentThatFailsDoesNotStopTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &fake{}
		var refused atomic.Int64
		server.fault = func(w http.ResponseWriter, _ *http.Request, index int) bool {
			// As often as the client's own retries allow, and once more.
			if index == 3 && refused.Add(1) <= 3 {
				w.WriteHeader(http.StatusServiceUnavailable)
				return true
			}
			return false
		}
		client := server.start(t, xapi.WithMaxAttempts(2))
		data := noise(1_000_000)

		result, err := client.Upload(t.Context(), media.Bytes("a.mp4", data), media.WithSegmentSize(100_000))

		require.NoError(t, err)
		require.Equal(t, sum(data), server.sum(result.MediaID))
		require.Equal(t, 13, server.count("append"), "ten segments, one of them four times")
	})
}

func TestASlowSegmentDoesNotStopTheOthers(t *testing.T) {
	server := &fake{}
	others := make(chan struct{}, 20)
	server.fault = func(_ http.ResponseWriter, r *http.Request, index int) bool {
		if index != 0 {
			others <- struct{}{}
			return false
		}
		for range 19 {
			select {
			case <-others:
			case <-r.Context().Done():
			}
		}
		return false
	}
	client := server.start(t)

	_, err := client.Upload(t.Context(), media.Bytes("a.mp4", noise(2_000_000)), media.WithSegmentSize(100_000), media.WithConcurrency(2))

	require.NoError(t, err)
}

func TestASegmentIsDoneWhateverItsAnswerSays(t *testing.T) {
	api := &recorder{scripted: scripted{processing: []any{``}}, answer: &xapi.DecodeError{Status: http.StatusOK, Body: []byte("OK")}}

	result, err := media.New(api).Upload(t.Context(), media.Bytes("a.mp4", noise(250)), media.WithSegmentSize(100), media.WithConcurrency(1))

	require.NoError(t, err)
	require.Equal(t, 3, result.Segments)
	require.Len(t, api.parts, 3)
}

func TestUploadGivesUpOnWhatLasts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &fake{}
		server.fault = func(w http.ResponseWriter, _ *http.Request, index int) bool {
			if index == 7 {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
			return index == 7
		}
		client := server.start(t, xapi.WithMaxAttempts(2))

		_, err := client.Upload(t.Context(), media.Bytes("a.mp4", noise(1_000_000)), media.WithSegmentSize(100_000))

		var failed *media.UploadError
		require.ErrorAs(t, err, &failed)
		require.Equal(t, int64(1_000_000), failed.Total)
		require.Equal(t, int64(900_000), failed.Acknowledged)
		require.NotEmpty(t, failed.MediaID)
		require.ErrorIs(t, err, xapi.ErrUnavailable)
		require.ErrorContains(t, err, "900000 of 1000000 bytes")
	})
}

func TestUploadStopsAtOnceWhenRefused(t *testing.T) {
	server := &fake{}
	server.fault = func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		w.WriteHeader(http.StatusForbidden)
		return true
	}
	client := server.start(t)

	_, err := client.Upload(t.Context(), media.Bytes("a.mp4", noise(1_000_000)), media.WithSegmentSize(10_000), media.WithConcurrency(2))

	require.ErrorIs(t, err, xapi.ErrForbidden)
	require.LessOrEqual(t, server.count("append"), 2)
}

func TestUploadShrinksWhatTheEdgeRefuses(t *testing.T) {
	for _, status := range []int{http.StatusRequestEntityTooLarge, http.StatusRequestHeaderFieldsTooLarge} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			server := &fake{largest: 1_000_000, tooLarge: status}
			client := server.start(t)
			data := noise(6_000_000)

			result, err := client.Upload(t.Context(), media.Bytes("a.mp4", data))

			require.NoError(t, err)
			require.Equal(t, sum(data), server.sum(result.MediaID))
			require.Empty(t, result.Restarts)
			require.Equal(t, 1, server.count("initialize"), "what was refused is cut anew")
			before := server.count("append")
			result, err = client.Upload(t.Context(), media.Bytes("a.mp4", data))
			require.NoError(t, err)
			require.Equal(t, before+result.Segments, server.count("append"), "what was learned is remembered")
		})
	}
}

func TestUploadSaysWhenNoSegmentIsSmallEnough(t *testing.T) {
	server := &fake{largest: 100, tooLarge: http.StatusRequestEntityTooLarge}
	client := server.start(t)

	_, err := client.Upload(t.Context(), media.Bytes("a.mp4", noise(6_000_000)))

	var refused *xapi.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, http.StatusRequestEntityTooLarge, refused.Status)
	require.ErrorContains(t, err, "takes no segments of 65536 bytes")
}

func TestUploadFallsBackOnBase64(t *testing.T) {
	for name, size := range map[string]int{"one byte": 1, "two": 2, "three": 3, "many segments": 9_000_001} {
		t.Run(name, func(t *testing.T) {
			server := &fake{jsonOnly: true}
			client := server.start(t)
			data := noise(size)

			result, err := client.Upload(t.Context(), media.Bytes("a.mp4", data))

			require.NoError(t, err)
			require.Equal(t, sum(data), server.sum(result.MediaID))
			require.Equal(t, 1, server.count("initialize"), "the upload goes on under its id")
			require.Empty(t, result.Restarts)
			before := server.count("append")
			result, err = client.Upload(t.Context(), media.Bytes("a.mp4", data))
			require.NoError(t, err)
			require.Equal(t, before+result.Segments, server.count("append"), "what was learned is remembered")
		})
	}
}

func TestAServerThatRefusesEveryFormIsGivenUp(t *testing.T) {
	server := &fake{}
	server.fault = func(w http.ResponseWriter, _ *http.Request, _ int) bool { invalid(w, needsJSON); return true }
	client := server.start(t)

	_, err := client.Upload(t.Context(), media.Bytes("a.mp4", noise(5_000_000)))

	require.ErrorIs(t, err, xapi.ErrInvalidRequest)
	require.ErrorContains(t, err, needsJSON)
	require.Equal(t, 1, server.count("initialize"))
}

func TestUploadGoesInOrderWhereTheServerMinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &fake{ordered: true}
		client := server.start(t)
		data := noise(3_000_000)

		result, err := client.Upload(t.Context(), media.Bytes("a.mp4", data), media.WithSegmentSize(100_000))

		require.NoError(t, err)
		require.Equal(t, sum(data), server.sum(result.MediaID))
		require.LessOrEqual(t, len(result.Restarts), 1)
	})
}

func TestCancellingKeepsWhatIsNeededToGoOn(t *testing.T) {
	enough := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	server := &fake{}
	server.fault = func(_ http.ResponseWriter, r *http.Request, index int) bool {
		if index == 6 {
			cancel(enough)
			<-r.Context().Done()
		}
		return index == 6
	}
	client := server.start(t)
	data := noise(1_000_000)

	_, err := client.Upload(ctx, media.Reader("a.mp4", bytes.NewReader(data)), media.WithSegmentSize(100_000), media.WithConcurrency(1))

	var failed *media.UploadError
	require.ErrorAs(t, err, &failed)
	require.ErrorIs(t, err, enough)
	require.Equal(t, int64(600_000), failed.Acknowledged)
	server.fault = nil
	sent := server.bytes()
	result, err := client.Resume(t.Context(), media.Bytes("a.mp4", data), failed.Checkpoint)
	require.NoError(t, err)
	require.Equal(t, failed.MediaID, result.MediaID)
	require.Equal(t, 6, result.Resumed)
	require.Equal(t, sum(data), server.sum(result.MediaID))
	require.Equal(t, int64(400_000), server.bytes()-sent)
}

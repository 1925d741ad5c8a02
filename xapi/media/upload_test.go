package media_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/media"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// sandbox returns a client of uploads at a fresh sandbox.
func sandbox(t testing.TB, opts ...media.Option) (*media.Client, *xapitest.Server) {
	t.Helper()
	server := xapitest.New(t, xapitest.WithAnyBytes(), xapitest.WithProcessingTime(0))
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithAccessToken(server.Token()))
	require.NoError(t, err)
	return media.New(client, opts...), server
}

func sum(data []byte) string {
	digest := sha256.Sum256(data)
	return hex.EncodeToString(digest[:])
}

// noise returns n bytes that look like nothing, the same each time.
func noise(n int) []byte {
	data := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{byte(n)}).Read(data)
	return data
}

func TestUploadTakesARealFileToAUsableID(t *testing.T) {
	for file, want := range map[string]struct {
		mediaType string
		category  media.Category
	}{
		"clip.mp4":    {"video/mp4", media.TweetVideo},
		"moving.gif":  {"image/gif", media.TweetGIF},
		"picture.png": {"image/png", media.TweetImage},
		"clip.srt":    {"text/srt", media.Subtitles},
		"clip.vtt":    {"text/vtt", media.Subtitles},
	} {
		t.Run(file, func(t *testing.T) {
			client, server := sandbox(t)
			data, err := os.ReadFile("../testdata/" + file)
			require.NoError(t, err)

			result, err := client.Upload(t.Context(), media.File("../testdata/"+file), media.WithDigest())

			require.NoError(t, err)
			require.Equal(t, media.Succeeded, result.State)
			require.Equal(t, want.mediaType, result.MediaType)
			require.Equal(t, want.category, result.Category)
			require.Equal(t, int64(len(data)), result.Bytes)
			require.Equal(t, sum(data), result.SHA256)
			require.Equal(t, 1, result.Segments)
			arrived, there := server.Media(result.MediaID)
			require.True(t, there)
			require.Equal(t, sum(data), arrived.SHA256)
			require.Equal(t, "succeeded", arrived.State)
		})
	}
}

func TestUploadCutsTheSourceIntoSegments(t *testing.T) {
	const segment = 64 << 10
	for name, size := range map[string]int{
		"1 byte": 1, "one segment": segment, "one byte over": segment + 1, "many": 37*segment + 4711,
	} {
		t.Run(name, func(t *testing.T) {
			client, server := sandbox(t, media.WithSegmentSize(segment), media.WithoutWaiting(), media.WithDigest())
			data := noise(size)

			result, err := client.Upload(t.Context(), media.Bytes("noise.mp4", data))

			require.NoError(t, err)
			require.Equal(t, (size+segment-1)/segment, result.Segments)
			arrived, _ := server.Media(result.MediaID)
			require.Equal(t, sum(data), arrived.SHA256)
			require.Equal(t, result.SHA256, arrived.SHA256)
		})
	}
}

func TestUploadTakesEveryKindOfSource(t *testing.T) {
	picture, err := os.ReadFile("../testdata/picture.png")
	require.NoError(t, err)
	for name, source := range map[string]media.Source{
		"file":      media.File("../testdata/picture.png"),
		"bytes":     media.Bytes("", picture),
		"reader at": media.ReaderAt("", bytes.NewReader(picture), int64(len(picture))),
		"reader":    media.Reader("", bytes.NewBuffer(picture)),
	} {
		t.Run(name, func(t *testing.T) {
			client, server := sandbox(t)
			result, err := client.Upload(t.Context(), source)
			require.NoError(t, err)
			arrived, _ := server.Media(result.MediaID)
			require.Equal(t, sum(picture), arrived.SHA256)
		})
	}
}

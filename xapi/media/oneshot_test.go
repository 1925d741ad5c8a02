package media_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/media"
)

func TestASmallPictureGoesInOneCall(t *testing.T) {
	picture, err := os.ReadFile("../testdata/picture.png")
	require.NoError(t, err)
	server := &fake{oneShot: true}
	client := server.start(t)

	result, err := client.Upload(t.Context(), media.Bytes("", picture), media.WithDigest())

	require.NoError(t, err)
	require.Equal(t, sum(picture), server.sum(result.MediaID))
	require.Equal(t, sum(picture), result.SHA256)
	require.Equal(t, 1, result.Segments)
	require.Equal(t, media.Succeeded, result.State)
	require.Equal(t, 1, server.count("whole"))
	require.Zero(t, server.count("initialize"))
}

func TestOneCallGivesWayToSegments(t *testing.T) {
	picture, err := os.ReadFile("../testdata/picture.png")
	require.NoError(t, err)
	large := append(append([]byte{}, picture...), noise(4<<20)...)
	for name, c := range map[string]struct {
		data  []byte
		opts  []media.Option
		tries int
	}{
		"where the server has no such call": {data: picture, tries: 1},
		"where it is switched off":          {data: picture, opts: []media.Option{media.WithoutOneShot()}},
		"where a segment would not hold it": {data: large},
		"where it has owners":               {data: picture, opts: []media.Option{media.WithOwners("12")}},
		"where a checkpoint is kept":        {data: picture, opts: []media.Option{media.WithCheckpoint(media.CheckpointFile(t.TempDir() + "/c"))}},
	} {
		t.Run(name, func(t *testing.T) {
			server := &fake{}
			client := server.start(t)
			for range 2 {
				result, err := client.Upload(t.Context(), media.Bytes("", c.data), c.opts...)
				require.NoError(t, err)
				require.Equal(t, sum(c.data), server.sum(result.MediaID))
			}
			require.Equal(t, c.tries, server.count("whole"), "what was learned is remembered")
		})
	}
}

func TestAPictureWhoseDescriptionFailsIsNotSentAgain(t *testing.T) {
	picture, err := os.ReadFile("../testdata/picture.png")
	require.NoError(t, err)
	server := &fake{oneShot: true}
	client := server.start(t)

	_, err = client.Upload(t.Context(), media.Bytes("", picture), media.WithMetadata(media.Metadata{AltText: "Squares"}))

	var failed *media.UploadError
	require.ErrorAs(t, err, &failed)
	require.NotEmpty(t, failed.MediaID)
	require.Equal(t, failed.Total, failed.Acknowledged)
	result, err := client.Resume(t.Context(), media.Bytes("", picture), failed.Checkpoint)
	require.NoError(t, err)
	require.Equal(t, failed.MediaID, result.MediaID)
	require.Equal(t, 1, server.count("whole"))
	require.Zero(t, server.count("initialize"))
}

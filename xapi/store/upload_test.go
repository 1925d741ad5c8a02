package store_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/media"
	"github.com/xapi-go/xapi-go/xapi/store"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func TestAnUploadBegunByOneWorkerIsFinishedByAnother(t *testing.T) {
	server := xapitest.New(t, xapitest.WithProcessingTime(0))
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithAccessToken(server.Token()))
	require.NoError(t, err)
	// An ISO media header, and noise.
	data := make([]byte, 1_000_000)
	copy(data, "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom")
	_, _ = rand.NewChaCha8([32]byte{}).Read(data[24:])
	engine := new(store.Memory)
	upload := func(ctx context.Context, options ...media.Option) (*media.Result, error) {
		worker := store.New(engine)
		return media.New(client).Upload(ctx, media.Bytes("clip.mp4", data), append(options,
			media.WithCheckpoint(worker.Checkpoint("clip")), media.WithSegmentSize(50_000), media.WithConcurrency(1))...)
	}

	ctx, cancel := context.WithCancel(t.Context())
	_, err = upload(ctx, media.WithProgress(func(p media.Progress) {
		if p.SegmentsDone >= 3 {
			cancel()
		}
	}))
	require.ErrorIs(t, err, context.Canceled)
	result, err := upload(t.Context())
	require.NoError(t, err)
	require.GreaterOrEqual(t, result.Resumed, 3)
	require.Empty(t, result.Restarts)
	arrived, _ := server.Media(result.MediaID)
	sum := sha256.Sum256(data)
	require.Equal(t, hex.EncodeToString(sum[:]), arrived.SHA256)
	left, err := store.New(engine).Checkpoint("clip").Load(t.Context())
	require.NoError(t, err)
	require.Nil(t, left)
}

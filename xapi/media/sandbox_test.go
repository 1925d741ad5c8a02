package media_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/media"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func TestUploadsFinishWhateverFailsNowAndThen(t *testing.T) {
	sometimes := xapitest.When{Probability: 0.15}
	server := xapitest.New(t, xapitest.WithAnyBytes(), xapitest.WithProcessingTime(0), xapitest.WithFaults(
		xapitest.Fault{When: sometimes, Do: xapitest.Do{Status: 503}},
		xapitest.Fault{When: sometimes, Do: xapitest.Do{Reset: xapitest.ResetMidBody}},
		xapitest.Fault{When: sometimes, Do: xapitest.Do{Reset: xapitest.ResetAfter}},
		xapitest.Fault{When: sometimes, Do: xapitest.Do{Cut: true}},
	))
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithAccessToken(server.Token()),
		xapi.WithMaxAttempts(12), xapi.WithBackoff(time.Microsecond, time.Microsecond))
	require.NoError(t, err)
	uploads, data := media.New(client), noise(1_000_000)
	for range 5 {
		result, err := uploads.Upload(t.Context(), media.Bytes("a.mp4", data), media.WithSegmentSize(200_000),
			media.WithMetadata(media.Metadata{AltText: "Noise"}))
		require.NoError(t, err)
		arrived, _ := server.Media(result.MediaID)
		require.Equal(t, sum(data), arrived.SHA256)
	}
}

package xapitest_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func TestSegmentsAreAssembledByIndexWhateverTheirOrder(t *testing.T) {
	w := newWire(t)
	whole := bytes.Repeat([]byte("0123456789abcdef"), 1000)
	id := w.initialize("video/mp4", "tweet_video", len(whole))
	require.Equal(t, http.StatusNoContent, w.segment(id, 2, whole[9000:]).status)
	require.Equal(t, http.StatusNoContent, w.segment(id, 0, []byte("to be overwritten")).status)
	require.Equal(t, http.StatusNoContent, w.segment(id, 0, whole[:4000]).status)
	got := w.post("/2/media/upload/"+id+"/append", object{
		"segment_index": 1, "media": base64.StdEncoding.EncodeToString(whole[4000:9000]),
	})
	require.Equal(t, http.StatusNoContent, got.status)
	require.Empty(t, got.body)

	require.Equal(t, http.StatusOK, w.finalize(id).status)
	media, known := w.srv.Media(id)
	require.True(t, known)
	require.Equal(t, digest(whole), media.SHA256)
	require.Equal(t, int64(len(whole)), media.Size)
	require.Equal(t, []int{0, 1, 2}, media.Segments)
	arrived, err := media.Bytes()
	require.NoError(t, err)
	require.Equal(t, whole, arrived)
}

func TestSegmentIndexIsChecked(t *testing.T) {
	w := newWire(t)
	id := w.initialize("video/mp4", "tweet_video", 4)
	for index, status := range map[int]int{0: http.StatusNoContent, 999: http.StatusNoContent, 1000: http.StatusBadRequest, -1: http.StatusBadRequest} {
		got := w.segment(id, index, []byte("data"))
		require.Equal(t, status, got.status, index)
		if status == http.StatusBadRequest {
			require.Equal(t, "SegmentIndex must be between 0 and 999.", got.json(t, "errors.0.message"))
		}
	}
}

func TestFinalizeWantsEverySegmentAndTheAnnouncedSum(t *testing.T) {
	w := newWire(t)
	for name, indexes := range map[string][]int{"gap": {0, 2}, "short": {0}, "long": {0, 1, 2}, "none": {}} {
		id := w.initialize("video/mp4", "tweet_video", 8)
		for _, index := range indexes {
			w.segment(id, index, []byte("data"))
		}
		got := w.finalize(id)
		require.Equal(t, http.StatusBadRequest, got.status, name)
		require.Equal(t, "Segments do not add up to provided total file size.", got.json(t, "errors.0.message"), name)
	}
}

func TestFinalizeWantsAnObject(t *testing.T) {
	w := newWire(t)
	id := w.initialize("image/png", "tweet_image", 4)
	w.segment(id, 0, []byte("data"))
	for _, body := range []string{"", "[]", "null"} {
		got := w.do(http.MethodPost, "/2/media/upload/"+id+"/finalize", "application/json", strings.NewReader(body))
		require.Equal(t, http.StatusBadRequest, got.status, body)
		require.Equal(t, "Request body must be a JSON object.", got.json(t, "errors.0.message"))
	}
	require.Equal(t, http.StatusOK, w.finalize(id).status)
}

func TestProcessingFollowsTheClock(t *testing.T) {
	w := newWire(t, xapitest.WithClock(func() time.Time { return time.Unix(1740787200, 0) }))
	id := w.upload("video/mp4", "tweet_video", []byte("data"))
	require.Equal(t, "pending", w.status(id).json(t, "data.processing_info.state"))
	w.srv.Advance(time.Second)
	got := w.status(id)
	require.Equal(t, "in_progress", got.json(t, "data.processing_info.state"))
	require.InEpsilon(t, 50, got.json(t, "data.processing_info.progress_percent"), 0)
	w.srv.Advance(time.Second)
	require.Equal(t, "succeeded", w.status(id).json(t, "data.processing_info.state"))
}

func TestProcessingFollowsAScript(t *testing.T) {
	w := newWire(t, xapitest.WithProcessing(
		xapitest.Step{State: "pending", CheckAfter: 1, Progress: -1},
		xapitest.Step{State: "in_progress", CheckAfter: -1, Progress: 99, Error: &xapitest.ProcessingError{Code: 1, Name: "InvalidMedia"}},
	))
	id := w.upload("image/gif", "tweet_gif", []byte("data"))
	for range 2 {
		info := w.status(id).json(t, "data.processing_info")
		require.Equal(t, object{
			"state": "in_progress", "progress_percent": 99.0, "error": object{"code": 1.0, "name": "InvalidMedia"},
		}, info)
	}
}

func TestImageIsReadyAtOnceAndHasNoStatus(t *testing.T) {
	w := newWire(t)
	id := w.upload("image/png", "tweet_image", []byte("data"))
	got := w.status(id)
	require.Equal(t, http.StatusBadRequest, got.status)
	require.Equal(t, "BadRequest: Not found", got.json(t, "errors.0.message"))
	require.Equal(t, http.StatusCreated, w.post("/2/tweets", object{"text": "hi", "media": object{"media_ids": []string{id}}}).status)
}

func TestOneShotUpload(t *testing.T) {
	w := newWire(t)
	got := w.multipart("/2/media/upload", map[string]string{"media_category": "tweet_image"}, []byte("data"))
	require.Equal(t, http.StatusOK, got.status, "%s", got.body)
	media, known := w.srv.Media(got.json(t, "data.id").(string))
	require.True(t, known)
	require.Equal(t, digest([]byte("data")), media.SHA256)

	for name, fields := range map[string]map[string]string{
		"$.media_category": {}, "$.surplus": {"media_category": "tweet_image", "surplus": "1"},
	} {
		refused := w.multipart("/2/media/upload", fields, []byte("data"))
		require.Equal(t, http.StatusBadRequest, refused.status, name)
		require.Contains(t, refused.json(t, "errors.0.parameters"), name)
	}
	unknown := w.post("/2/media/upload", object{"media": "ZGF0YQ==", "media_category": "hologram"})
	require.Equal(t, http.StatusBadRequest, unknown.status)
}

func TestSegmentThatIsTooLargeOrCutOffIsNotKept(t *testing.T) {
	w := newWire(t, xapitest.WithMaxSegment(1000))
	id := w.initialize("image/png", "tweet_image", 1001)
	got := w.segment(id, 0, make([]byte, 1001))
	require.Equal(t, http.StatusRequestEntityTooLarge, got.status)
	require.Empty(t, got.body)

	cut := "--b\r\nContent-Disposition: form-data; name=\"segment_index\"\r\n\r\n0\r\n--b\r\nContent-Disposition: form-data; name=\"media\"\r\n\r\nhalf of i"
	got = w.do(http.MethodPost, "/2/media/upload/"+id+"/append", "multipart/form-data; boundary=b", io.NopCloser(strings.NewReader(cut)))
	require.Equal(t, http.StatusBadRequest, got.status)
	media, _ := w.srv.Media(id)
	require.Empty(t, media.Segments)
}

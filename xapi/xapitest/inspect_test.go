package xapitest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOtherProgramsCanAskWhatArrived(t *testing.T) {
	w := newWire(t)
	id := w.upload("video/mp4", "tweet_video", []byte("data"))
	asked := w.as("")
	require.Equal(t, "pending", asked.get("/sandbox/media/"+id).json(t, "state"))
	require.NotEmpty(t, asked.do(http.MethodPost, "/sandbox/advance?by=1m", "", nil).json(t, "now"))
	got := asked.get("/sandbox/media/" + id)
	require.Equal(t, "succeeded", got.json(t, "state"))
	require.Equal(t, digest([]byte("data")), got.json(t, "sha256"))
	require.Equal(t, "data", string(asked.get("/sandbox/media/"+id+"/content").body))

	w.post("/2/tweets", object{"text": "seen"})
	require.Equal(t, "seen", asked.get("/sandbox/posts").json(t, "0.text"))
	require.Equal(t, "initializeMediaUpload", asked.get("/sandbox/requests").json(t, "0.operation"))
	require.NotContains(t, string(asked.get("/sandbox/requests").body), w.srv.Token())

	for _, path := range []string{"/sandbox/media/1", "/sandbox/media/1/content", "/sandbox/nothing"} {
		require.Equal(t, http.StatusNotFound, asked.get(path).status, path)
	}
	require.Equal(t, http.StatusBadRequest, asked.do(http.MethodPost, "/sandbox/advance?by=yesterday", "", nil).status)
}

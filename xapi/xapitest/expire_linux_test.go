package xapitest_test

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheDiskIsGivenBack(t *testing.T) {
	w := newWire(t)
	use := func() int64 {
		t.Helper()
		taken, err := w.srv.DiskUse()
		require.NoError(t, err)
		return taken
	}
	megabyte := bytes.Repeat([]byte("x"), 1<<20)
	open := w.initialize("video/mp4", "tweet_video", 2<<20)
	w.segment(open, 0, megabyte)
	expiring := w.upload("image/png", "tweet_image", megabyte)
	shown := w.upload("image/png", "tweet_image", megabyte)
	post := w.post("/2/tweets", object{"text": "shown", "media": object{"media_ids": []string{shown}}}).json(t, "data.id").(string)
	require.GreaterOrEqual(t, use(), int64(3<<20))

	w.srv.Advance(24 * time.Hour)
	require.Less(t, use(), int64(5<<19), "the picture that nothing shows has expired")
	require.Equal(t, http.StatusNotFound, w.control("GET", "/media/"+expiring, nil).status)
	require.Equal(t, "3_"+shown, w.get("/2/media/3_"+shown).json(t, "data.media_key"), "what a post shows stays")

	require.Equal(t, http.StatusOK, w.do(http.MethodDelete, "/2/tweets/"+post, "", nil).status)
	require.Less(t, use(), int64(3<<19))
	require.Equal(t, http.StatusNotFound, w.control("GET", "/media/"+shown, nil).status)

	w.srv.Advance(15 * 24 * time.Hour)
	require.Less(t, use(), int64(1<<19), "what was never finished has expired too")
	again := w.upload("image/png", "tweet_image", megabyte)
	content := w.control("GET", "/media/"+again+"/content", nil)
	require.Equal(t, megabyte, content.body, "what was given back is used again")
	w.srv.Reset()
	require.Less(t, use(), int64(1<<19))
}

package xapitest_test

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func TestAFullDiskIsNoFaultOfTheClient(t *testing.T) {
	w := newWire(t)
	id := w.initialize("image/png", "tweet_image", 4)
	require.NoError(t, w.srv.BreakDisk())
	got := w.segment(id, 0, []byte("data"))
	require.Equal(t, http.StatusInternalServerError, got.status)
	require.Contains(t, got.header.Get(xapitest.HintHeader), "cannot keep the bytes")
	once := w.do(http.MethodPost, "/2/media/upload", "application/json", bytes.NewReader([]byte(`{"media":"ZGF0YQ==","media_category":"tweet_image"}`)))
	require.Equal(t, http.StatusInternalServerError, once.status)
}

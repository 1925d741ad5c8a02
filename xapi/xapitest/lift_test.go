package xapitest_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func TestASegmentInJSONIsReadHoweverItIsWritten(t *testing.T) {
	w := newWire(t, xapitest.WithMaxSegment(1<<20))
	for body, status := range map[string]int{
		`{"media":"ZGF0YQ==","segment_index":0}`:                          204,
		`{ "segment_index" : 0 , "media" : "ZGF0\nYQ==" }`:                204,
		`{"media":"ZGF0YQ\u003d\u003d","segment_index":0}`:                204,
		`{"media":"","segment_index":0}`:                                  400,
		`{"media":7,"segment_index":0}`:                                   400,
		`{"segment_index":0}`:                                             400,
		`{"media":"ZGF0YQ=="}`:                                            400,
		`{"media":"?","segment_index":0}`:                                 400,
		`{"media":"ZGF0YQ==","segment_index":1000}`:                       400,
		`{"media":"ZGF0YQ==`:                                              400,
		`{"media":"ZGF0YQ==","segment_index":0,"x":{"media":"ZGF0YQ=="}}`: 400,
		`["media","ZGF0YQ=="]`:                                            400,
		``:                                                                400,
	} {
		id := w.initialize("image/png", "tweet_image", 4)
		got := w.do(http.MethodPost, "/2/media/upload/"+id+"/append", "application/json", strings.NewReader(body))
		require.Equal(t, status, got.status, "%s: %s", body, got.body)
		require.Equal(t, map[bool]int{true: http.StatusOK, false: http.StatusBadRequest}[status == 204], w.finalize(id).status, body)
	}
	large := `{"media":"` + base64.StdEncoding.EncodeToString(make([]byte, 1<<20+1)) + `","segment_index":0}`
	id := w.initialize("image/png", "tweet_image", 4)
	send := func(as *wire, body string) int {
		return as.do(http.MethodPost, "/2/media/upload/"+id+"/append", "application/json", strings.NewReader(body)).status
	}
	require.Equal(t, http.StatusRequestEntityTooLarge, send(w, large))
	require.Equal(t, http.StatusRequestEntityTooLarge, send(w, `{"media":"ZGF0YQ==","segment_index":0,"x":"`+strings.Repeat("x", 1<<17)+`"}`))
	require.Equal(t, http.StatusUnauthorized, send(w.as(""), `{"media":"?","segment_index":0}`), "who calls is asked first")
}

// FuzzLift holds what is lifted out of a segment's JSON against what encoding/json reads of it.
func FuzzLift(f *testing.F) {
	for _, seed := range []string{
		`{"media":"ZGF0YQ==","segment_index":0}`, `{"a":{"media":"x"},"media":"y\/\u002f"}`, `[{"media":"x"}]`, `{"media\"":"x"}`, `{"media":`, `{"media":{"media":"x"}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		rest, media, found, err := xapitest.Lift(body)
		require.LessOrEqual(t, len(rest), 64<<10+1)
		var whole map[string]json.RawMessage
		if json.Unmarshal(body, &whole) != nil || err != nil || !found {
			return
		}
		var left map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(rest, &left), "%q of %q", rest, body)
		require.Len(t, left, len(whole), "%q of %q", rest, body)
		if utf8.Valid(body) && strings.Count(string(body), `"media"`) == 1 && !strings.Contains(string(body), `\`) {
			var text string
			require.NoError(t, json.Unmarshal(whole["media"], &text))
			require.Equal(t, text, string(media))
		}
	})
}

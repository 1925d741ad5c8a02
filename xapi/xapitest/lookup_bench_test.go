package xapitest_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// BenchmarkLookups looks posts up, a hundred at once and one by one, with what goes with them.
func BenchmarkLookups(b *testing.B) {
	w := newWire(b, xapitest.WithoutRateLimits())
	id := w.post("/2/tweets", object{"text": "looked up"}).json(b, "data.id").(string)
	path := "/2/tweets/" + id + "?expansions=author_id&tweet.fields=created_at,public_metrics,entities&user.fields=public_metrics"
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		client := &http.Client{Transport: &http.Transport{}}
		defer client.CloseIdleConnections()
		for pb.Next() {
			req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, w.srv.URL+path, nil)
			if err != nil {
				b.Error(err)
				return
			}
			req.Header.Set("Authorization", w.authorization)
			resp, err := client.Do(req)
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
		}
	})
}

// BenchmarkStart starts sandboxes and asks each one question, which makes its world.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		srv, err := xapitest.Start()
		require.NoError(b, err)
		w := &wire{t: b, srv: srv, authorization: "Bearer " + srv.Token()}
		require.Equal(b, http.StatusOK, w.get("/2/users/me").status)
		require.NoError(b, srv.Close())
	}
}

package stream_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/streamtest"
	"github.com/xapi-go/xapi-go/xapi/stream"
)

// newClient returns a client whose calls go to base.
func newClient(t testing.TB, base http.RoundTripper, opts ...xapi.ClientOption) *xapi.Client {
	t.Helper()
	client, err := xapi.New(append([]xapi.ClientOption{
		xapi.WithBearerToken("token-of-an-app"), xapi.WithHTTPClient(&http.Client{Transport: base}),
	}, opts...)...)
	require.NoError(t, err)
	return client
}

// run is what came of a stream.
type run struct {
	ids     []string
	raw     []string
	notices []stream.Notice
	stats   stream.Stats
	err     error
}

// of returns the notices of a kind.
func (r *run) of(kind stream.Kind) []stream.Notice {
	var found []stream.Notice
	for _, notice := range r.notices {
		if notice.Kind == kind {
			found = append(found, notice)
		}
	}
	return found
}

// posts reads a filtered stream of a server until it ends.
func posts(t *testing.T, server *streamtest.Server, opts ...stream.Option) *run {
	t.Helper()
	return postsUntil(t.Context(), t, server, func(*run) bool { return false }, opts...)
}

// postsUntil reads it until enough has come, asked after each document.
func postsUntil(ctx context.Context, t *testing.T, server *streamtest.Server, enough func(*run) bool, opts ...stream.Option) *run {
	t.Helper()
	got := new(run)
	events := stream.New(newClient(t, server).StreamPosts, nil,
		append([]stream.Option{stream.WithNotices(func(n stream.Notice) { got.notices = append(got.notices, n) })}, opts...)...)
	for document, err := range events.Documents(ctx) {
		if err != nil {
			require.Nil(t, document.Value)
			require.NoError(t, got.err, "nothing comes behind an error")
			got.err = err
			continue
		}
		got.ids, got.raw = append(got.ids, document.Value.Data.ID), append(got.raw, string(document.Raw))
		if enough(got) {
			break
		}
	}
	got.stats = events.Stats()
	return got
}

// refused is an answer that ends a stream.
var refused = streamtest.Refuse(http.StatusForbidden, `{"title":"Forbidden","type":"about:blank"}`)

// ids are those of posts made one after the other, a second apart.
func ids(from time.Time, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = streamtest.ID(from.Add(time.Duration(i)*time.Second), 0)
	}
	return out
}

package media_test

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/media"
)

// refusing is an API that refuses each segment, after it did with the body what a transport may do.
type refusing struct {
	scripted
	body func(io.ReadCloser)
}

func (r *refusing) AppendMediaUploadForm(_ context.Context, _, _ string, body io.Reader, _ ...xapi.CallOption) (*xapi.AppendMediaUploadResult, error) {
	if closer, ok := body.(io.ReadCloser); ok {
		r.body(closer)
	}
	return nil, errors.New("appendMediaUpload: refused")
}

// slow is a source that takes a while to read once it was told to.
type slow struct {
	data    []byte
	is      atomic.Bool
	reading chan struct{}
	ended   atomic.Bool
}

func (s *slow) ReadAt(p []byte, offset int64) (int, error) {
	if s.is.CompareAndSwap(true, false) {
		close(s.reading)
		<-time.After(lingers) // by the clock of the bubble that the test runs in
		s.ended.Store(true)
	}
	return copy(p, s.data[offset:]), nil
}

const lingers = 100 * time.Millisecond

// A transport may close a body while it is reading it.
func TestAnUploadWaitsForTheReadThatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &slow{data: noise(10_000), reading: make(chan struct{})}
		api := &refusing{body: func(body io.ReadCloser) {
			source.is.Store(true)
			go func() { _, _ = io.Copy(io.Discard, body) }()
			<-source.reading
			_ = body.Close()
		}}
		start := time.Now()
		_, err := media.New(api).Upload(t.Context(), media.ReaderAt("a.mp4", source, 10_000), media.WithSegmentSize(10_000))
		require.ErrorContains(t, err, "refused")
		require.True(t, source.ended.Load(), "the source was still being read")
		require.Equal(t, lingers, time.Since(start))
	})
}

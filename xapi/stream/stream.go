package stream

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/streaming"
)

// Stream is a stream of results of the type R. It can be run several times, each time with connections of its own.
type Stream[R any] struct {
	open     func(context.Context) iter.Seq2[*R, error]
	settings settings
	invalid  error
	counters streaming.Counters
}

// Document is one document of a stream.
type Document[R any] struct {
	// Value is the document, decoded.
	Value *R
	// Raw is the document as it came, one line of JSON. It is good until the next document: copy what is to be kept.
	Raw []byte
	// At is when it came.
	At time.Time
	// Partition is the number of its partition, 0 without [WithPartitions] and [WithAllPartitions].
	Partition int
}

// New returns the stream of a client's streaming method, called with params. What is wrong with the options is the first
// error of the stream.
func New[P, R any](
	method func(context.Context, *P, ...xapi.CallOption) iter.Seq2[*R, error], params *P, opts ...Option,
) *Stream[R] {
	s := &Stream[R]{settings: settings{config: streaming.Default(), lease: defaultLease}}
	var failed []error
	for _, opt := range opts {
		if opt != nil {
			failed = append(failed, opt(&s.settings))
		}
	}
	s.invalid = errors.Join(failed...)
	s.open = func(ctx context.Context) iter.Seq2[*R, error] { return method(ctx, params, s.settings.call...) }
	return s
}

// All yields the decoded documents. An error comes last, and says why the stream ended.
func (s *Stream[R]) All(ctx context.Context) iter.Seq2[*R, error] {
	return func(yield func(*R, error) bool) {
		for document, err := range s.Documents(ctx) {
			if !yield(document.Value, err) {
				return
			}
		}
	}
}

// Documents yields the documents with all that is known of them. An error comes last, and says why the stream ended.
func (s *Stream[R]) Documents(ctx context.Context) iter.Seq2[Document[R], error] {
	return func(yield func(Document[R], error) bool) {
		switch {
		case s.invalid != nil:
			yield(Document[R]{}, s.invalid)
		case s.settings.store != nil:
			s.owned(ctx, yield)
		default:
			s.run(ctx, s.settings.config, yield)
		}
	}
}

// run runs the stream once. It reports whether the consumer wants more than came.
func (s *Stream[R]) run(ctx context.Context, config streaming.Config, yield func(Document[R], error) bool) bool {
	var current streaming.Document
	config.Current, config.Counters = &current, &s.counters
	for value, err := range s.open(streaming.With(ctx, &config)) {
		document := Document[R]{Value: value}
		if err == nil {
			document.Raw, document.At, document.Partition = current.Raw, current.At, current.Partition
		}
		if !yield(document, err) {
			return false
		}
	}
	return true
}

// Stats counts what came over a stream, in all its runs.
type Stats struct {
	// Documents were given, Duplicates not, since they had been before.
	Documents, Duplicates int64
	// Broken lines were no documents, and Dropped ones had no room.
	Broken, Dropped int64
	// Heartbeats and Bytes came, over so many Connections.
	Heartbeats, Bytes, Connections int64
	// Queued documents wait for the consumer.
	Queued int64
}

// Stats returns the counts so far. It may be called while the stream runs.
func (s *Stream[R]) Stats() Stats {
	c := &s.counters
	return Stats{
		Documents: c.Documents.Load(), Duplicates: c.Duplicates.Load(), Broken: c.Broken.Load(), Dropped: c.Dropped.Load(),
		Heartbeats: c.Heartbeats.Load(), Bytes: c.Bytes.Load(), Connections: c.Connections.Load(), Queued: c.Queued.Load(),
	}
}

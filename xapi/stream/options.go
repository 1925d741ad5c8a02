package stream

import (
	"errors"
	"fmt"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/streaming"
)

// Option changes how a stream runs. A nil one is ignored.
type Option func(*settings) error

// settings is what the options change.
type settings struct {
	config streaming.Config
	call   []xapi.CallOption
	notify func(Notice)
	store  Store
	name   string
	lease  time.Duration
}

// WithCall makes the calls that open connections with opts.
func WithCall(opts ...xapi.CallOption) Option {
	return func(s *settings) error {
		s.call = append(s.call, opts...)
		return nil
	}
}

// WithNotices has notify told of all that happens to the stream, one notice at a time, in the goroutine to which it
// happens: a notify that lingers holds the stream up. Without it the logger of the client is told all the same.
func WithNotices(notify func(Notice)) Option {
	return func(s *settings) error {
		if notify == nil {
			return errors.New("WithNotices: the function is nil")
		}
		s.notify = notify
		s.config.Notify = func(n streaming.Notice) { notify(Notice(n)) }
		return nil
	}
}

// WithDecoders decodes on n goroutines, which keep the order. 1 without this option: enough for any stream but a whole
// firehose, as one core decodes some ten thousand posts a second.
func WithDecoders(n int) Option {
	return func(s *settings) error {
		if n < 1 {
			return fmt.Errorf("WithDecoders: %d is less than the 1 that decodes", n)
		}
		s.config.Decoders = n
		return nil
	}
}

// WithCodec decodes by decode in place of json.Unmarshal, whose contract it keeps: it must call the UnmarshalJSON of the
// types that have one, be safe for concurrent use, and keep nothing of data. Of a field that does not fit it may return a
// *json.UnmarshalTypeError once the rest is decoded; any other error makes the document a [Broken] one.
func WithCodec(decode func(data []byte, into any) error) Option {
	return func(s *settings) error {
		if decode == nil {
			return errors.New("WithCodec: the function is nil")
		}
		s.config.Codec = decode
		return nil
	}
}

// WithQueue bounds what may wait for the consumer, in documents and in bytes of theirs as they came. 4096 and 64 MiB
// without this option. A document longer than that waits alone.
func WithQueue(documents, bytes int) Option {
	return func(s *settings) error {
		if documents < 1 || bytes < 1 {
			return fmt.Errorf("WithQueue: want at least 1 document and 1 byte, got %d and %d", documents, bytes)
		}
		s.config.QueueSize, s.config.QueueBytes = documents, bytes
		return nil
	}
}

// Overflow is what becomes of a document for which the queue has no room.
type Overflow int

// What becomes of it.
const (
	// Block leaves it on the connection. X cuts a connection whose reader does not keep up, and the backfill that follows
	// brings what was missed, as far as it can.
	Block = Overflow(streaming.Block)
	// DropOldest makes room for it by dropping the document that has waited longest.
	DropOldest = Overflow(streaming.DropOldest)
	// DropNewest drops it.
	DropNewest = Overflow(streaming.DropNewest)
)

// WithOverflow chooses what becomes of documents while the consumer is too slow: Block without this option. What is
// dropped is counted, and told by [Dropped] and [CaughtUp].
func WithOverflow(overflow Overflow) Option {
	return func(s *settings) error {
		if overflow < Block || overflow > DropNewest {
			return fmt.Errorf("WithOverflow: no way %d: give Block, DropOldest or DropNewest", overflow)
		}
		s.config.Full = streaming.Full(overflow)
		return nil
	}
}

// WithMaxLine bounds the length of a document in bytes: a longer one is told as [Broken]. 16 MiB without this option.
func WithMaxLine(bytes int) Option {
	return func(s *settings) error {
		if bytes < 1 {
			return fmt.Errorf("WithMaxLine: %d bytes hold no document", bytes)
		}
		s.config.MaxLine = bytes
		return nil
	}
}

// WithWindow remembers the ids of the latest n documents of each partition, by which those are told that come again. 131072
// without this option, which takes some 4 MB once it is full; 0 is to give again what comes again. A backfill repeats up to
// 5 minutes.
func WithWindow(n int) Option {
	return func(s *settings) error {
		if n < 0 {
			return fmt.Errorf("WithWindow: %d is less than none", n)
		}
		s.config.Window = n
		return nil
	}
}

// WithStall gives a connection up that is silent for d. 21 seconds without this option; X sends something every 20.
func WithStall(d time.Duration) Option {
	return func(s *settings) error {
		if d <= 0 {
			return fmt.Errorf("WithStall: %s is no time to wait", d)
		}
		s.config.Stall = d
		return nil
	}
}

// WithValidation holds every nth document against the spec, and the first. What differs is reported as the client
// reports it, where its own WithValidation lets it. Every hundredth without this option; 0 is to hold none against it.
func WithValidation(every int) Option {
	return func(s *settings) error {
		if every < 0 {
			return fmt.Errorf("WithValidation: every %dth document: give 1 for all, or 0 for none", every)
		}
		s.config.CheckEvery = every
		return nil
	}
}

// WithRecovery fetches what no backfill covers by a replay of that time, over a second connection, up to X's 24 hours
// back. Both are for enterprise apps. What is fetched comes among the other documents, and is charged as they are.
func WithRecovery() Option {
	return func(s *settings) error {
		s.config.Recover = true
		return nil
	}
}

// WithoutBackfill never asks for a backfill by itself.
func WithoutBackfill() Option {
	return func(s *settings) error {
		s.config.NoBackfill = true
		return nil
	}
}

// WithMaxFailures ends the stream, or the partition, when connecting has failed n times in a row.
func WithMaxFailures(n int) Option {
	return func(s *settings) error {
		if n < 1 {
			return fmt.Errorf("WithMaxFailures: %d is less than 1", n)
		}
		s.config.MaxFailures = n
		return nil
	}
}

// WithMaxOutage ends the stream, or the partition, when the next attempt to connect would come later than d after the
// last good connection, or the start.
func WithMaxOutage(d time.Duration) Option {
	return func(s *settings) error {
		if d <= 0 {
			return fmt.Errorf("WithMaxOutage: %s allows no outage: use WithMaxFailures(1)", d)
		}
		s.config.MaxOutage = d
		return nil
	}
}

// WithPartitions reads these partitions of a stream that has several, as one stream over as many connections. The trouble
// of one does not stop the others; a partition that ends is told by [Ended], and the stream ends when all have. The
// Partition of the parameters is of no meaning then.
func WithPartitions(partitions ...int) Option {
	return func(s *settings) error {
		if len(partitions) == 0 {
			return errors.New("WithPartitions: name at least one, or use WithAllPartitions")
		}
		s.config.Partitions = partitions
		return nil
	}
}

// WithAllPartitions reads all partitions of a stream, as [WithPartitions] does. A stream that has none is read as it is.
func WithAllPartitions() Option {
	return func(s *settings) error {
		s.config.AllPartitions = true
		return nil
	}
}

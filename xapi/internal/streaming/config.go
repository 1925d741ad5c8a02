package streaming

import (
	"context"
	"encoding/json"
	"io"
	"sync/atomic"
	"time"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// Connect is what one attempt to connect asks for.
type Connect struct {
	// Partition is the number of the partition, 0 where there are none or the caller named it.
	Partition int
	// Backfill is how many minutes before the connection are wanted too; 0 leaves it to the caller's parameters, -1 is
	// none.
	Backfill int
	// From and To bound a replay in place of what is live; zero where the caller's parameters say.
	From, To time.Time
	// Stall is how long the connection may be silent.
	Stall time.Duration
}

// Source is an operation whose answer is a stream of documents of the type R.
type Source[R any] struct {
	// Operation is the operation's id.
	Operation string
	// Open connects once.
	Open func(context.Context, Connect) (io.ReadCloser, error)
	// Refused says what an error of Open calls for, and Ended what one that ended an open connection does.
	Refused, Ended func(error) Verdict
	// Message returns why the server is about to end the connection where the line says so, and nil for a document.
	Message func(line []byte) error
	// Decode makes a value of a document. Where it returns both, a field did not fit, and the document is good.
	Decode func(line []byte) (*R, error)
	// Key appends to scratch what tells the document from others.
	Key func(scratch []byte, value *R, line []byte) []byte
	// Made is when the document's object was made, zero where that is not known.
	Made func(value *R) time.Time
	// Check holds a document against the spec.
	Check func(line []byte)
	// Backfill and Replay say that the operation takes backfill_minutes, and start_time with end_time.
	Backfill, Replay bool
	// From and To are those of the caller's parameters: the stream is a replay of the past, which ends.
	From, To time.Time
}

// Full says what becomes of a document that the queue has no room for.
type Full int

// What can become of it; package stream documents them.
const (
	Block Full = iota
	DropOldest
	DropNewest
)

// Config is how a stream is run.
type Config struct {
	// Partitions are those to read, or AllPartitions says that it is all of the operation's. None is to read the one that the
	// caller's parameters name, or a stream that has none.
	Partitions    []int
	AllPartitions bool
	Decoders      int
	Codec         func(data []byte, into any) error
	QueueSize     int
	QueueBytes    int
	Full          Full
	MaxLine       int
	Window        int
	Stall         time.Duration
	CheckEvery    int
	Recover       bool
	NoBackfill    bool
	// MaxFailures and MaxOutage bound how often and for how long connecting may fail in a row; 0 is for ever.
	MaxFailures int
	MaxOutage   time.Duration
	// Heal closes the app's connections where too many are open, at most once in HealEvery; nil is to wait.
	Heal      func(ctx context.Context, operation string) error
	HealEvery time.Duration
	Notify    func(Notice)
	Clock     transport.Clock
	// Resume is how far an earlier run came, by partition.
	Resume map[int]Position
	// Started is given a function that says how far the run is.
	Started func(positions func() map[int]Position)
	// Current is set to what is known of each document before it is handed over.
	Current *Document
	// Counters count.
	Counters *Counters
}

// Document is what is known of a document besides its value.
type Document struct {
	// Raw is good until the next document.
	Raw       []byte
	At        time.Time
	Partition int
}

// Position is how far a partition was read.
type Position struct {
	// At is a time before which nothing that came is missing, by this machine's clock.
	At time.Time
	// Made is when the newest object was made that was given, by X's clock, zero where older ones may be missing.
	Made time.Time
	// Seen are the keys of the latest documents.
	Seen []uint64
}

// Counters count what came over a stream.
type Counters struct {
	Documents, Duplicates, Broken, Dropped, Heartbeats, Bytes, Connections atomic.Int64
	Queued                                                                 atomic.Int64
}

// Default is how streams run unless told otherwise.
func Default() Config {
	return Config{
		Decoders:   1,
		Codec:      json.Unmarshal,
		QueueSize:  4096,
		QueueBytes: 64 << 20,
		MaxLine:    16 << 20,
		Window:     1 << 17, // 250 posts a second, the most that X sends over one connection, for more than 8 minutes
		Stall:      21 * time.Second,
		CheckEvery: 100,
	}
}

type configKey struct{}

// With returns a context by which the streams opened under it run as config says.
func With(ctx context.Context, config *Config) context.Context {
	return context.WithValue(ctx, configKey{}, config)
}

// From returns the config that ctx carries, or the default, and a context without it, for what the stream calls.
func From(ctx context.Context) (Config, context.Context) {
	if config, ok := ctx.Value(configKey{}).(*Config); ok && config != nil {
		return *config, With(ctx, nil)
	}
	return Default(), ctx
}

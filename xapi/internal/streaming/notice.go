package streaming

import (
	"log/slog"
	"time"
)

// Kind is what a notice is about.
type Kind int

// The kinds of notices; package stream documents them.
const (
	Connected Kind = iota + 1
	Late
	Disconnected
	Reconnecting
	Gap
	Healed
	Recovered
	RecoveryFailed
	BackfillRefused
	Lagging
	CaughtUp
	Dropped
	Broken
	ConnectionsClosed
	Ended
)

// Notice is something that happened to a stream. Package stream has a type of the same fields, which documents them.
type Notice struct {
	Kind      Kind
	At        time.Time
	Operation string
	Partition int
	Err       error
	Wait      time.Duration
	Attempt   int
	From, To  time.Time
	Queued    int
	Lag       time.Duration
	Dropped   int64
	Raw       []byte
}

var kinds = [...]string{
	Connected: "connected", Late: "late", Disconnected: "disconnected", Reconnecting: "reconnecting", Gap: "gap",
	Healed: "backfilling", Recovered: "recovered", RecoveryFailed: "recovery failed", BackfillRefused: "backfill refused",
	Lagging: "lagging", CaughtUp: "caught up", Dropped: "dropped", Broken: "broken document",
	ConnectionsClosed: "connections closed", Ended: "ended",
}

// String is the kind in a word or two.
func (k Kind) String() string { return kinds[k] }

// LogValue has the fields that the notice has; the bytes of a document are not among them.
func (n Notice) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("kind", n.Kind.String()), slog.String("operation", n.Operation)}
	add := func(given bool, attr slog.Attr) {
		if given {
			attrs = append(attrs, attr)
		}
	}
	add(n.Partition != 0, slog.Int("partition", n.Partition))
	add(n.Wait != 0, slog.Duration("wait", n.Wait))
	add(n.Attempt != 0, slog.Int("attempt", n.Attempt))
	add(!n.From.IsZero(), slog.Time("from", n.From))
	add(!n.To.IsZero(), slog.Time("to", n.To))
	add(n.Queued != 0, slog.Int("queued", n.Queued))
	add(n.Lag != 0, slog.Duration("lag", n.Lag))
	add(n.Dropped != 0, slog.Int64("dropped", n.Dropped))
	if n.Err != nil {
		attrs = append(attrs, slog.String("error", n.Err.Error()))
	}
	return slog.GroupValue(attrs...)
}

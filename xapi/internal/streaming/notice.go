package streaming

import (
	"log/slog"
	"time"
)

// Kind is what a notice is about.
type Kind string

// The kinds of notices; package stream documents them.
const (
	Connected         Kind = "connected"
	Late              Kind = "late"
	Disconnected      Kind = "disconnected"
	Reconnecting      Kind = "reconnecting"
	Gap               Kind = "gap"
	Backfilling       Kind = "backfilling"
	BackfillRefused   Kind = "backfill refused"
	Recovered         Kind = "recovered"
	RecoveryFailed    Kind = "recovery failed"
	Lagging           Kind = "lagging"
	CaughtUp          Kind = "caught up"
	Dropped           Kind = "dropped"
	Broken            Kind = "broken document"
	ConnectionsClosed Kind = "connections closed"
	Ended             Kind = "ended"
)

// Notice is something that happened to a stream. Package stream converts it to a type of the same fields, which
// documents them.
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

// LogValue has the fields that the notice has; the bytes of a document are not among them.
func (n Notice) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("kind", string(n.Kind))}
	add := func(given bool, attr slog.Attr) {
		if given {
			attrs = append(attrs, attr)
		}
	}
	add(n.Operation != "", slog.String("operation", n.Operation))
	add(n.Partition != 0, slog.Int("partition", n.Partition))
	add(n.Wait != 0, slog.Duration("wait", n.Wait))
	add(n.Attempt != 0, slog.Int("attempt", n.Attempt))
	add(!n.From.IsZero(), slog.Time("from", n.From))
	add(!n.To.IsZero(), slog.Time("to", n.To))
	add(n.Queued != 0, slog.Int("queued", n.Queued))
	add(n.Lag != 0, slog.Duration("lag", n.Lag))
	add(n.Dropped != 0, slog.Int64("dropped", n.Dropped))
	add(n.Err != nil, slog.Any("error", n.Err))
	return slog.GroupValue(attrs...)
}

package stream

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/xapi/internal/streaming"
)

// Kind is what a notice is about.
type Kind = streaming.Kind

// The kinds, with the fields that they have besides At, Operation and Partition.
const (
	// Connected is a connection that was opened.
	Connected = streaming.Connected
	// Late is a connection that was silent for longer than X's 20 seconds, and a moment, for Wait, and goes on.
	Late = streaming.Late
	// Disconnected is a connection that ended, with Err as the reason and half a document in Raw where one was under way.
	Disconnected = streaming.Disconnected
	// Reconnecting is a wait for Wait before the attempt number Attempt since the last good connection, after Err.
	Reconnecting = streaming.Reconnecting
	// Gap is a time of which documents may be missing that are not on their way: those of what was made between From and
	// To. From is 10 seconds before the latest byte came, since X may be that far behind.
	Gap = streaming.Gap
	// Backfilling is a time, between From and To, of which X was asked for the documents, and sends them first.
	Backfilling = streaming.Backfilling
	// Recovered is a gap, between From and To, of which the documents have come by a replay, and RecoveryFailed one of which
	// they do not, for Err.
	Recovered      = streaming.Recovered
	RecoveryFailed = streaming.RecoveryFailed
	// BackfillRefused is an app that may have no backfill, as Err says. The stream goes on without.
	BackfillRefused = streaming.BackfillRefused
	// Lagging is a consumer that is too slow: Queued documents wait for it, the first since Lag. It is told once, when the
	// queue is three quarters full, until CaughtUp tells that it is a quarter full again, and how many documents were
	// Dropped meanwhile.
	Lagging  = streaming.Lagging
	CaughtUp = streaming.CaughtUp
	// Dropped is the first document that was dropped since the consumer began to lag.
	Dropped = streaming.Dropped
	// Broken is a line that is no document, for Err, with its bytes in Raw: the first 64 KiB of one that is too long.
	Broken = streaming.Broken
	// ConnectionsClosed is the app's connections closed by WithHealing, or not, for Err.
	ConnectionsClosed = streaming.ConnectionsClosed
	// Ended is a stream, or a partition, that is over, for Err; without one it is a replay that is complete.
	Ended = streaming.Ended
	// Waiting is a stream whose lease another process holds.
	Waiting Kind = "waiting for the lease"
	// LeaseLost is a stream that stops since its lease is another's, or was not renewed in time, for Err where that failed.
	LeaseLost Kind = "lease lost"
	// NotStored is a position that could not be stored, for Err. It is tried again.
	NotStored Kind = "position not stored"
)

// Notice is something that happened to a stream.
type Notice struct {
	Kind Kind
	At   time.Time
	// Operation is the operation's id, and Partition the number of the partition, 0 where it is the whole stream.
	Operation string
	Partition int
	// Err is the reason. It shows no secret.
	Err      error
	Wait     time.Duration
	Attempt  int
	From, To time.Time
	Queued   int
	Lag      time.Duration
	Dropped  int64
	Raw      []byte
}

// String is the notice on one line, without the bytes of documents.
func (n Notice) String() string {
	var b strings.Builder
	if n.Operation != "" {
		b.WriteString(n.Operation + ": ")
	}
	if n.Partition != 0 {
		fmt.Fprintf(&b, "partition %d: ", n.Partition)
	}
	b.WriteString(string(n.Kind))
	if n.Wait != 0 {
		fmt.Fprintf(&b, " %s", n.Wait.Round(time.Millisecond))
	}
	if n.Attempt != 0 {
		fmt.Fprintf(&b, ", attempt %d", n.Attempt)
	}
	if !n.From.IsZero() {
		fmt.Fprintf(&b, " from %s to %s", n.From.UTC().Format(time.RFC3339), n.To.UTC().Format(time.RFC3339))
	}
	if n.Queued != 0 {
		fmt.Fprintf(&b, ", %d documents wait, the first for %s", n.Queued, n.Lag.Round(time.Millisecond))
	}
	if n.Dropped != 0 {
		fmt.Fprintf(&b, ", %d dropped", n.Dropped)
	}
	if n.Err != nil {
		b.WriteString(": " + n.Err.Error())
	}
	return b.String()
}

// LogValue has the fields of the notice apart, those that it has; the bytes of documents are not among them.
func (n Notice) LogValue() slog.Value { return streaming.Notice(n).LogValue() }

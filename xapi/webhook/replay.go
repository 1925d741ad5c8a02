package webhook

import (
	"encoding/json"
	"fmt"
	"time"
)

// The limits of a replay, as X documents them, before the time of asking.
const (
	replayReach    = 24 * time.Hour   // the window begins no earlier than this,
	replayFromLag  = 31 * time.Minute // no later than this,
	replayToLag    = 10 * time.Minute // and ends no later than this
	replayMinutes  = "200601021504"   // yyyymmddhhmm
	replayComplete = "Complete"
)

// ReplayWindow is a stretch of time whose events X is to send again: whole minutes in UTC, From included, To not.
type ReplayWindow struct {
	From, To time.Time
}

// NewReplayWindow returns the whole minutes that hold from and to, or says which of X's limits they miss at now: From
// may be 24 hours to 31 minutes ago, To at least 10 minutes. X recommends windows of up to about two hours; its replays
// take one at a time.
//
// Where to falls into the newest minutes that X does not replay yet, it is an error rather than a shorter window: what
// is missing would never be told.
func NewReplayWindow(from, to, now time.Time) (ReplayWindow, error) {
	w := ReplayWindow{From: from.UTC().Truncate(time.Minute), To: to.UTC().Truncate(time.Minute)}
	if w.To.Before(to) {
		w.To = w.To.Add(time.Minute)
	}
	now = now.UTC()
	// X counts in minutes, so that the present one has begun with its first second.
	minute := now.Truncate(time.Minute)
	switch {
	case !w.From.Before(w.To):
		return ReplayWindow{}, fmt.Errorf("webhook replay: from %s is not before to %s: it must be at least a minute earlier", shown(w.From), shown(w.To))
	case w.From.Before(now.Add(-replayReach)):
		return ReplayWindow{}, fmt.Errorf("webhook replay: from %s is more than 24 hours ago: what is older cannot be replayed", shown(w.From))
	case w.From.After(minute.Add(-replayFromLag)):
		return ReplayWindow{}, fmt.Errorf("webhook replay: from %s is less than 31 minutes ago: wait, or begin earlier", shown(w.From))
	case w.To.After(minute.Add(-replayToLag)):
		return ReplayWindow{}, fmt.Errorf("webhook replay: to %s is less than 10 minutes ago: wait, or end earlier", shown(w.To))
	}
	return w, nil
}

func shown(t time.Time) string { return t.Format("2006-01-02 15:04 UTC") }

// FromDate is From as X takes it: twelve digits, yyyymmddhhmm.
func (w ReplayWindow) FromDate() string { return w.From.UTC().Format(replayMinutes) }

// ToDate is To as X takes it: twelve digits, yyyymmddhhmm.
func (w ReplayWindow) ToDate() string { return w.To.UTC().Format(replayMinutes) }

// ReplayEnded is the end of a replay job. Another can be asked for from then on.
type ReplayEnded struct {
	JobID     string
	WebhookID string
	// State is Complete, or Incomplete where not every event could be delivered: ask for the same window again.
	State       string
	Description string
}

// Complete reports whether every event of the window was delivered.
func (r *ReplayEnded) Complete() bool { return r.State == replayComplete }

func readReplayEnded(raw json.RawMessage) (*ReplayEnded, []string) {
	members := object(raw)
	p := &ReplayEnded{JobID: textOf(members["job_id"]), WebhookID: textOf(members["webhook_id"]), State: textOf(members["job_state"]),
		Description: textOf(members["job_state_description"])}
	return p, told(p.JobID, p.State)
}

package media

import "fmt"

// Restart is an upload begun afresh, under a new media id.
type Restart struct {
	// MediaID is the id that was given up.
	MediaID string
	// Reason says why.
	Reason string
}

// again asks for a fresh upload.
type again struct {
	reason string
	cause  error
}

func (a *again) Error() string { return a.reason }
func (a *again) Unwrap() error { return a.cause }

// forgotten asks for a fresh upload in place of one that the server does not know.
func forgotten(id string, err error) error {
	return &again{reason: fmt.Sprintf("the server does not know upload %s any more", id), cause: err}
}

// restart forgets the upload under way.
func (u *upload) restart(a *again) {
	state, _ := u.ledger.snapshot()
	u.ledger.change(func(c *Checkpoint) { *c = Checkpoint{} })
	u.begunAfresh(Restart{MediaID: state.MediaID, Reason: a.reason})
}

// begunAfresh tells that the upload starts from the beginning.
func (u *upload) begunAfresh(r Restart) {
	u.resumed, u.result.Resumed, u.replaced = false, 0, nil
	u.result.Restarts = append(u.result.Restarts, r)
	if u.restarted != nil {
		u.restarted(r)
	}
}

package xapitest

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// Fault is a rule by which the sandbox misbehaves: what it does, and for which calls.
type Fault struct {
	// Operation is the operationId of the calls that are disturbed. Empty means every call. The endpoints of the login
	// are named oauth2Authorize, oauth2Token, oauth2Revoke and oauth2AppToken.
	Operation string `json:"operation,omitempty"`
	When      When   `json:"when,omitzero"`
	Do        Do     `json:"do"`
}

// When says which of an operation's calls are disturbed. What is set must hold together; the zero When is every call.
type When struct {
	// Nth is the number of one call, counted from 1.
	Nth int `json:"nth,omitempty"`
	// Every disturbs each call whose number can be divided by it.
	Every int `json:"every,omitempty"`
	// Probability disturbs calls at random, from 0 to 1. The sandbox's seed decides which.
	Probability float64 `json:"probability,omitempty"`
	// ContentType disturbs calls whose body has that media type, multipart/form-data for one.
	ContentType string `json:"content_type,omitempty"`
	// AfterBytes disturbs calls whose body is longer than so many bytes, once these have been read.
	AfterBytes int64 `json:"after_bytes,omitempty"`
	// Times is how often the rule works at most. Zero means without end.
	Times int `json:"times,omitempty"`
}

// Do says what happens to a call that is disturbed. The first of Reset before and mid-body, Answer and Status that is
// set comes in place of the call; Reset after, Cut, Set and Remove change the answer of a call that was carried out.
type Do struct {
	// Delay holds the call up first. It is real time, not the sandbox's.
	Delay time.Duration `json:"-"`
	// Answer is one of the error answers that the real API is known to give, by a name out of Answers.
	Answer string `json:"answer,omitempty"`
	// Status and Body are an answer of the test's own. Header goes with it, or is added to the call's own answer.
	Status int               `json:"status,omitempty"`
	Body   string            `json:"body,omitempty"`
	Header map[string]string `json:"header,omitempty"`
	// Reset breaks the connection: ResetBefore, ResetMidBody or ResetAfter.
	Reset string `json:"reset,omitempty"`
	// Cut sends half of the answer's body and then breaks the connection.
	Cut bool `json:"cut,omitempty"`
	// Disconnect ends a stream by the message that X ends streams with: a disconnect_type, OperationalDisconnect for one. Bare
	// sends it without the list of errors around it, as has been seen. Stall has the stream fall silent, without heartbeats.
	// These, and Cut, work after so many documents of the stream.
	Disconnect string `json:"disconnect,omitempty"`
	Bare       bool   `json:"bare,omitempty"`
	Stall      bool   `json:"stall,omitempty"`
	After      int    `json:"after,omitempty"`
	// Set puts values into the JSON of the answer, and Remove takes some out, by dotted path (data.media_key): a field
	// more or less than the spec has, or a value that its enum does not know.
	Set    map[string]any `json:"set,omitempty"`
	Remove []string       `json:"remove,omitempty"`
}

// When a connection is reset: before anything is done, amid the request's body, or after the call was carried out but
// before its answer.
const (
	ResetBefore  = "before"
	ResetMidBody = "mid-body"
	ResetAfter   = "after"
)

// check says what is wrong with the rule.
func (f Fault) check() error {
	_, known := canned[f.Do.Answer]
	if f.Operation != "" {
		if err := exists(f.Operation); err != nil {
			return fmt.Errorf("fault: %w", err)
		}
	}
	switch {
	case f.Do.Answer != "" && !known:
		return fmt.Errorf("fault: there is no answer %q: use one of %q", f.Do.Answer, Answers())
	case f.Do.Status != 0 && (f.Do.Status < 200 || f.Do.Status > 599):
		return fmt.Errorf("fault: status %d is none of an answer: use 200 to 599", f.Do.Status)
	case f.Do.Reset != "" && !slices.Contains([]string{ResetBefore, ResetMidBody, ResetAfter}, f.Do.Reset):
		return fmt.Errorf("fault: there is no reset %q: use %s, %s or %s", f.Do.Reset, ResetBefore, ResetMidBody, ResetAfter)
	case f.When.Probability < 0 || f.When.Probability > 1:
		return fmt.Errorf("fault: probability %v is not between 0 and 1", f.When.Probability)
	case f.When.Nth < 0 || f.When.Every < 0 || f.When.Times < 0 || f.When.AfterBytes < 0 || f.Do.Delay < 0 || f.Do.After < 0:
		return fmt.Errorf("fault: a number is below zero")
	}
	return nil
}

// WithFaults has the sandbox misbehave by rules. The first rule that fits a call is the one that works.
func WithFaults(faults ...Fault) Option {
	return func(s *settings) error {
		for _, f := range faults {
			if err := f.check(); err != nil {
				return err
			}
		}
		s.faults = append(s.faults, faults...)
		return nil
	}
}

// faultRules decides which calls are disturbed.
type faultRules struct {
	mu     sync.Mutex
	random *rand.Rand
	rules  []*faultRule
	last   int // the id of the last rule
}

type faultRule struct {
	Fault

	id, calls, worked int
}

func newFaultRules(faults []Fault, seed uint64) *faultRules {
	r := &faultRules{random: rand.New(rand.NewPCG(seed, 1))} //nolint:gosec // which calls fail is no secret
	r.add(faults)
	return r
}

func (r *faultRules) add(faults []Fault) {
	for _, f := range faults {
		r.last++
		r.rules = append(r.rules, &faultRule{Fault: f, id: r.last})
	}
}

// SetFaults replaces the rules by which the sandbox misbehaves; none at all ends the misbehaviour. Counting starts anew.
func (s *Server) SetFaults(faults ...Fault) error {
	for _, f := range faults {
		if err := f.check(); err != nil {
			return err
		}
	}
	defer s.news.Tell()
	made := newFaultRules(faults, s.settings.seed)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = made
	return nil
}

// pick returns what is to happen to the call, the zero Do where nothing is, and after how many bytes of its body.
func (r *faultRules) pick(operation, contentType string, length int64) (Do, int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var picked *faultRule
	for _, rule := range r.rules {
		if !rule.concerns(operation, contentType) {
			continue
		}
		rule.calls++
		if picked == nil && rule.fits(length, r.random) {
			picked = rule
		}
	}
	if picked == nil {
		return Do{}, 0
	}
	picked.worked++
	if picked.When.AfterBytes == 0 {
		return picked.Do, length / 2
	}
	return picked.Do, picked.When.AfterBytes
}

// concerns says whether the call is one of those that the rule counts.
func (r *faultRule) concerns(operation, contentType string) bool {
	return (r.Operation == "" || r.Operation == operation) && (r.When.ContentType == "" || r.When.ContentType == contentType)
}

// fits says whether the rule works for the call that was just counted. A body of unknown length counts as long.
func (r *faultRule) fits(length int64, random *rand.Rand) bool {
	w := r.When
	return (w.Nth == 0 || r.calls == w.Nth) &&
		(w.Every == 0 || r.calls%w.Every == 0) &&
		(w.Times == 0 || r.worked < w.Times) &&
		(w.AfterBytes == 0 || length < 0 || length > w.AfterBytes) &&
		(w.Probability == 0 || random.Float64() < w.Probability)
}

// drain reads up to n bytes of a body that nobody wants.
func drain(body io.Reader, n int64) { _, _ = io.CopyN(io.Discard, body, n) }

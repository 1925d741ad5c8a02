package xapitest

import (
	"strings"
	"time"
)

// States of processing, as the API names them.
const (
	pending    = "pending"
	inProgress = "in_progress"
	succeeded  = "succeeded"
	failed     = "failed"
)

// Step is one answer about an upload being processed.
type Step struct {
	// State is the state; the API is also known to answer with states that its documentation does not have.
	State string
	// CheckAfter is check_after_secs, in seconds. Below zero the field is left out, as has been seen.
	CheckAfter int
	// Progress is progress_percent. Below zero the field is left out.
	Progress int
	// Error is sent along where it is set. It may come with any state.
	Error *ProcessingError
}

// ProcessingError is the reason why processing failed.
type ProcessingError struct {
	Code int `json:"code"`
	// Name is InvalidMedia (code 1) or UnsupportedMedia (code 3), as far as is known.
	Name string `json:"name"`
	// Message is left out where it is empty.
	Message string `json:"message,omitempty"`
}

// WithProcessing has the processing of every video and GIF go through steps, one for each time it is asked for: finalize
// answers with the first, each STATUS with the next, until the last, which stays. Nothing depends on the clock then.
func WithProcessing(steps ...Step) Option {
	return func(s *settings) error { s.processing = steps; return nil }
}

// WithProcessingTime has the processing of every video and GIF take d by the sandbox's clock: pending for the first half,
// in progress for the second. The default is two seconds.
func WithProcessingTime(d time.Duration) Option {
	return func(s *settings) error { s.timed = d; return nil }
}

// processing is how far the processing of one upload has come. The zero value has nothing to process.
type processing struct {
	began time.Time
	takes time.Duration
	steps []Step
	// failure is what the processing ends with, nil where it succeeds.
	failure *ProcessingError
}

// process starts the processing of what is not ready at once: videos and GIFs.
func (s *settings) process(category string, now time.Time) processing {
	if !strings.HasSuffix(category, "_video") && !strings.HasSuffix(category, "_gif") {
		return processing{}
	}
	return processing{began: now, takes: s.timed, steps: s.processing}
}

// fail has the processing end without success.
func (p *processing) fail(why string) {
	p.failure = &ProcessingError{Code: 1, Name: "InvalidMedia", Message: why}
}

// needed says whether there is anything to process.
func (p *processing) needed() bool { return !p.began.IsZero() }

// at returns the step that stands now.
func (p *processing) at(now time.Time) Step {
	switch past := now.Sub(p.began); {
	case len(p.steps) > 0:
		return p.steps[0]
	case p.failure != nil && past >= p.takes:
		return Step{State: failed, CheckAfter: -1, Progress: -1, Error: p.failure}
	case !p.needed() || past >= p.takes:
		return Step{State: succeeded, CheckAfter: -1, Progress: 100}
	case past < p.takes/2:
		return Step{State: pending, CheckAfter: 1, Progress: -1}
	default:
		return Step{State: inProgress, CheckAfter: 1, Progress: int(100 * past / p.takes)}
	}
}

// next moves a processing that goes by steps on by one.
func (p *processing) next() {
	if len(p.steps) > 1 {
		p.steps = p.steps[1:]
	}
}

// info returns the step as the API's processing_info.
func (s Step) info() object {
	info := object{"state": s.State}
	if s.CheckAfter >= 0 {
		info["check_after_secs"] = s.CheckAfter
	}
	if s.Progress >= 0 {
		info["progress_percent"] = s.Progress
	}
	if s.Error != nil {
		info["error"] = s.Error
	}
	return info
}

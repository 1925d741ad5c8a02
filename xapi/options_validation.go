package xapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
	"github.com/xapi-go/xapi-go/xapi/validate"
)

// Mode says what becomes of a request or an answer that differs from the spec.
type Mode int

const (
	// Off checks nothing. With requests and answers both Off, the spec is never loaded.
	Off Mode = iota
	// Report tells the function of WithDriftFunc and the logger; the call goes on as if nothing were wrong.
	Report
	// Enforce makes it an error: a *validate.RequestError before anything is sent, or a *validate.ResponseError beside the
	// answer's data.
	Enforce
)

// validation is how the client holds calls against the spec.
type validation struct {
	requests, responses Mode

	validator *validate.Validator
	onDrift   func(validate.Drift)
	reporter  *validate.Reporter
}

func defaultValidation() validation {
	return validation{requests: Enforce, responses: Report}
}

// WithValidation sets what becomes of requests and answers that differ from the spec. The default is to refuse such
// requests and to report such answers, which are returned all the same.
//
// Of a request, all is checked that the spec speaks of, and what it does not declare is refused; of a body that is
// multipart, or given as a *Body, the parameters and the content type alone. Of an answer, a JSON body of up to
// validate.DefaultMaxBody bytes is checked; errors never are. Of a stream every hundredth document is checked, and what
// differs is reported also where Enforce is set. The check costs about as much time as encoding and decoding the bodies
// does.
//
// Unless both are Off, New loads the spec in the background, once in the life of the process, so that the first call
// need not wait for it.
func WithValidation(requests, responses Mode) Option {
	return func(s *settings) error {
		for _, mode := range []Mode{requests, responses} {
			if mode < Off || mode > Enforce {
				return fmt.Errorf("WithValidation: no mode %d: give Off, Report or Enforce", mode)
			}
		}
		s.validation.requests, s.validation.responses = requests, responses
		return nil
	}
}

// WithDriftFunc has report told of every difference from the spec that Report or Enforce finds in an answer, and Report
// in a request: each distinct one once an hour, with the number of times that it was seen. It is called within the call
// that saw the difference, so by several calls at once where several are under way, and should not linger.
func WithDriftFunc(report func(validate.Drift)) ClientOption {
	return clientOnly(func(s *settings) error {
		if report == nil {
			return errors.New("WithDriftFunc: the function is nil")
		}
		s.validation.onDrift = report
		return nil
	})
}

// startValidation completes the validation of a new client.
func (s *settings) startValidation(redactor *transport.Redactor) {
	v := &s.validation
	v.reporter = validate.NewReporter(validate.DefaultInterval, s.clock.Now, s.reportDrift)
	if v.validator == nil {
		v.validator = validate.New(validate.WithRedaction(redactor.String))
	}
}

// reportDrift hands a difference from the spec to the logger and the function that the client was given.
func (s *settings) reportDrift(drift validate.Drift) {
	if s.logger != nil {
		s.logger.LogAttrs(context.Background(), slog.LevelWarn, "x api drift", slog.Any("drift", drift))
	}
	if s.validation.onDrift != nil {
		s.validation.onDrift(drift)
	}
}

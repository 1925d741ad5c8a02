package xapi

import (
	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
	"github.com/xapi-go/xapi-go/xapi/validate"
)

// Problems has one of each typed problem, by the end of its type.
func Problems() map[string]error {
	all := make(map[string]error, len(problems))
	for kind, create := range problems {
		all[kind] = create()
	}
	return all
}

// WithClock replaces time and chance.
func WithClock(clock transport.Clock) ClientOption {
	return clientOnly(func(s *settings) error {
		s.clock = clock
		return nil
	})
}

// WithValidator replaces what holds calls against the spec.
func WithValidator(validator *validate.Validator) ClientOption {
	return clientOnly(func(s *settings) error {
		s.validation.validator = validator
		return nil
	})
}

// Core is what a Client hides behind a function.
func Core(c *Client) any { return c.core() }

// StreamMessage is what a line of a stream says about its connection, nil for a document.
func StreamMessage(line []byte) error {
	s := &streamed{caller: &caller{redactor: new(transport.Redactor)}, row: &gen.OpStreamPosts}
	return s.message(line)
}

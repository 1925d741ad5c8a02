package auth

import (
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
)

// redacted is what a secret shows of itself.
const redacted = "REDACTED"

// Secret is a token, a key, a verifier or a code: text that must not reach a log, an error or a terminal.
//
// It prints as REDACTED under every verb of fmt, in slog, in JSON and in any other text encoding; even inside a struct
// whose fields fmt may not call methods on, only an address shows. [Secret.Reveal] is the one way to the text.
//
// The zero value is no secret at all. A Secret is immutable and safe for concurrent use.
type Secret struct {
	// A pointer, because fmt prints unexported fields raw, without asking for their String method.
	text *string
}

// NewSecret keeps text. Empty text makes the zero Secret.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{text: &text}
}

// Reveal returns the text. Hand it to the wire or to a store, never to a log.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.text == nil }

// Equal compares the texts, in a time that does not depend on where they differ.
func (s Secret) Equal(other Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(other.Reveal())) == 1
}

// String returns REDACTED, or nothing for the zero Secret.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return redacted
}

// Format prints String under every verb, %#v and %x included.
func (s Secret) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, s.String()) }

// LogValue shows String to slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText writes String, so that no encoder can leak the text by accident. [Record.Encode] is the deliberate way
// to write a login down.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

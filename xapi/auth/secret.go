package auth

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
	"sync"
)

// redacted is what a secret shows of itself.
const redacted = "REDACTED"

// Secret is a token, a key, a verifier or a code: text that must not reach a log, an error or a terminal.
//
// It prints as REDACTED under every verb of fmt, in slog, in JSON and in any other text encoding; and where a printer asks
// no methods, but walks through unexported fields and memory, it finds nothing that can be read. [Secret.Reveal] is the
// one way to the text.
//
// The zero value is no secret at all. A Secret is immutable and safe for concurrent use.
type Secret struct {
	// A pointer, because fmt prints unexported fields raw; to masked text, because other printers follow pointers.
	masked *string
}

// mask is what the text of every secret is mixed with. It stands apart from all values, so that none leads to it: this
// is no encryption, which whoever reads the memory of the process would undo, but keeps printers out.
var mask = sync.OnceValue(func() []byte {
	random := make([]byte, 1<<10)
	_, _ = rand.Read(random) // never fails
	return random
})

// mixed masks text, or unmasks what was masked.
func mixed(text string) string {
	with, out := mask(), []byte(text)
	for i := range out {
		out[i] ^= with[i%len(with)]
	}
	return string(out)
}

// NewSecret keeps text. Empty text makes the zero Secret.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	masked := mixed(text)
	return Secret{masked: &masked}
}

// Reveal returns the text. Hand it to the wire or to a store, never to a log.
func (s Secret) Reveal() string {
	if s.masked == nil {
		return ""
	}
	return mixed(*s.masked)
}

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.masked == nil }

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

package transport

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
)

// NetworkError is an attempt that ended without a whole answer.
type NetworkError struct {
	Err error
	// NeverSent says that the server surely has not seen the request, or not processed it.
	NeverSent bool
	// Permanent says that another attempt would fail in the same way.
	Permanent bool
}

func (e *NetworkError) Error() string { return fmt.Sprint(e.Err) }

// Unwrap returns what the network reported.
func (e *NetworkError) Unwrap() error { return e.Err }

// networkError classifies what a base transport returned by its kind alone.
func networkError(err error) *NetworkError {
	var known *NetworkError
	if errors.As(err, &known) {
		return known
	}
	e := &NetworkError{Err: err}
	var op *net.OpError
	if errors.As(err, &op) {
		switch op.Op {
		case "dial", "proxyconnect", "socks connect":
			e.NeverSent = true
		}
	}
	var certificate *tls.CertificateVerificationError
	var body *BodyError
	e.Permanent = errors.As(err, &certificate) || errors.As(err, &body)
	return e
}

// BodyError is a request body whose own source failed: nothing that the network could be blamed for.
type BodyError struct{ Err error }

func (e *BodyError) Error() string { return fmt.Sprintf("reading the request body: %v", e.Err) }

// Unwrap returns the source's error.
func (e *BodyError) Unwrap() error { return e.Err }

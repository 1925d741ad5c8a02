package auth

import (
	"errors"
	"fmt"
	"strings"
)

var (
	// ErrLoginRequired means that no token can be had without the user: there is no stored login, or it is spent. Log
	// in again.
	ErrLoginRequired = errors.New("log in again")

	// ErrNoLogin means that a store holds no login. It is one case of ErrLoginRequired.
	ErrNoLogin = errors.New("there is no stored login")

	// ErrNewerRecord means that a later release of this package wrote the stored login. Update this one, or log in
	// again with it.
	ErrNewerRecord = errors.New("the stored login was written by a newer release")

	// ErrExposed means that others may have read a stored login. Have it readable by its owner alone if nobody did; else
	// log in again.
	ErrExposed = errors.New("may be read by others")

	// ErrLoginReplaced means that somebody has logged in since a [Session] began, maybe as another user: the session
	// does not go on with that login by itself.
	ErrLoginReplaced = errors.New("another login is stored in the place of the one that this program began with")

	// ErrStale means that a store holds another login than the one to be replaced: someone else has renewed or
	// replaced it meanwhile. Load it again.
	ErrStale = errors.New("the stored login is not the one to be replaced")

	// ErrLocked means that someone else holds the lock of a stored login. Try again.
	ErrLocked = errors.New("the stored login is locked by someone else")
)

// loginError is an ErrLoginRequired with its reason in front.
type loginError struct{ reason error }

func (e *loginError) Error() string        { return e.reason.Error() + "; " + ErrLoginRequired.Error() }
func (e *loginError) Is(target error) bool { return target == ErrLoginRequired }
func (e *loginError) Unwrap() error        { return e.reason }

func loginRequired(format string, args ...any) error {
	return &loginError{reason: fmt.Errorf(format, args...)}
}

// ScopeError says that the token in use was not granted what an operation needs. Refreshing does not add a scope: the
// user has to log in again.
type ScopeError struct {
	// Operation is the operationId.
	Operation string
	// Missing are the scopes that the operation needs and the token lacks.
	Missing []string
	// Granted are the scopes of the token.
	Granted []string
}

func (e *ScopeError) Error() string {
	again := "it"
	if len(e.Missing) > 1 {
		again = "them"
	}
	return fmt.Sprintf("%s needs %s; this token has %s; log in again with %s",
		e.Operation, strings.Join(e.Missing, " "), strings.Join(e.Granted, " "), again)
}

// SchemeError says that none of a client's credentials may call an operation.
type SchemeError struct {
	// Operation is the operationId.
	Operation string
	// Accepted are the names of the security schemes that may call it, as the published document names them.
	Accepted []string
	// Configured are the names of those that the client has credentials for.
	Configured []string

	wanted []string
}

func (e *SchemeError) Error() string {
	have := "has no credentials"
	if len(e.Configured) > 0 {
		names := make([]string, len(e.Configured))
		for i, scheme := range e.Configured {
			names[i] = describeScheme(scheme, nil)
		}
		have = "has only " + strings.Join(names, " and ")
	}
	return fmt.Sprintf("%s needs %s; this client %s", e.Operation, strings.Join(e.wanted, " or "), have)
}

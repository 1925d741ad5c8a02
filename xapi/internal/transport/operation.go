// Package transport is the chain that carries one API call: each concern is a middleware in a file of its own.
//
// It knows operations as rows of data, not as generated code.
package transport

import "context"

// Operation is what the chain knows of the operation being called: one row of the generated table of operations.
//
// Its fields are those of the generated row, in the same order, so that a pointer to one converts to the other without
// a copy.
type Operation struct {
	// ID is the operationId in the spec, createMediaMetadata for one.
	ID string
	// Method is the HTTP method, in capitals.
	Method string
	// Path is the path template, /2/media/upload/{id}/append for one.
	Path string
	// Security lists the alternatives that may authorize the call: any one of them will do. Empty means none is needed.
	Security []Requirement
	// Repeatable says that sending the call a second time after an unknown outcome does no harm.
	Repeatable bool
	// Stream says that the answer has no end of its own or is no JSON: its body is handed over unread.
	Stream bool
}

// Requirement is one way to authorize an operation: the security scheme's name in the spec, and the OAuth 2.0 scopes
// that the token must carry.
type Requirement = struct {
	Scheme string
	Scopes []string
}

// Call is one API call on its way through the chain: what is being called, and what became of it so far. Each call has
// its own, carried by the request's context; the middlewares write to it one after the other, never at once.
type Call struct {
	Operation *Operation
	// Attempts counts how often the request went out, the first time included.
	Attempts int
}

type callKey struct{}

// WithCall returns a context that carries call.
func WithCall(ctx context.Context, call *Call) context.Context {
	return context.WithValue(ctx, callKey{}, call)
}

// CallFrom returns the call that ctx carries, or nil where there is none: a request that did not start as an API call.
func CallFrom(ctx context.Context) *Call {
	call, _ := ctx.Value(callKey{}).(*Call)
	return call
}

// OperationFrom returns the operation that ctx carries, or nil where there is none.
func OperationFrom(ctx context.Context) *Operation {
	if call := CallFrom(ctx); call != nil {
		return call.Operation
	}
	return nil
}

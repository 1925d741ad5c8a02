// Package transport is the chain that carries one API call: each concern is a middleware in a file of its own.
//
// It knows operations as rows of data, not as generated code.
package transport

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

package xapi

import (
	"context"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// CallInfo is what a middleware can learn of the call that a request belongs to.
type CallInfo struct {
	// Operation is the operationId, [OpCreatePosts] for one; of what [Client.Do] sends beside the contract, the method and
	// the path.
	Operation string
	// Route is the path with its placeholders in braces, by which calls can be counted together.
	Route string
	// Attempt is the number of the attempt, from 1.
	Attempt int
}

// CallInfoFrom returns what is known of the call whose request has that context. It reports false for a request that is no
// call of a client: one for a token.
func CallInfoFrom(ctx context.Context) (CallInfo, bool) {
	call := transport.CallFrom(ctx)
	if call == nil {
		return CallInfo{}, false
	}
	return CallInfo{Operation: call.Operation.ID, Route: call.Operation.Path, Attempt: call.Try}, true
}

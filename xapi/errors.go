package xapi

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// Error is an answer other than 2xx.
type Error struct {
	// Operation is the operationId of the call.
	Operation string
	// Status is the HTTP status.
	Status int
	// Type, Title and Detail are those of the problem in the body, each empty where the body has none.
	Type, Title, Detail string
	// Body is the answer's body as it came, cut at 64 KiB.
	Body []byte
}

// maxErrorBody bounds what is read of an error's body.
const maxErrorBody = 64 << 10

// Error says what failed and how.
func (e *Error) Error() string {
	text := e.Detail
	if text == "" {
		text = e.Title
	}
	if text == "" {
		text = http.StatusText(e.Status)
	}
	return fmt.Sprintf("%s: %d: %s", e.Operation, e.Status, text)
}

// newError reads the error out of resp. It cannot fail: whatever the body holds, the status is kept.
func newError(call *transport.Call, resp *http.Response) *Error {
	e := &Error{Operation: call.Operation.ID, Status: resp.StatusCode}
	e.Body, _ = io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	var problem struct{ Type, Title, Detail string }
	if json.Unmarshal(e.Body, &problem) == nil {
		e.Type, e.Title, e.Detail = problem.Type, problem.Title, problem.Detail
	}
	return e
}

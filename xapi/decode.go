package xapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// maxAnswer bounds a JSON answer. The largest page of posts with all fields stays far below.
const maxAnswer = 64 << 20

// decode turns the response into the operation's result or an *Error, in one place for all operations. It closes the
// body unless it hands it over as the result.
func decode(call *transport.Call, resp *http.Response, result any) error {
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		defer func() { _ = resp.Body.Close() }()
		return newError(call, resp)
	}
	if body, ok := result.(*io.ReadCloser); ok {
		*body = resp.Body
		return nil
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return fmt.Errorf("%s: reading the answer: %w", call.Operation.ID, err)
	case len(raw) > maxAnswer:
		return fmt.Errorf("%s: the answer is larger than %d bytes", call.Operation.ID, maxAnswer)
	case result == nil || len(bytes.TrimSpace(raw)) == 0:
		return nil
	}
	if err := json.Unmarshal(raw, result); err != nil {
		return fmt.Errorf("%s: status %d: the answer is not what the spec promises: %w", call.Operation.ID, resp.StatusCode, err)
	}
	return nil
}

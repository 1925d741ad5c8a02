package xapi

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// DecodeError is a 2xx whose body is not what the operation promises: no JSON, JSON of another shape, or nothing. The
// server has carried the operation out. The result that comes beside the error holds what could be decoded.
type DecodeError struct {
	// Operation is the operationId of the call.
	Operation string
	// Status is the HTTP status.
	Status int
	// Body is the answer's body, cut at 64 KiB.
	Body []byte
	// Err is what is wrong with it.
	Err error
}

// Error says what is wrong with the answer.
func (e *DecodeError) Error() string {
	return fmt.Sprintf("%s: done, with status %d, but the answer is not what the spec promises: %s", e.Operation, e.Status, said(e.Err))
}

// Unwrap returns what is wrong with the answer.
func (e *DecodeError) Unwrap() error { return e.Err }

// LogValue has the fields of the error apart; the body is not among them.
func (e *DecodeError) LogValue() slog.Value {
	return slog.GroupValue(slog.String("operation", e.Operation), slog.Int("status", e.Status), slog.String("error", said(e.Err)))
}

// appendMediaUpload is the one operation whose result may be left out: the server answers with nothing at all.
const appendMediaUpload = "appendMediaUpload"

// decode turns the response into the operation's result or an error, in one place for all operations. It closes the
// body unless it hands it over as the result.
func decode(call *transport.Call, row *gen.Endpoint, resp *http.Response, result any, settings *settings) error {
	if good := resp.StatusCode/100 == 2; !good {
		defer func() { _ = resp.Body.Close() }()
		return refused(call, resp)
	}
	if body, ok := result.(*io.ReadCloser); ok {
		*body = resp.Body
		return nil
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := transport.Body(resp)
	settings.keepRaw(raw)
	if err != nil {
		return broken(call, resp, err)
	}
	validation := &settings.validation
	drifted := validation.checkAnswer(row, resp, raw)
	if result == nil {
		return drifted
	}
	if err = decodeResult(call, row, resp, row.Answer(raw), result, validation); err != nil && drifted != nil {
		return errors.Join(err, drifted)
	}
	return cmp.Or(err, drifted)
}

// decodeResult decodes the body of a 2xx. A field that does not fit its Go type is zero and drift, and costs nothing else
// of the result.
func decodeResult(call *transport.Call, row *gen.Endpoint, resp *http.Response, raw []byte, result any, validation *validation) error {
	if len(bytes.TrimSpace(raw)) == 0 {
		if op := call.Operation.ID; op == appendMediaUpload || resp.StatusCode == http.StatusNoContent && op != createPosts {
			return nil
		}
		return newDecodeError(call, resp, raw, errors.New("the answer is empty"))
	}
	err := json.Unmarshal(raw, result)
	if failedWithin(raw) {
		return newError(call, resp, quote(raw))
	}
	var misfit *json.UnmarshalTypeError
	if errors.As(err, &misfit) && misfit.Field != "" && misfit.Field != "data" {
		err = validation.misfit(row, resp, misfit)
	}
	if err == nil && call.Operation.ID == createPosts && !namesPost(raw) {
		err = errors.New("data.id, the id of the post, is missing")
	}
	if err != nil {
		return newDecodeError(call, resp, raw, err)
	}
	return nil
}

// createPosts is the one operation whose effect is known by its answer alone: a post without an id can neither be found
// nor made again.
const createPosts = "createPosts"

// namesPost reports whether the answer to createPosts has the post's id.
func namesPost(raw []byte) bool {
	var answer struct{ Data struct{ ID string } }
	return json.Unmarshal(raw, &answer) == nil && answer.Data.ID != ""
}

func newDecodeError(call *transport.Call, resp *http.Response, raw []byte, err error) error {
	return &DecodeError{
		Operation: call.Operation.ID, Status: resp.StatusCode, Body: call.Redactor.Bytes(quote(raw)), Err: call.Redactor.Error(err),
	}
}

// quote copies what an error keeps of an answer.
func quote(raw []byte) []byte {
	const most = 64 << 10
	return bytes.Clone(raw[:min(len(raw), most)])
}

// failedWithin reports whether the body of a 2xx has errors and no data. With both it is a partial success.
func failedWithin(raw []byte) bool {
	if !bytes.Contains(raw, []byte(`"errors"`)) {
		return false
	}
	var top struct{ Data, Errors json.RawMessage }
	return json.Unmarshal(raw, &top) == nil && absent(top.Data) && !absent(top.Errors) && string(top.Errors) != "[]"
}

func absent(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// refused makes the error of an answer other than 2xx.
func refused(call *transport.Call, resp *http.Response) error {
	e := readError(call, resp)
	if e.Status == http.StatusTooManyRequests && (e.refused == transport.WindowSpent || e.refused == transport.Unexplained) {
		return rateLimited(e, call.Refusal)
	}
	return e
}

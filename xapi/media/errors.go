package media

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/xapi-go/xapi-go/xapi"
)

// InputError is input that was refused before anything was sent.
type InputError struct {
	// Err says what is wrong with it and what to do.
	Err error
}

// Error says what is wrong with the input.
func (e *InputError) Error() string {
	if e.Err == nil {
		return "the input cannot be used"
	}
	return e.Err.Error()
}

// Unwrap returns the cause.
func (e *InputError) Unwrap() error { return e.Err }

func inputError(format string, args ...any) error {
	return &InputError{Err: fmt.Errorf(format, args...)}
}

// UploadError is an upload that failed after the server had given it an id. Resume goes on from its Checkpoint.
type UploadError struct {
	// MediaID is the id that the server gave.
	MediaID string
	// Acknowledged is how many bytes of the source the server has confirmed, Total how many it has.
	Acknowledged, Total int64
	// Checkpoint is what Resume needs to send what is missing alone.
	Checkpoint Checkpoint
	// Err is the cause.
	Err error
}

// Error says how far the upload came and what stopped it.
func (e *UploadError) Error() string {
	return fmt.Sprintf("media upload %s, %d of %d bytes arrived: %v", e.MediaID, e.Acknowledged, e.Total, e.Err)
}

// Unwrap returns the cause.
func (e *UploadError) Unwrap() error { return e.Err }

// ErrStillProcessing is wrapped by the error of an upload whose processing took longer than WithProcessingDeadline
// allows. The media may yet become usable: Status tells.
var ErrStillProcessing = errors.New("still processing")

// ProcessingError is X's refusal of a file that it has received in full. It is final: sending the same bytes again ends
// the same way.
type ProcessingError struct {
	// MediaID is the id that cannot be used.
	MediaID string
	// Code and Name are X's: 1 InvalidMedia, 3 UnsupportedMedia for two. Message is often absent.
	Code          int
	Name, Message string
	// State is the state that stood beside the error; an error is final whatever the state.
	State State
}

// Error says what X found wrong.
func (e *ProcessingError) Error() string {
	text := fmt.Sprintf("media %s cannot be used: processing ended as %q", e.MediaID, e.State)
	if e.Name != "" || e.Code != 0 {
		text += fmt.Sprintf(" with error %d %s", e.Code, e.Name)
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	return text + "; check the file against X's requirements for its category"
}

// status returns the status of the answer that err is about, 0 where there was none.
func status(err error) int {
	var answer *xapi.Error
	if errors.As(err, &answer) {
		return answer.Status
	}
	return 0
}

// says reports whether the answer that err is about has one of the words in its body, whatever their case.
func says(err error, words ...string) bool {
	var answer *xapi.Error
	if !errors.As(err, &answer) {
		return false
	}
	body := strings.ToLower(string(answer.Body))
	for _, word := range words {
		if strings.Contains(body, strings.ToLower(word)) {
			return true
		}
	}
	return false
}

// tooLarge reports whether the edge refused a body for its size: 413 with an empty body and 431 have both been seen.
func tooLarge(err error) bool {
	code := status(err)
	return code == http.StatusRequestEntityTooLarge || code == http.StatusRequestHeaderFieldsTooLarge
}

// refusesMultipart recognises the one answer with which X turned multipart away for weeks in 2025.
func refusesMultipart(err error) bool {
	return status(err) == http.StatusBadRequest && says(err, "must have content-type of application/json")
}

// unknownID recognises the answers to an id that has expired or never was: STATUS is known to answer 400.
func unknownID(err error) bool {
	switch status(err) {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusGone:
		return true
	}
	return false
}

// passing reports whether the same call may well succeed later.
func passing(err error) bool {
	switch status(err) {
	case http.StatusRequestTimeout, http.StatusTooEarly:
		return true
	case http.StatusTooManyRequests:
		return !errors.Is(err, xapi.ErrUsageCapExceeded)
	}
	// A page for people in place of an answer comes from something on the way.
	var unread *xapi.DecodeError
	return errors.Is(err, xapi.ErrUnavailable) || errors.As(err, &unread)
}

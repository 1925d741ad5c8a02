package media

import (
	"errors"
	"fmt"
	"regexp"
	"time"
)

var (
	idPattern  = regexp.MustCompile(`^[0-9]{1,19}$`)
	keyPattern = regexp.MustCompile(`^[0-9]+_[0-9]+$`)
)

func isID(id string) bool   { return idPattern.MatchString(id) }
func isKey(key string) bool { return keyPattern.MatchString(key) }

// answer is what initialize, finalize, STATUS and the one-shot upload answer.
type answer struct {
	Data *struct {
		ID               string      `json:"id"`
		MediaKey         string      `json:"media_key"`
		Size             int64       `json:"size"`
		ExpiresAfterSecs int64       `json:"expires_after_secs"`
		Processing       *processing `json:"processing_info"`
	} `json:"data"`
	Errors []Problem `json:"errors"`
}

// processing is X's state of turning the bytes into something it can show.
type processing struct {
	State           State `json:"state"`
	CheckAfterSecs  int64 `json:"check_after_secs"`
	ProgressPercent int   `json:"progress_percent"`
	Error           *struct {
		Code    int    `json:"code"`
		Name    string `json:"name"`
		Message string `json:"message"`
	} `json:"error"`
}

// Problem is an error beside a successful answer: a key that leads to nothing, a field that may not be read.
type Problem struct {
	Type   string `json:"type,omitempty"`
	Title  string `json:"title,omitempty"`
	Detail string `json:"detail,omitempty"`
	// Value is what the problem is about, a media key for one. ResourceID is the same under the name that other problems
	// have for it.
	Value      string `json:"value,omitempty"`
	ResourceID string `json:"resource_id,omitempty"`
	Parameter  string `json:"parameter,omitempty"`
	Field      string `json:"field,omitempty"`
}

// Error says what the problem is.
func (p Problem) Error() string {
	if p.Detail != "" {
		return p.Detail
	}
	return p.Title
}

// ErrContract is wrapped by the error of a 2xx answer that lacks what cannot be done without, or contradicts what was
// asked. Whether the call had its effect is unknown.
var ErrContract = errors.New("the answer breaks the contract")

// read turns the result of operation into an answer, and holds it against the id that was asked for, if any.
func read(operation string, result any, id string) (*answer, error) {
	a, err := convert[answer](result)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w: %w", operation, ErrContract, err)
	case a.Data == nil && len(a.Errors) > 0:
		return nil, fmt.Errorf("%s: %w: errors without data: %w", operation, ErrContract, a.Errors[0])
	case a.Data == nil:
		return nil, fmt.Errorf("%s: %w: it has no data", operation, ErrContract)
	case !isID(a.Data.ID):
		return nil, fmt.Errorf("%s: %w: data.id %q is not a media id", operation, ErrContract, a.Data.ID)
	case id != "" && a.Data.ID != id:
		return nil, fmt.Errorf("%s: %w: data.id is %q, asked was %q", operation, ErrContract, a.Data.ID, id)
	case a.Data.MediaKey != "" && !isKey(a.Data.MediaKey):
		return nil, fmt.Errorf("%s: %w: media_key %q is not one", operation, ErrContract, a.Data.MediaKey)
	}
	return &a, nil
}

// expiry returns when what the answer is about expires, zero where it does not say.
func (a *answer) expiry(now time.Time) time.Time {
	if a.Data.ExpiresAfterSecs <= 0 {
		return time.Time{}
	}
	return now.Add(time.Duration(a.Data.ExpiresAfterSecs) * time.Second)
}

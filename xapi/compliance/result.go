package compliance

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"

	"github.com/xapi-go/xapi-go/xapi"
)

// Result is what a job says of one id. Ids that it does not mention are as they were.
type Result struct {
	// ID is the post or user.
	ID string `json:"id"`
	// Action is what to do about what is stored of it: "delete", "rehydrate" (fetch it anew) or "scrub_geo" (forget the
	// place).
	Action string `json:"action"`
	// Reason is why: "deleted", "deactivated", "protected", "suspended", "scrub_geo" and others.
	Reason string `json:"reason"`
	// CreatedAt is when the post or the account was made, and RedactedAt when it was withdrawn; either may be zero.
	CreatedAt  xapi.Time `json:"created_at"`
	RedactedAt xapi.Time `json:"redacted_at"`
	// Invalid says what is wrong with an id that could not be checked, empty for the others.
	Invalid string `json:"error"`
	// Raw is the line as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads a line, in which the time of withdrawal has either of two names.
func (r *Result) UnmarshalJSON(line []byte) error {
	type plain Result
	both := struct {
		*plain
		DeletedAt xapi.Time `json:"deleted_at"`
	}{plain: (*plain)(r)}
	if err := json.Unmarshal(line, &both); err != nil {
		return err
	}
	if r.RedactedAt.IsZero() {
		r.RedactedAt = both.DeletedAt
	}
	r.Raw = bytes.Clone(line)
	return nil
}

// longestLine bounds one line of a result.
const longestLine = 1 << 20

// Results downloads what a complete job found, and yields it id by id as it comes, so that memory does not grow with it.
// A failure is yielded last; a download cannot be gone on with, and begins anew by calling Results again.
func Results(ctx context.Context, client Client, job *xapi.ComplianceJob) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		body, err := open(ctx, client, job)
		if err != nil {
			yield(Result{}, err)
			return
		}
		defer func() { _ = body.Close() }()
		lines := bufio.NewScanner(body)
		lines.Buffer(make([]byte, 0, 64<<10), longestLine)
		number := 0
		for lines.Scan() {
			number++
			line := bytes.TrimSpace(lines.Bytes())
			if len(line) == 0 {
				continue
			}
			var result Result
			if err := json.Unmarshal(line, &result); err != nil {
				yield(Result{Raw: bytes.Clone(line)}, fmt.Errorf("compliance job %s: line %d of the result: %w", job.ID, number, err))
				return
			}
			if !yield(result, nil) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(Result{}, fmt.Errorf("compliance job %s: after line %d of the result: %w", job.ID, number, err))
		}
	}
}

func open(ctx context.Context, client Client, job *xapi.ComplianceJob) (io.ReadCloser, error) {
	if job.DownloadURL == "" || job.Status != xapi.ComplianceJobStatusComplete {
		return nil, fmt.Errorf("compliance job %s is %s: wait until it is complete", job.ID, job.Status)
	}
	var body io.ReadCloser
	if err := client.Do(ctx, xapi.Request{Method: http.MethodGet, URL: job.DownloadURL, AppOnly: true}, &body); err != nil {
		return nil, fmt.Errorf("compliance job %s: downloading the result: %w", job.ID, err)
	}
	return body, nil
}

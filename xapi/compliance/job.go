package compliance

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
)

// Client is what jobs need of a client; *xapi.Client is one.
type Client interface {
	CreateComplianceJobs(ctx context.Context, params *xapi.CreateComplianceJobsParams, body xapi.ComplianceJobDraft, opts ...xapi.CallOption) (*xapi.CreateComplianceJobsResult, error)
	GetComplianceJobsByID(ctx context.Context, id string, params *xapi.GetComplianceJobsByIDParams, opts ...xapi.CallOption) (*xapi.GetComplianceJobsByIDResult, error)
	Do(ctx context.Context, request xapi.Request, result any, opts ...xapi.CallOption) error
}

// Start opens a job and uploads the ids to check. Where the upload fails, the job comes beside the error: Upload tries
// again, and Cancel makes room for another.
func Start(ctx context.Context, client Client, draft xapi.ComplianceJobDraft, ids iter.Seq[string]) (*xapi.ComplianceJob, error) {
	opened, err := client.CreateComplianceJobs(ctx, nil, draft)
	if err != nil {
		return nil, err
	}
	return &opened.Data, Upload(ctx, client, &opened.Data, ids)
}

// How long Wait lets pass between two looks at a job: X allows 150 in 15 minutes.
const (
	firstLook   = 10 * time.Second
	longestLook = time.Minute
)

// Wait waits until the job is complete and returns it as it then is. A job that has failed or run out is a *JobError. ctx
// bounds the wait, which may take from minutes to hours.
func Wait(ctx context.Context, client Client, jobID string) (*xapi.ComplianceJob, error) {
	for pause := firstLook; ; pause = min(pause*3/2, longestLook) {
		looked, err := client.GetComplianceJobsByID(ctx, jobID, nil)
		if err != nil {
			return nil, err
		}
		switch job := &looked.Data; job.Status {
		case xapi.ComplianceJobStatusComplete:
			return job, nil
		case xapi.ComplianceJobStatusFailed, xapi.ComplianceJobStatusExpired:
			return job, &JobError{Job: *job}
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, fmt.Errorf("compliance job %s is not complete: %w", jobID, ctx.Err())
		}
	}
}

// JobError is a job that has ended without a result.
type JobError struct{ Job xapi.ComplianceJob }

// Error says how the job ended, and what to do.
func (e *JobError) Error() string {
	if e.Job.Status == xapi.ComplianceJobStatusExpired {
		return fmt.Sprintf("compliance job %s has run out before ids were uploaded: start another", e.Job.ID)
	}
	return fmt.Sprintf("compliance job %s is %s: start another", e.Job.ID, e.Job.Status)
}

// Cancel ends a job, which makes room for another of its type.
func Cancel(ctx context.Context, client Client, jobID string) error {
	if jobID == "" {
		return errors.New("the compliance job to cancel has no id")
	}
	return client.Do(ctx, xapi.Request{Method: http.MethodDelete, Path: "/2/compliance/jobs/" + url.PathEscape(jobID), AppOnly: true}, nil)
}

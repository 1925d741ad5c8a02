package compliance

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"os"
	"strings"

	"github.com/xapi-go/xapi-go/xapi"
)

// MaxUpload is how many bytes of ids a job takes, one id a line.
const MaxUpload = 128 << 20

// Upload sends the ids of posts or users that the job is to check, up to MaxUpload bytes of them. They are written to a
// temporary file first, so that a lost connection costs another attempt and no memory. A job takes one upload.
func Upload(ctx context.Context, client Client, job *xapi.ComplianceJob, ids iter.Seq[string]) error {
	if job.UploadURL == "" {
		return fmt.Errorf("compliance job %s has no address to upload to: it is %s", job.ID, job.Status)
	}
	file, err := os.CreateTemp("", "xapi-compliance-*")
	if err != nil {
		return fmt.Errorf("compliance job %s: %w", job.ID, err)
	}
	defer func() {
		_ = file.Close()
		_ = os.Remove(file.Name())
	}()
	size, err := write(file, ids)
	if err != nil {
		return fmt.Errorf("compliance job %s: not uploaded: %w", job.ID, err)
	}
	body := xapi.NewBody(size, func() (io.ReadCloser, error) { return io.NopCloser(io.NewSectionReader(file, 0, size)), nil })
	var answer io.ReadCloser
	err = client.Do(ctx, xapi.Request{Method: http.MethodPut, URL: job.UploadURL, AppOnly: true, Body: body, ContentType: "text/plain"}, &answer)
	if err == nil {
		return answer.Close()
	}
	if taken(ctx, client, job.ID) { // by an attempt whose answer was lost
		return nil
	}
	return fmt.Errorf("compliance job %s: uploading: %w", job.ID, err)
}

// taken reports whether the job has its ids.
func taken(ctx context.Context, client Client, jobID string) bool {
	looked, err := client.GetComplianceJobsByID(ctx, jobID, nil)
	if err != nil {
		return false
	}
	return looked.Data.Status == xapi.ComplianceJobStatusInProgress || looked.Data.Status == xapi.ComplianceJobStatusComplete
}

// write writes the ids, one a line, and returns how many bytes they are.
func write(file io.Writer, ids iter.Seq[string]) (size int64, err error) {
	out := bufio.NewWriter(file)
	for id := range ids {
		if id == "" || strings.Trim(id, "0123456789") != "" {
			return 0, fmt.Errorf("%q is no id: ids are numbers", id)
		}
		if size += int64(len(id)) + 1; size > MaxUpload {
			return 0, fmt.Errorf("the ids are more than %d MB: check them in several jobs, one after the other", MaxUpload>>20)
		}
		if _, err := out.WriteString(id + "\n"); err != nil {
			return 0, err
		}
	}
	if size == 0 {
		return 0, errors.New("there are no ids to check")
	}
	return size, out.Flush()
}

package xapi

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// finalizeMediaUpload is the one operation that takes no body in the spec and demands one in reality, and the one to ask
// about before it is repeated.
const finalizeMediaUpload = "finalizeMediaUpload"

// askStatus returns what Resolve of a finalize does: after an attempt of unknown outcome it asks for the media's status,
// and where that shows the upload as finalized, that is the answer: both have the same shape. It returns nil where the
// finalize must be sent again, which includes that the status could not be had.
func (c *caller) askStatus(finalize *http.Request, opts []CallOption) func(context.Context) *http.Response {
	id := path.Base(path.Dir(finalize.URL.Path))
	return func(ctx context.Context) *http.Response {
		var raw []byte
		params := &GetMediaUploadStatusParams{MediaID: id, Command: "STATUS"}
		err := c.call(ctx, &gen.OpGetMediaUploadStatus, gen.Input{Params: params}, new(json.RawMessage), append(opts[:len(opts):len(opts)], WithRaw(&raw)))
		if err != nil || !finalized(raw) {
			return nil
		}
		return &http.Response{
			Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header:        http.Header{"Content-Type": {"application/json"}},
			Body:          io.NopCloser(bytes.NewReader(raw)),
			ContentLength: int64(len(raw)),
			Request:       finalize,
		}
	}
}

// finalized reports whether a status is that of a finalized upload: it is being processed, or has been, or has a size,
// which is known from the finalize on. An upload still under way is in the state uploading, or unknown to the server.
func finalized(status []byte) bool {
	var answer struct {
		Data struct {
			Size       int64
			Processing struct{ State string } `json:"processing_info"`
		}
	}
	if json.Unmarshal(status, &answer) != nil {
		return false
	}
	state := answer.Data.Processing.State
	return state != "" && state != "uploading" || state == "" && answer.Data.Size > 0
}

// emptyObject gives req the body {}. Since 2026-07 the server answers a finalize without one with 400 "Request body
// must be a JSON object."
func emptyObject(req *http.Request) {
	req.Header.Set("Content-Type", "application/json")
	req.ContentLength = int64(len("{}"))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader([]byte("{}"))), nil }
	req.Body, _ = req.GetBody()
}

// resolve gives the call the means to learn what became of it, where the operation has one.
func (c *caller) resolve(call *transport.Call, req *http.Request, opts []CallOption) {
	if call.Operation.ID == finalizeMediaUpload {
		call.Resolve = c.askStatus(req, opts) //nolint:bodyclose // it is the call's answer, which decode closes
	}
}

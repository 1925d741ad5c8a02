package media

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi"
)

// API is what a Client calls. *xapi.Client has it.
type API interface {
	MediaUploadWithBody(ctx context.Context, contentType string, body io.Reader, opts ...xapi.Option) (*gen.MediaUploadResult, error)
	InitializeMediaUploadWithBody(ctx context.Context, contentType string, body io.Reader, opts ...xapi.Option) (*gen.InitializeMediaUploadResult, error)
	AppendMediaUploadWithBody(ctx context.Context, id string, contentType string, body io.Reader, opts ...xapi.Option) (*gen.AppendMediaUploadResult, error)
	FinalizeMediaUpload(ctx context.Context, id string, opts ...xapi.Option) (*gen.FinalizeMediaUploadResult, error)
	GetMediaUploadStatus(ctx context.Context, params *gen.GetMediaUploadStatusParams, opts ...xapi.Option) (*gen.GetMediaUploadStatusResult, error)
	CreateMediaMetadataWithBody(ctx context.Context, contentType string, body io.Reader, opts ...xapi.Option) (*gen.CreateMediaMetadataResult, error)
	CreateMediaSubtitlesWithBody(ctx context.Context, contentType string, body io.Reader, opts ...xapi.Option) (*gen.CreateMediaSubtitlesResult, error)
	DeleteMediaSubtitlesWithBody(ctx context.Context, contentType string, body io.Reader, opts ...xapi.Option) (*gen.DeleteMediaSubtitlesResult, error)
	GetMediaByMediaKeys(ctx context.Context, params *gen.GetMediaByMediaKeysParams, opts ...xapi.Option) (*gen.GetMediaByMediaKeysResult, error)
	GetMediaAnalytics(ctx context.Context, params *gen.GetMediaAnalyticsParams, opts ...xapi.Option) (*gen.GetMediaAnalyticsResult, error)
}

// Client uploads media and describes it. It is safe for concurrent use. Its uploads share what is learned about the
// server and the link, and what may be in flight: the first come are first served.
type Client struct {
	api      API
	defaults []Option
	edge     edge
	pace     pace
}

// New returns a client that calls api. The options hold for all its uploads, before those of the single one; what is
// wrong with them is reported by the first call.
func New(api API, opts ...Option) *Client {
	return &Client{api: api, defaults: opts}
}

const jsonType = "application/json"

// convert turns a value of the generated package into one of this package, or the other way, by way of JSON.
func convert[T any](from any) (T, error) {
	var to T
	raw, err := json.Marshal(from)
	if err != nil {
		return to, err
	}
	return to, json.Unmarshal(raw, &to)
}

// params returns the generated parameters of an operation, filled by the names they have on the wire.
func params[P any](values map[string]any) (*P, error) {
	filled, err := convert[P](values)
	if err != nil {
		return nil, fmt.Errorf("filling in parameters: %w", err)
	}
	return &filled, nil
}

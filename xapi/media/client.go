package media

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/xapi-go/xapi-go/xapi"
)

// API is what a Client calls. *xapi.Client has it.
type API interface {
	MediaUploadForm(ctx context.Context, contentType string, body io.Reader, opts ...xapi.CallOption) (*xapi.MediaUploadResult, error)
	InitializeMediaUpload(ctx context.Context, body xapi.MediaUploadStart, opts ...xapi.CallOption) (*xapi.InitializeMediaUploadResult, error)
	AppendMediaUploadForm(ctx context.Context, id string, contentType string, body io.Reader, opts ...xapi.CallOption) (*xapi.AppendMediaUploadResult, error)
	FinalizeMediaUpload(ctx context.Context, id string, opts ...xapi.CallOption) (*xapi.FinalizeMediaUploadResult, error)
	GetMediaUploadStatus(ctx context.Context, params *xapi.GetMediaUploadStatusParams, opts ...xapi.CallOption) (*xapi.GetMediaUploadStatusResult, error)
	CreateMediaMetadata(ctx context.Context, body xapi.MediaMetadataUpdate, opts ...xapi.CallOption) (*xapi.CreateMediaMetadataResult, error)
	CreateMediaSubtitles(ctx context.Context, body xapi.SubtitlesDraft, opts ...xapi.CallOption) (*xapi.CreateMediaSubtitlesResult, error)
	DeleteMediaSubtitles(ctx context.Context, body xapi.SubtitlesRemoval, opts ...xapi.CallOption) (*xapi.DeleteMediaSubtitlesResult, error)
	GetMediaByMediaKeys(ctx context.Context, params *xapi.GetMediaByMediaKeysParams, opts ...xapi.CallOption) (*xapi.GetMediaByMediaKeysResult, error)
	GetMediaAnalytics(ctx context.Context, params *xapi.GetMediaAnalyticsParams, opts ...xapi.CallOption) (*xapi.GetMediaAnalyticsResult, error)
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

// typed reads the JSON of a body into the type that a method takes.
func typed[T any](raw []byte) (T, error) {
	var body T
	return body, json.Unmarshal(raw, &body)
}

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

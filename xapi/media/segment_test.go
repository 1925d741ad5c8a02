package media_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/media"
)

// recorder keeps the segments that it is given, as they would go over the wire.
type recorder struct {
	scripted
	refuse bool
	// answer is what each append ends with.
	answer error
	types  []string
	parts  [][]byte
}

func (r *recorder) AppendMediaUploadForm(_ context.Context, _, contentType string, body io.Reader, _ ...xapi.CallOption) (*xapi.AppendMediaUploadResult, error) {
	if r.refuse && contentType != "application/json" {
		return nil, &xapi.Error{Status: http.StatusBadRequest, Body: []byte(`{"errors":[{"message":"` + needsJSON + `"}]}`)}
	}
	data, err := io.ReadAll(body)
	if closer, ok := body.(io.Closer); ok {
		err = errors.Join(err, closer.Close())
	}
	r.types, r.parts = append(r.types, contentType), append(r.parts, data)
	return &xapi.AppendMediaUploadResult{}, errors.Join(err, r.answer)
}

func TestASegmentGoesAsAFormWithItsIndexFirst(t *testing.T) {
	api := &recorder{scripted: scripted{processing: []any{``}}}
	data := noise(250)
	_, err := media.New(api).Upload(t.Context(), media.Bytes("a.mp4", data), media.WithSegmentSize(100), media.WithConcurrency(1))
	require.NoError(t, err)
	require.Len(t, api.parts, 3)
	for i, body := range api.parts {
		mediaType, params, err := mime.ParseMediaType(api.types[i])
		require.NoError(t, err)
		require.Equal(t, "multipart/form-data", mediaType)
		form := multipart.NewReader(bytes.NewReader(body), params["boundary"])
		part, err := form.NextPart()
		require.NoError(t, err)
		require.Equal(t, "segment_index", part.FormName())
		index, err := io.ReadAll(part)
		require.NoError(t, err)
		require.Equal(t, []byte{'0' + byte(i)}, index)
		part, err = form.NextPart()
		require.NoError(t, err)
		require.Equal(t, "media", part.FormName())
		segment, err := io.ReadAll(part)
		require.NoError(t, err)
		require.Equal(t, data[i*100:min(i*100+100, 250)], segment)
		_, err = form.NextPart()
		require.ErrorIs(t, err, io.EOF)
	}
}

func TestASegmentGoesAsJSONWhereFormsAreRefused(t *testing.T) {
	api := &recorder{scripted: scripted{processing: []any{``}}, refuse: true}
	// Beyond the encoder's buffer, and not a multiple of three.
	data := noise(100_001)
	_, err := media.New(api).Upload(t.Context(), media.Bytes("a.mp4", data), media.WithSegmentSize(70_000), media.WithConcurrency(1))
	require.NoError(t, err)
	var arrived []byte
	for i, body := range api.parts {
		require.Equal(t, "application/json", api.types[i])
		var segment struct {
			Index int    `json:"segment_index"`
			Media string `json:"media"`
		}
		require.NoError(t, json.Unmarshal(body, &segment))
		require.Equal(t, i, segment.Index)
		raw, err := base64.StdEncoding.DecodeString(segment.Media)
		require.NoError(t, err)
		arrived = append(arrived, raw...)
	}
	require.Equal(t, data, arrived)
}

func TestSegmentsAreLargeEnoughForAThousandToSuffice(t *testing.T) {
	api := &recorder{scripted: scripted{processing: []any{``}}}
	result, err := media.New(api).Upload(t.Context(), media.Bytes("a.mp4", noise(2001)), media.WithSegmentSize(1), media.WithConcurrency(1))
	require.NoError(t, err)
	require.LessOrEqual(t, result.Segments, 1000)
}

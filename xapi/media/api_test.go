package media_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/media"
)

// scripted is an API without a network, for tests in which time stands still until it is waited for.
type scripted struct {
	media.API
	// processing is what finalize and each STATUS after it answer as processing_info, in turn; the last one stays. An
	// error takes the place of an answer.
	processing []any
	asked      []time.Time
	// initialized and finalized, where not empty, are the answers to the two.
	initialized, finalized string
	// keys are those of each lookup, params those of each call of analytics, bodies what was sent as JSON.
	keys   [][]string
	params []*xapi.GetMediaAnalyticsParams
	bodies []string
	// answer is what the next call with a body answers.
	answer string
}

const scriptedID = "1146654567674912769"

func decoded[T any](text string) (*T, error) {
	result := new(T)
	return result, json.Unmarshal([]byte(text), result)
}

func (s *scripted) next() (string, error) {
	now := s.processing[0]
	if len(s.processing) > 1 {
		s.processing = s.processing[1:]
	}
	if err, failed := now.(error); failed {
		return "", err
	}
	if now == "" {
		return fmt.Sprintf(`{"data":{"id":%q,"media_key":"7_1"}}`, scriptedID), nil
	}
	return fmt.Sprintf(`{"data":{"id":%q,"media_key":"7_1","processing_info":%s}}`, scriptedID, now), nil
}

func (s *scripted) InitializeMediaUpload(_ context.Context, body xapi.MediaUploadStart, _ ...xapi.CallOption) (*xapi.InitializeMediaUploadResult, error) {
	if err := s.read(body); err != nil {
		return nil, err
	}
	if s.initialized != "" {
		return decoded[xapi.InitializeMediaUploadResult](s.initialized)
	}
	return decoded[xapi.InitializeMediaUploadResult](fmt.Sprintf(`{"data":{"id":%q,"media_key":"7_1"}}`, scriptedID))
}

func (s *scripted) AppendMediaUploadForm(_ context.Context, _, _ string, body io.Reader, _ ...xapi.CallOption) (*xapi.AppendMediaUploadResult, error) {
	_, err := io.Copy(io.Discard, body)
	if closer, ok := body.(io.Closer); ok {
		_ = closer.Close()
	}
	return &xapi.AppendMediaUploadResult{}, err
}

func (s *scripted) FinalizeMediaUpload(context.Context, string, ...xapi.CallOption) (*xapi.FinalizeMediaUploadResult, error) {
	if s.finalized != "" {
		return decoded[xapi.FinalizeMediaUploadResult](s.finalized)
	}
	text, err := s.next()
	if err != nil {
		return nil, err
	}
	return decoded[xapi.FinalizeMediaUploadResult](text)
}

func (s *scripted) GetMediaUploadStatus(context.Context, *xapi.GetMediaUploadStatusParams, ...xapi.CallOption) (*xapi.GetMediaUploadStatusResult, error) {
	s.asked = append(s.asked, time.Now())
	text, err := s.next()
	if err != nil {
		return nil, err
	}
	return decoded[xapi.GetMediaUploadStatusResult](text)
}

func (s *scripted) read(body any) error {
	text, err := json.Marshal(body)
	s.bodies = append(s.bodies, string(text))
	return err
}

func (s *scripted) CreateMediaMetadata(_ context.Context, body xapi.MediaMetadataUpdate, _ ...xapi.CallOption) (*xapi.CreateMediaMetadataResult, error) {
	if err := s.read(body); err != nil {
		return nil, err
	}
	return decoded[xapi.CreateMediaMetadataResult](s.answer)
}

func (s *scripted) CreateMediaSubtitles(_ context.Context, body xapi.SubtitlesDraft, _ ...xapi.CallOption) (*xapi.CreateMediaSubtitlesResult, error) {
	if err := s.read(body); err != nil {
		return nil, err
	}
	return decoded[xapi.CreateMediaSubtitlesResult](s.answer)
}

func (s *scripted) DeleteMediaSubtitles(_ context.Context, body xapi.SubtitlesRemoval, _ ...xapi.CallOption) (*xapi.DeleteMediaSubtitlesResult, error) {
	if err := s.read(body); err != nil {
		return nil, err
	}
	return decoded[xapi.DeleteMediaSubtitlesResult](s.answer)
}

func (s *scripted) GetMediaByMediaKeys(_ context.Context, params *xapi.GetMediaByMediaKeysParams, _ ...xapi.CallOption) (*xapi.GetMediaByMediaKeysResult, error) {
	s.keys = append(s.keys, params.MediaKeys)
	items := make([]string, len(params.MediaKeys))
	for i, key := range params.MediaKeys {
		items[i] = fmt.Sprintf(`{"type":"photo","media_key":%q,"width":64}`, key)
	}
	return decoded[xapi.GetMediaByMediaKeysResult](fmt.Sprintf(`{"data":[%s],"errors":[{"title":"Not Found Error","detail":"one is missing","type":"https://api.x.com/2/problems/resource-not-found"}]}`, strings.Join(items, ",")))
}

func (s *scripted) GetMediaAnalytics(_ context.Context, params *xapi.GetMediaAnalyticsParams, _ ...xapi.CallOption) (*xapi.GetMediaAnalyticsResult, error) {
	s.params = append(s.params, params)
	items := make([]string, len(params.MediaKeys))
	for i, key := range params.MediaKeys {
		items[i] = fmt.Sprintf(`{"media_key":%q,"timestamped_metrics":[{"timestamp":"2026-11-01T00:00:00Z","metrics":{"video_views":%d}}]}`, key, i)
	}
	return decoded[xapi.GetMediaAnalyticsResult](fmt.Sprintf(`{"data":[%s]}`, strings.Join(items, ",")))
}

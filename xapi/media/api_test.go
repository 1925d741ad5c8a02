package media_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/gen"
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
	params []*gen.GetMediaAnalyticsParams
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

func (s *scripted) InitializeMediaUploadWithBody(_ context.Context, _ string, body io.Reader, _ ...xapi.Option) (*gen.InitializeMediaUploadResult, error) {
	if err := s.read(body); err != nil {
		return nil, err
	}
	if s.initialized != "" {
		return decoded[gen.InitializeMediaUploadResult](s.initialized)
	}
	return decoded[gen.InitializeMediaUploadResult](fmt.Sprintf(`{"data":{"id":%q,"media_key":"7_1"}}`, scriptedID))
}

func (s *scripted) AppendMediaUploadWithBody(_ context.Context, _, _ string, body io.Reader, _ ...xapi.Option) (*gen.AppendMediaUploadResult, error) {
	_, err := io.Copy(io.Discard, body)
	if closer, ok := body.(io.Closer); ok {
		_ = closer.Close()
	}
	return &gen.AppendMediaUploadResult{}, err
}

func (s *scripted) FinalizeMediaUpload(context.Context, string, ...xapi.Option) (*gen.FinalizeMediaUploadResult, error) {
	if s.finalized != "" {
		return decoded[gen.FinalizeMediaUploadResult](s.finalized)
	}
	text, err := s.next()
	if err != nil {
		return nil, err
	}
	return decoded[gen.FinalizeMediaUploadResult](text)
}

func (s *scripted) GetMediaUploadStatus(context.Context, *gen.GetMediaUploadStatusParams, ...xapi.Option) (*gen.GetMediaUploadStatusResult, error) {
	s.asked = append(s.asked, time.Now())
	text, err := s.next()
	if err != nil {
		return nil, err
	}
	return decoded[gen.GetMediaUploadStatusResult](text)
}

func (s *scripted) read(body io.Reader) error {
	var text strings.Builder
	_, err := io.Copy(&text, body)
	s.bodies = append(s.bodies, text.String())
	return err
}

func (s *scripted) CreateMediaMetadataWithBody(_ context.Context, _ string, body io.Reader, _ ...xapi.Option) (*gen.CreateMediaMetadataResult, error) {
	if err := s.read(body); err != nil {
		return nil, err
	}
	return decoded[gen.CreateMediaMetadataResult](s.answer)
}

func (s *scripted) CreateMediaSubtitlesWithBody(_ context.Context, _ string, body io.Reader, _ ...xapi.Option) (*gen.CreateMediaSubtitlesResult, error) {
	if err := s.read(body); err != nil {
		return nil, err
	}
	return decoded[gen.CreateMediaSubtitlesResult](s.answer)
}

func (s *scripted) DeleteMediaSubtitlesWithBody(_ context.Context, _ string, body io.Reader, _ ...xapi.Option) (*gen.DeleteMediaSubtitlesResult, error) {
	if err := s.read(body); err != nil {
		return nil, err
	}
	return decoded[gen.DeleteMediaSubtitlesResult](s.answer)
}

func (s *scripted) GetMediaByMediaKeys(_ context.Context, params *gen.GetMediaByMediaKeysParams, _ ...xapi.Option) (*gen.GetMediaByMediaKeysResult, error) {
	s.keys = append(s.keys, params.MediaKeys)
	items := make([]string, len(params.MediaKeys))
	for i, key := range params.MediaKeys {
		items[i] = fmt.Sprintf(`{"type":"photo","media_key":%q,"width":64}`, key)
	}
	return decoded[gen.GetMediaByMediaKeysResult](fmt.Sprintf(`{"data":[%s],"errors":[{"title":"Not Found Error","detail":"one is missing","type":"https://api.x.com/2/problems/resource-not-found"}]}`, strings.Join(items, ",")))
}

func (s *scripted) GetMediaAnalytics(_ context.Context, params *gen.GetMediaAnalyticsParams, _ ...xapi.Option) (*gen.GetMediaAnalyticsResult, error) {
	s.params = append(s.params, params)
	items := make([]string, len(params.MediaKeys))
	for i, key := range params.MediaKeys {
		items[i] = fmt.Sprintf(`{"media_key":%q,"timestamped_metrics":[{"timestamp":"2026-11-01T00:00:00Z","metrics":{"video_views":%d}}]}`, key, i)
	}
	return decoded[gen.GetMediaAnalyticsResult](fmt.Sprintf(`{"data":[%s]}`, strings.Join(items, ",")))
}

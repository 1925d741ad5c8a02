package media

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/xapi-go/xapi-go/xapi"
)

// Subtitle is one track of subtitles of a video.
type Subtitle struct {
	// MediaID is the id of the uploaded SRT or VTT file.
	MediaID string `json:"id"`
	// Language is a code of two letters, sent in capitals.
	Language string `json:"language_code"`
	// Name is what viewers choose the track by.
	Name string `json:"display_name"`
}

var languagePattern = regexp.MustCompile(`^[A-Z]{2}$`)

// Video is the video that subtitles belong to: its media id, and TweetVideo or AmplifyVideo as it was uploaded,
// TweetVideo where it is empty.
type Video struct {
	MediaID  string
	Category Category
}

// category returns the video's category in the spelling that subtitles have for it, which is not that of uploads.
func (v Video) category() (string, error) {
	if !isID(v.MediaID) {
		return "", inputError("subtitles: %q is not the media id of a video", v.MediaID)
	}
	switch v.Category {
	case TweetVideo, "":
		return "TweetVideo", nil
	case AmplifyVideo:
		return "AmplifyVideo", nil
	}
	return "", inputError("subtitles: a video of category %q takes none: %q and %q do", v.Category, TweetVideo, AmplifyVideo)
}

func language(code string) (string, error) {
	code = strings.ToUpper(code)
	if !languagePattern.MatchString(code) {
		return "", inputError("subtitles: %q is not a language code of two letters", code)
	}
	return code, nil
}

// CreateSubtitles gives video a track whose file has been uploaded, and returns the tracks it now has.
func (c *Client) CreateSubtitles(ctx context.Context, video Video, track Subtitle, opts ...Option) ([]Subtitle, error) {
	category, err := video.category()
	if err != nil {
		return nil, err
	}
	if track.Language, err = language(track.Language); err != nil {
		return nil, err
	}
	if !isID(track.MediaID) {
		return nil, inputError("subtitles: %q is not the media id of an uploaded file", track.MediaID)
	}
	s, err := c.settings(opts)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(struct {
		ID        string   `json:"id"`
		Category  string   `json:"media_category"`
		Subtitles Subtitle `json:"subtitles"`
	}{video.MediaID, category, track})
	if err != nil {
		return nil, err
	}
	request, err := typed[xapi.SubtitlesDraft](body)
	if err != nil {
		return nil, err
	}
	result, err := c.api.CreateMediaSubtitles(ctx, request, s.calls()...)
	if err != nil {
		return nil, err
	}
	a, err := convert[struct {
		Data *struct {
			Associated []Subtitle `json:"associated_subtitles"`
		} `json:"data"`
	}](result)
	if err != nil || a.Data == nil {
		return nil, fmt.Errorf("createMediaSubtitles: %w: it has no subtitles", ErrContract)
	}
	return a.Data.Associated, nil
}

// UploadSubtitles uploads an SRT or VTT file and gives it to video as the track for a language, in one call. Where only
// the second half fails, the result is returned beside the error.
func (c *Client) UploadSubtitles(ctx context.Context, video Video, source Source, code, name string, opts ...Option) (*Result, error) {
	if _, err := video.category(); err != nil {
		return nil, err
	}
	if _, err := language(code); err != nil {
		return nil, err
	}
	result, err := c.Upload(ctx, source, append(opts[:len(opts):len(opts)], WithCategory(Subtitles))...)
	if err != nil {
		return nil, err
	}
	_, err = c.CreateSubtitles(ctx, video, Subtitle{MediaID: result.MediaID, Language: code, Name: name}, opts...)
	return result, err
}

// DeleteSubtitles removes the track for a language from video.
func (c *Client) DeleteSubtitles(ctx context.Context, video Video, code string, opts ...Option) error {
	category, err := video.category()
	if err != nil {
		return err
	}
	if code, err = language(code); err != nil {
		return err
	}
	s, err := c.settings(opts)
	if err != nil {
		return err
	}
	body, err := json.Marshal(struct {
		ID       string `json:"id"`
		Category string `json:"media_category"`
		Language string `json:"language_code"`
	}{video.MediaID, category, code})
	if err != nil {
		return err
	}
	request, err := typed[xapi.SubtitlesRemoval](body)
	if err != nil {
		return err
	}
	result, err := c.api.DeleteMediaSubtitles(ctx, request, s.calls()...)
	if err != nil {
		return err
	}
	if !result.Data.Deleted {
		return fmt.Errorf("deleteMediaSubtitles: media %s has no subtitles in %s to delete", video.MediaID, code)
	}
	return nil
}

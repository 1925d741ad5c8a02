package media

import (
	"context"
	"encoding/json"

	"github.com/xapi-go/xapi-go/xapi"
)

// Item is media that can be looked up. Which fields are filled depends on its type and on the fields asked for.
type Item struct {
	Key string `json:"media_key"`
	// Type is photo, video or animated_gif.
	Type string `json:"type"`
	// Width and Height are in pixels, DurationMS in milliseconds.
	Width      int   `json:"width,omitzero"`
	Height     int   `json:"height,omitzero"`
	DurationMS int64 `json:"duration_ms,omitzero"`
	// URL is a picture's, PreviewImageURL that of what stands for a video.
	URL             string    `json:"url,omitzero"`
	PreviewImageURL string    `json:"preview_image_url,omitzero"`
	AltText         string    `json:"alt_text,omitzero"`
	Variants        []Variant `json:"variants,omitzero"`
	// The counts are of all plays, of those without and with promotion, and of those only the owner may see.
	Public    *Counts `json:"public_metrics,omitzero"`
	Organic   *Counts `json:"organic_metrics,omitzero"`
	Promoted  *Counts `json:"promoted_metrics,omitzero"`
	NonPublic *Counts `json:"non_public_metrics,omitzero"`
	// Raw is the item as the server sent it.
	Raw json.RawMessage `json:"-"`
}

// Variant is one encoding of a video. BitRate is in bits per second.
type Variant struct {
	BitRate     int64  `json:"bit_rate,omitzero"`
	ContentType string `json:"content_type"`
	URL         string `json:"url"`
}

// Counts are how often a video was viewed, and how often it was played up to a share of its length.
type Counts struct {
	Views       int64 `json:"view_count"`
	Playback0   int64 `json:"playback_0_count"`
	Playback25  int64 `json:"playback_25_count"`
	Playback50  int64 `json:"playback_50_count"`
	Playback75  int64 `json:"playback_75_count"`
	Playback100 int64 `json:"playback_100_count"`
}

// Found is what a lookup brought.
type Found struct {
	// Items are the media, in the order of the answers.
	Items []Item
	// Problems say which keys led to nothing, and what could not be read.
	Problems []Problem
}

// Lookup returns the media with these keys, at most 100 in a call, as many calls as it takes. fields are those to have
// beside type and key, by their names in the spec (alt_text, duration_ms, height, non_public_metrics, organic_metrics,
// preview_image_url, promoted_metrics, public_metrics, url, variants, width); none gives what X gives by default. Keys
// without media are no error: Found.Problems tells of them. After an error, what was found by then is returned with it.
func (c *Client) Lookup(ctx context.Context, keys, fields []string, opts ...Option) (*Found, error) {
	s, err := c.settings(opts)
	if err != nil {
		return nil, err
	}
	found := &Found{}
	err = eachBatch("getMediaByMediaKeys", keys, func(batch []string) error {
		asks, err := params[xapi.GetMediaByMediaKeysParams](map[string]any{"media_keys": batch, "media.fields": fields})
		if err != nil {
			return err
		}
		a, err := asked[struct {
			Data   []json.RawMessage `json:"data"`
			Errors []Problem         `json:"errors"`
		}]("getMediaByMediaKeys", s.calls(), func(opts []xapi.CallOption) (*xapi.GetMediaByMediaKeysResult, error) {
			return c.api.GetMediaByMediaKeys(ctx, asks, opts...)
		})
		if err != nil {
			return err
		}
		found.Problems = append(found.Problems, a.Errors...)
		for _, raw := range a.Data {
			item := Item{Raw: raw}
			if err := json.Unmarshal(raw, &item); err != nil {
				found.Problems = append(found.Problems, Problem{Title: "unreadable media", Detail: err.Error()})
			}
			found.Items = append(found.Items, item)
		}
		return nil
	})
	return found, err
}

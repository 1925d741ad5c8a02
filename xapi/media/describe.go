package media

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/xapi-go/xapi-go/xapi"
)

// SetMetadata describes the media with this id and returns the metadata that the server now has, as far as it answers
// it. Fields left out stay as they are.
func (c *Client) SetMetadata(ctx context.Context, mediaID string, metadata Metadata, opts ...Option) (*Metadata, error) {
	s, err := c.settings(opts)
	if err != nil {
		return nil, err
	}
	if !isID(mediaID) {
		return nil, inputError("metadata: %q is not a media id of 1 to 19 digits", mediaID)
	}
	if err := metadata.Validate(); err != nil {
		return nil, err
	}
	// The wrapper matters: fields beside the id have been answered 500.
	body, err := json.Marshal(struct {
		ID       string   `json:"id"`
		Metadata Metadata `json:"metadata"`
	}{mediaID, metadata})
	if err != nil {
		return nil, err
	}
	request, err := typed[xapi.MediaMetadataUpdate](body)
	if err != nil {
		return nil, err
	}
	result, err := c.api.CreateMediaMetadata(ctx, request, s.calls()...)
	if err != nil {
		return nil, err
	}
	a, err := convert[struct {
		Data *struct {
			ID       string   `json:"id"`
			Metadata Metadata `json:"associated_metadata"`
		} `json:"data"`
	}](result)
	switch {
	case err != nil:
		return nil, fmt.Errorf("createMediaMetadata: %w: %w", ErrContract, err)
	case a.Data == nil:
		return &Metadata{}, nil
	case a.Data.ID != "" && a.Data.ID != mediaID:
		return nil, fmt.Errorf("createMediaMetadata: %w: data.id is %q, asked was %q", ErrContract, a.Data.ID, mediaID)
	}
	return &a.Data.Metadata, nil
}

package media

import (
	"context"
	"encoding/json"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
)

// initialize announces the upload and starts its ledger.
func (u *upload) initialize(ctx context.Context) error {
	body, err := json.Marshal(struct {
		MediaType  string   `json:"media_type"`
		Category   Category `json:"media_category,omitzero"`
		TotalBytes int64    `json:"total_bytes"`
		Shared     bool     `json:"shared,omitzero"`
		Owners     []string `json:"additional_owners,omitempty"`
	}{u.mediaType, u.category, u.content.size, u.shared, u.owners})
	if err != nil {
		return err
	}
	request, err := typed[xapi.MediaUploadStart](body)
	if err != nil {
		return err
	}
	var result *xapi.InitializeMediaUploadResult
	err = u.pace.call(ctx, u.lane, func(ctx context.Context) (err error) {
		result, err = u.api.InitializeMediaUpload(ctx, request, u.calls()...)
		return err
	})
	if err != nil {
		return err
	}
	a, err := read("initializeMediaUpload", result, "")
	if err != nil {
		return err
	}
	return u.keeper.commit(ctx, u.begin(a))
}

// begin starts the ledger of the upload that the server has given an id, and returns the number of the change.
func (u *upload) begin(a *answer) uint64 {
	return u.ledger.change(func(c *Checkpoint) {
		*c = Checkpoint{
			Version: checkpointVersion, MediaID: a.Data.ID, MediaKey: a.Data.MediaKey, ExpiresAt: a.expiry(time.Now()).UTC(),
			Bytes: u.content.size, MediaType: u.mediaType, Category: u.category, Segments: []Segment{},
		}
	})
}

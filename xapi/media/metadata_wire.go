package media

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// wireMetadata is the form that goes over the wire: nearly every field is an object around a single value.
type wireMetadata struct {
	AllowDownload *struct {
		Allow *bool `json:"allow_download,omitzero"`
	} `json:"allow_download_status,omitzero"`
	AltText *struct {
		Text string `json:"text"`
	} `json:"alt_text,omitzero"`
	Audience   *Audience `json:"audience_policy,omitzero"`
	Expiration *struct {
		Seconds int64 `json:"timestamp_sec"`
	} `json:"content_expiration,omitzero"`
	Domains *struct {
		Allowed []string `json:"whitelist"`
	} `json:"domain_restrictions,omitzero"`
	Origin     *Origin   `json:"found_media_origin,omitzero"`
	Countries  Countries `json:"geo_restrictions,omitzero"`
	Management *struct {
		Managed bool `json:"managed"`
	} `json:"management_info,omitzero"`
	PreviewImage *wirePreview `json:"preview_image,omitzero"`
	Sensitive    *Sensitive   `json:"sensitive_media_warning,omitzero"`
	Shared       *struct {
		Shared bool `json:"shared"`
	} `json:"shared_info,omitzero"`
	Stickers *struct {
		Stickers []Sticker `json:"stickers"`
	} `json:"sticker_info,omitzero"`
	Source *struct {
		Source string `json:"upload_source"`
	} `json:"upload_source,omitzero"`
}

type wirePreview struct {
	MediaKey struct {
		Media    string `json:"media,omitzero"`
		Category string `json:"media_category,omitzero"`
	} `json:"media_key"`
}

// previewCategory is the one category that a preview image may have.
const previewCategory = "TweetImage"

// MarshalJSON returns the wire form.
func (m Metadata) MarshalJSON() ([]byte, error) {
	w := wireMetadata{Audience: m.Audience, Origin: m.Origin, Countries: m.Countries, Sensitive: m.Sensitive}
	if m.AllowDownload != nil {
		w.AllowDownload = &struct {
			Allow *bool `json:"allow_download,omitzero"`
		}{m.AllowDownload}
	}
	if m.AltText != "" {
		w.AltText = &struct {
			Text string `json:"text"`
		}{m.AltText}
	}
	if !m.Expires.IsZero() {
		w.Expiration = &struct {
			Seconds int64 `json:"timestamp_sec"`
		}{m.Expires.Unix()}
	}
	if m.Domains != nil {
		w.Domains = &struct {
			Allowed []string `json:"whitelist"`
		}{m.Domains}
	}
	if m.Managed != nil {
		w.Management = &struct {
			Managed bool `json:"managed"`
		}{*m.Managed}
	}
	if m.PreviewImage != "" {
		w.PreviewImage = &wirePreview{}
		w.PreviewImage.MediaKey.Media, w.PreviewImage.MediaKey.Category = m.PreviewImage, previewCategory
	}
	if m.Shared != nil {
		w.Shared = &struct {
			Shared bool `json:"shared"`
		}{*m.Shared}
	}
	if m.Stickers != nil {
		w.Stickers = &struct {
			Stickers []Sticker `json:"stickers"`
		}{m.Stickers}
	}
	if m.Source != "" {
		w.Source = &struct {
			Source string `json:"upload_source"`
		}{m.Source}
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads the wire form, and passes over fields that it does not know.
func (m *Metadata) UnmarshalJSON(data []byte) error {
	var w wireMetadata
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	*m = w.metadata()
	return nil
}

func (w *wireMetadata) metadata() Metadata {
	m := Metadata{Audience: w.Audience, Origin: w.Origin, Countries: w.Countries, Sensitive: w.Sensitive}
	if w.AllowDownload != nil {
		m.AllowDownload = w.AllowDownload.Allow
	}
	if w.AltText != nil {
		m.AltText = w.AltText.Text
	}
	if w.Expiration != nil {
		m.Expires = time.Unix(w.Expiration.Seconds, 0).UTC()
	}
	if w.Domains != nil {
		m.Domains = append([]string{}, w.Domains.Allowed...)
	}
	if w.Management != nil {
		m.Managed = &w.Management.Managed
	}
	if w.PreviewImage != nil {
		m.PreviewImage = w.PreviewImage.MediaKey.Media
	}
	if w.Shared != nil {
		m.Shared = &w.Shared.Shared
	}
	if w.Stickers != nil {
		m.Stickers = append([]Sticker{}, w.Stickers.Stickers...)
	}
	if w.Source != nil {
		m.Source = w.Source.Source
	}
	return m
}

// ParseMetadata reads what a person wrote: the metadata object of createMediaMetadata, or the whole request, whose id is
// passed over. A field that does not exist is refused, and so is what Validate refuses.
func ParseMetadata(data []byte) (Metadata, error) {
	var request struct {
		ID       json.RawMessage `json:"id"`
		Metadata json.RawMessage `json:"metadata"`
	}
	if json.Unmarshal(data, &request) == nil && request.Metadata != nil {
		data = request.Metadata
	}
	var w wireMetadata
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&w)
	if err == nil && !errors.Is(decoder.Decode(new(json.RawMessage)), io.EOF) {
		err = errors.New("there is more than one JSON value")
	}
	switch {
	case err != nil:
		return Metadata{}, &InputError{Err: fmt.Errorf("metadata: %w", err)}
	case w.AltText != nil && w.AltText.Text == "":
		return Metadata{}, inputError("metadata alt_text: the text is empty: leave alt_text out")
	}
	m := w.metadata()
	return m, m.Validate()
}

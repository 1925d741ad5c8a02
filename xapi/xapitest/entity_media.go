package xapitest

import (
	"encoding/json"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// media returns the media of that key: what was uploaded, or what the world began with.
func (v *view) media(key string) entity {
	if u := v.s.byKey(key, v.c.now); u != nil {
		return uploaded{u}
	}
	if m := v.w.Media(key); m != nil {
		return seeded{m}
	}
	return nil
}

// uploaded shows an upload.
type uploaded struct{ *upload }

func (u uploaded) kind() *kind                { return kindMedia }
func (u uploaded) refers(*view, string) []ref { return nil }

func (u uploaded) field(_ *view, name string) any {
	switch name {
	case "media_key":
		return u.key
	case "type":
		return u.upload.kind()
	case "width":
		return u.width
	case "height":
		return u.height
	case "alt_text":
		var alt struct {
			Text string `json:"text"`
		}
		_ = json.Unmarshal(u.metadata["alt_text"], &alt)
		if u.upload.kind() == "video" {
			return nil
		}
		return given(alt.Text)
	case "public_metrics", "non_public_metrics", "organic_metrics":
		return nil
	}
	return moving(u.upload.kind(), u.id, 2000, 0, name)
}

// seeded shows media that the world began with.
type seeded struct{ *world.Media }

func (m seeded) kind() *kind                { return kindMedia }
func (m seeded) refers(*view, string) []ref { return nil }

func (m seeded) field(_ *view, name string) any {
	switch name {
	case "media_key":
		return m.Key
	case "type":
		return m.Kind
	case "width":
		return m.Width
	case "height":
		return m.Height
	case "alt_text":
		if m.Kind != "video" {
			return given(m.Alt)
		}
		return nil
	}
	return moving(m.Kind, world.MediaID(m.Key), int(m.Duration.Milliseconds()), m.Views, name)
}

// moving returns the fields that pictures and videos do not have in common.
func moving(kind, id string, duration, views int, name string) any {
	if kind == "photo" {
		if name == "url" {
			return "https://pbs.example.com/media/" + id
		}
		return nil
	}
	switch name {
	case "preview_image_url":
		return "https://pbs.example.com/preview/" + id
	case "duration_ms":
		if kind == "video" {
			return duration
		}
	case "variants":
		return []object{{"content_type": "video/mp4", "url": "https://video.example.com/" + id, "bit_rate": 832000}}
	case "public_metrics":
		if kind == "video" {
			return object{"view_count": views}
		}
	}
	return nil
}

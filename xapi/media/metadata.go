package media

import "time"

// Metadata describes media. What is left at its zero value is not sent, and stays as it is.
//
// It marshals to the "metadata" object of createMediaMetadata and unmarshals from it.
type Metadata struct {
	// AllowDownload says whether viewers may download a video.
	AllowDownload *bool
	// AltText describes the media to those who do not see it: at most MaxAltText characters.
	AltText string
	// Audience narrows who may see the media.
	Audience *Audience
	// Expires is when the media stops being shown. It is sent in whole seconds.
	Expires time.Time
	// Domains are the only web sites on which the media may play.
	Domains []string
	// Origin is where found media, a GIF from a library for one, comes from.
	Origin *Origin
	// Countries are where the media may be seen, or may not: see AllowCountries and BlockCountries.
	Countries Countries
	// Managed says that the media is managed in Media Studio.
	Managed *bool
	// PreviewImage is the media id of the picture that stands for a video before it plays.
	PreviewImage string
	// Sensitive warns of what the media shows.
	Sensitive *Sensitive
	// Shared lets the media be used again in other posts.
	Shared *bool
	// Stickers are those put onto a picture.
	Stickers []Sticker
	// Source is how the media came to be uploaded, "gallery" for one.
	Source string
}

// Subscription is a group of subscribers.
type Subscription string

// AnySubscription is whoever subscribes, the one group of the spec.
const AnySubscription Subscription = "Any"

// Audience names the subscribers who may see the media.
type Audience struct {
	Creators []Subscription `json:"creator_subscriptions,omitzero"`
	X        []Subscription `json:"x_subscriptions,omitzero"`
}

// Origin is the provider of found media, at most 8 characters, and its id there, at most 24.
type Origin struct {
	Provider string `json:"provider"`
	ID       string `json:"id"`
}

// Sensitive says what the media shows.
type Sensitive struct {
	AdultContent    bool `json:"adult_content"`
	GraphicViolence bool `json:"graphic_violence"`
	Other           bool `json:"other"`
}

// Sticker is one sticker and how it lies on the picture: the matrix (A, B, C, D) and the translation (TX, TY).
type Sticker struct {
	ID                     string  `json:"id,omitzero"`
	StickerSetAnnotationID int64   `json:"sticker_set_annotation_id,omitzero"`
	GroupAnnotationID      int64   `json:"group_annotation_id,omitzero"`
	AspectRatio            float64 `json:"aspect_ratio,omitzero"`
	A                      float64 `json:"transform_a"`
	B                      float64 `json:"transform_b"`
	C                      float64 `json:"transform_c"`
	D                      float64 `json:"transform_d"`
	TX                     float64 `json:"transform_tx"`
	TY                     float64 `json:"transform_ty"`
}

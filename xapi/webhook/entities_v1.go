package webhook

// EntitiesV1 is what a text of API v1.1 holds besides words. Indices are the characters that a thing takes, from the
// first to before the second.
type EntitiesV1 struct {
	Hashtags []TagV1     `json:"hashtags,omitzero"`
	Cashtags []TagV1     `json:"symbols,omitzero"`
	URLs     []LinkV1    `json:"urls,omitzero"`
	Mentions []MentionV1 `json:"user_mentions,omitzero"`
	Media    []MediaV1   `json:"media,omitzero"`
}

// TagV1 is a hashtag or a cashtag, without its sign.
type TagV1 struct {
	Text    string  `json:"text"`
	Indices []int64 `json:"indices,omitzero"`
}

// LinkV1 is a link: as written, in full, and as shown.
type LinkV1 struct {
	URL         string  `json:"url,omitzero"`
	ExpandedURL string  `json:"expanded_url,omitzero"`
	Expanded    string  `json:"expanded,omitzero"`
	DisplayURL  string  `json:"display_url,omitzero"`
	Display     string  `json:"display,omitzero"`
	Indices     []int64 `json:"indices,omitzero"`
}

// MentionV1 is a user that a text names.
type MentionV1 struct {
	ID       string  `json:"id_str"`
	Username string  `json:"screen_name,omitzero"`
	Name     string  `json:"name,omitzero"`
	Indices  []int64 `json:"indices,omitzero"`
}

// MediaV1 is a picture, a GIF or a video in a text.
type MediaV1 struct {
	ID       string `json:"id_str"`
	MediaKey string `json:"media_key,omitzero"`
	// Type is photo, animated_gif or video.
	Type string `json:"type,omitzero"`
	// URL is the link in the text, MediaURL the picture or the preview.
	URL          string                 `json:"url,omitzero"`
	ExpandedURL  string                 `json:"expanded_url,omitzero"`
	DisplayURL   string                 `json:"display_url,omitzero"`
	MediaURL     string                 `json:"media_url_https,omitzero"`
	AltText      string                 `json:"ext_alt_text,omitzero"`
	Indices      []int64                `json:"indices,omitzero"`
	Sizes        map[string]MediaSizeV1 `json:"sizes,omitzero"`
	Video        *VideoV1               `json:"video_info,omitzero"`
	SourcePostID string                 `json:"source_status_id_str,omitzero"`
	SourceUserID string                 `json:"source_user_id_str,omitzero"`
}

// MediaSizeV1 is one of the sizes that a picture is to be had in, in pixels.
type MediaSizeV1 struct {
	Width  int64  `json:"w"`
	Height int64  `json:"h"`
	Resize string `json:"resize,omitzero"`
}

// VideoV1 is where a video is to be had.
type VideoV1 struct {
	AspectRatio    []int64     `json:"aspect_ratio,omitzero"`
	DurationMillis int64       `json:"duration_millis,omitzero"`
	Variants       []VariantV1 `json:"variants,omitzero"`
}

// VariantV1 is a video in one encoding. Bitrate is in bits a second.
type VariantV1 struct {
	Bitrate     int64  `json:"bitrate,omitzero"`
	ContentType string `json:"content_type,omitzero"`
	URL         string `json:"url,omitzero"`
}

// PlaceV1 is a named place.
type PlaceV1 struct {
	ID          string `json:"id"`
	URL         string `json:"url,omitzero"`
	Type        string `json:"place_type,omitzero"`
	Name        string `json:"name,omitzero"`
	FullName    string `json:"full_name,omitzero"`
	Country     string `json:"country,omitzero"`
	CountryCode string `json:"country_code,omitzero"`
	// BoundingBox are the corners, each longitude and latitude in degrees.
	BoundingBox *BoxV1 `json:"bounding_box,omitzero"`
}

// BoxV1 is the outline of a place.
type BoxV1 struct {
	Type        string        `json:"type,omitzero"`
	Coordinates [][][]float64 `json:"coordinates,omitzero"`
}

// PointV1 is a point: longitude and latitude in degrees.
type PointV1 struct {
	Type        string    `json:"type,omitzero"`
	Coordinates []float64 `json:"coordinates,omitzero"`
}

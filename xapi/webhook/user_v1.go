package webhook

import (
	"cmp"
	"time"
)

// UserV1 is a user as API v1.1 describes one.
type UserV1 struct {
	ID              string    `json:"id_str"`
	Name            string    `json:"name,omitzero"`
	Username        string    `json:"screen_name,omitzero"`
	Description     string    `json:"description,omitzero"`
	Location        string    `json:"location,omitzero"`
	URL             string    `json:"url,omitzero"`
	CreatedAt       time.Time `json:"created_at,omitzero"`
	Protected       bool      `json:"protected,omitzero"`
	Verified        bool      `json:"verified,omitzero"`
	FollowersCount  int64     `json:"followers_count,omitzero"`
	FollowingCount  int64     `json:"friends_count,omitzero"`
	PostCount       int64     `json:"statuses_count,omitzero"`
	LikeCount       int64     `json:"favourites_count,omitzero"`
	ListedCount     int64     `json:"listed_count,omitzero"`
	ProfileImageURL string    `json:"profile_image_url_https,omitzero"`
	ProfileBanner   string    `json:"profile_banner_url,omitzero"`
	DefaultProfile  bool      `json:"default_profile,omitzero"`
	DefaultImage    bool      `json:"default_profile_image,omitzero"`
	TranslatorType  string    `json:"translator_type,omitzero"`
	WithheldIn      []string  `json:"withheld_in_countries,omitzero"`
}

// UnmarshalJSON implements json.Unmarshaler, and fails for nothing that is JSON. Users come with id_str and created_at
// where they stand in a post, and with id and created_timestamp beside a follow or a message.
func (u *UserV1) UnmarshalJSON(raw []byte) error {
	type plain UserV1
	*u = UserV1{}
	var wire struct {
		*plain
		IDText      text  `json:"id_str"`
		ID          text  `json:"id"`
		CreatedAt   stamp `json:"created_at"`
		CreatedAtMs stamp `json:"created_timestamp"`
	}
	wire.plain = (*plain)(u)
	read(raw, &wire)
	u.ID = cmp.Or(string(wire.IDText), string(wire.ID))
	u.CreatedAt = wire.CreatedAt.Time
	if u.CreatedAt.IsZero() {
		u.CreatedAt = wire.CreatedAtMs.Time
	}
	return nil
}

// usersV1 is the map of users beside a message. Its keys are their ids, which an entry need not repeat.
type usersV1 map[string]*UserV1

// UnmarshalJSON implements json.Unmarshaler, and cannot fail.
func (m *usersV1) UnmarshalJSON(raw []byte) error {
	var users map[string]*UserV1
	read(raw, &users)
	for id, user := range users {
		if user == nil {
			delete(users, id)
		} else if user.ID == "" {
			user.ID = id
		}
	}
	*m = users
	return nil
}

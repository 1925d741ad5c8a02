package webhook

import (
	"cmp"
	"time"
)

// PostV1 is a post as API v1.1 describes one.
type PostV1 struct {
	ID        string    `json:"id_str"`
	CreatedAt time.Time `json:"created_at,omitzero"`
	// Text is cut where Truncated is true. FullText has all of it.
	Text      string      `json:"text,omitzero"`
	Truncated bool        `json:"truncated,omitzero"`
	Extended  *LongTextV1 `json:"extended_tweet,omitzero"`
	// DisplayRange is the part of Text to show, in characters, from the first to before the second.
	DisplayRange []int64 `json:"display_text_range,omitzero"`
	Source       string  `json:"source,omitzero"`
	Lang         string  `json:"lang,omitzero"`

	User              *UserV1 `json:"user,omitzero"`
	InReplyToPostID   string  `json:"in_reply_to_status_id_str,omitzero"`
	InReplyToUserID   string  `json:"in_reply_to_user_id_str,omitzero"`
	InReplyToUsername string  `json:"in_reply_to_screen_name,omitzero"`
	Reposted          *PostV1 `json:"retweeted_status,omitzero"`
	IsQuote           bool    `json:"is_quote_status,omitzero"`
	Quoted            *PostV1 `json:"quoted_status,omitzero"`
	QuotedPostID      string  `json:"quoted_status_id_str,omitzero"`
	QuotedPermalink   *LinkV1 `json:"quoted_status_permalink,omitzero"`

	QuoteCount  int64 `json:"quote_count,omitzero"`
	ReplyCount  int64 `json:"reply_count,omitzero"`
	RepostCount int64 `json:"retweet_count,omitzero"`
	LikeCount   int64 `json:"favorite_count,omitzero"`
	// LikedByYou and RepostedByYou are about the subscribed user.
	LikedByYou    bool `json:"favorited,omitzero"`
	RepostedByYou bool `json:"retweeted,omitzero"`

	Entities         *EntitiesV1 `json:"entities,omitzero"`
	ExtendedEntities *EntitiesV1 `json:"extended_entities,omitzero"`
	Place            *PlaceV1    `json:"place,omitzero"`
	Coordinates      *PointV1    `json:"coordinates,omitzero"`

	PossiblySensitive bool            `json:"possibly_sensitive,omitzero"`
	FilterLevel       string          `json:"filter_level,omitzero"`
	WithheldIn        []string        `json:"withheld_in_countries,omitzero"`
	EditHistory       *EditHistoryV1  `json:"edit_history,omitzero"`
	EditControls      *EditControlsV1 `json:"edit_controls,omitzero"`
}

// LongTextV1 is the whole of a post over 140 characters.
type LongTextV1 struct {
	FullText         string      `json:"full_text,omitzero"`
	DisplayRange     []int64     `json:"display_text_range,omitzero"`
	Entities         *EntitiesV1 `json:"entities,omitzero"`
	ExtendedEntities *EntitiesV1 `json:"extended_entities,omitzero"`
}

// EditHistoryV1 are the versions of a post, oldest first.
type EditHistoryV1 struct {
	InitialPostID string   `json:"initial_tweet_id,omitzero"`
	PostIDs       []string `json:"edit_tweet_ids,omitzero"`
}

// EditControlsV1 is how much longer, and how much oftener, a post can be edited.
type EditControlsV1 struct {
	EditableUntil  time.Time `json:"editable_until_ms,omitzero"`
	EditsRemaining int64     `json:"edits_remaining,omitzero"`
}

// FullText is the whole text, however long it is.
func (p *PostV1) FullText() string {
	if p.Extended != nil && p.Extended.FullText != "" {
		return p.Extended.FullText
	}
	return p.Text
}

// UnmarshalJSON implements json.Unmarshaler, and fails for nothing that is JSON.
func (p *PostV1) UnmarshalJSON(raw []byte) error {
	type plain PostV1
	*p = PostV1{}
	var wire struct {
		*plain
		IDText       text        `json:"id_str"`
		ID           text        `json:"id"`
		CreatedAt    stamp       `json:"created_at"`
		Timestamp    stamp       `json:"timestamp_ms"`
		FullText     string      `json:"full_text"`
		ExtendedPost *LongTextV1 `json:"extended_post"`
	}
	wire.plain = (*plain)(p)
	read(raw, &wire)
	p.ID = cmp.Or(string(wire.IDText), string(wire.ID))
	// The milliseconds say the same, more precisely.
	p.CreatedAt = wire.Timestamp.Time
	if p.CreatedAt.IsZero() {
		p.CreatedAt = wire.CreatedAt.Time
	}
	if p.Text == "" {
		p.Text = wire.FullText
	}
	if p.Extended == nil {
		p.Extended = wire.ExtendedPost
	}
	return nil
}

// UnmarshalJSON implements json.Unmarshaler, and fails for nothing that is JSON.
func (c *EditControlsV1) UnmarshalJSON(raw []byte) error {
	var wire struct {
		Until     stamp `json:"editable_until_ms"`
		Remaining int64 `json:"edits_remaining"`
	}
	read(raw, &wire)
	*c = EditControlsV1{EditableUntil: wire.Until.Time, EditsRemaining: wire.Remaining}
	return nil
}

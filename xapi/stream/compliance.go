package stream

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
)

// ComplianceEvent is what a compliance stream or the stream of labels says is to be done to stored copies.
type ComplianceEvent struct {
	// Kind is X's name of it: delete, drop, undrop, withheld and tweet_edit of posts; user_delete, user_suspend, scrub_geo and
	// others of users; delete of likes; public_tweet_notice and public_tweet_unviewable of labels.
	Kind string
	// At is when it happened.
	At time.Time
	// PostID and UserID are what it is about, and of a post the author where X names him; each is empty where there is none.
	// Of a like PostID is the post that is not liked any more by the user.
	PostID, UserID string
	// Object is all that X says of it, under Kind, whether Kind is known here or not. Of a document without data, which has
	// problems alone, it is the document, and Kind is empty.
	Object json.RawMessage
}

// complianceResult are the results of the streams that have such events.
type complianceResult interface {
	xapi.StreamPostsComplianceResult | xapi.StreamUsersComplianceResult | xapi.StreamLikesComplianceResult |
		xapi.StreamLabelsComplianceResult
}

// Compliance yields the events of a compliance stream, one after the other. An error comes last, and says why the stream
// ended.
//
//	for event, err := range stream.Compliance(ctx, stream.New(client.StreamPostsCompliance, nil, stream.WithAllPartitions())) {
func Compliance[R complianceResult](ctx context.Context, events *Stream[R]) iter.Seq2[ComplianceEvent, error] {
	return func(yield func(ComplianceEvent, error) bool) {
		for document, err := range events.Documents(ctx) {
			if err != nil {
				yield(ComplianceEvent{}, err)
				return
			}
			for _, event := range readCompliance(document.Raw) {
				if !yield(event, nil) {
					return
				}
			}
		}
	}
}

// readCompliance reads a document, whose data has a member of the name of each kind: one, as far as is known.
func readCompliance(raw []byte) []ComplianceEvent {
	var document struct {
		Data map[string]json.RawMessage `json:"data"`
	}
	_ = json.Unmarshal(raw, &document) // it has just been decoded
	var events []ComplianceEvent
	for _, kind := range slices.Sorted(maps.Keys(document.Data)) {
		object := bytes.Clone(document.Data[kind])
		event := ComplianceEvent{Kind: kind, Object: object}
		var said struct {
			EventAt xapi.Time `json:"event_at"`
			Post    reference `json:"tweet"`
			Renamed reference `json:"post"`
			User    reference `json:"user"`
			Like    reference `json:"favorite"`
		}
		_ = json.Unmarshal(object, &said) // what does not fit stays empty, and is in Object
		event.At = said.EventAt.Time
		for _, post := range []reference{said.Post, said.Renamed, said.Like} {
			if post.ID != "" {
				event.PostID, event.UserID = post.ID, post.AuthorID+post.UserID
			}
		}
		if said.User.ID != "" {
			event.UserID = said.User.ID
		}
		events = append(events, event)
	}
	if events == nil {
		return []ComplianceEvent{{Object: bytes.Clone(raw)}}
	}
	return events
}

// reference names a post, a user or a like.
type reference struct {
	ID       string `json:"id"`
	AuthorID string `json:"author_id"`
	UserID   string `json:"user_id"`
}

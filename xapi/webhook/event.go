package webhook

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// Source is the product that an event comes from.
type Source string

// The sources. X's replays bring events of the first two again, as they were.
const (
	// AccountActivity is the Account Activity API, whose objects are those of API v1.1.
	AccountActivity Source = "account_activity"
	// Activity is the X Activity API.
	Activity Source = "activity"
	// FilteredStream is a webhook linked to the rules of the filtered stream.
	FilteredStream Source = "filtered_stream"
	// Replay is the end of a replay job.
	Replay Source = "replay"
	// Unknown is what none of these would send.
	Unknown Source = "unknown"
)

// Event is one thing that happened.
type Event struct {
	// ID is the same each time X sends this event for the same subscription, and no other event has it. It is made from
	// the ids that X gives, or from a digest where there are none; at most 256 bytes of printable ASCII.
	ID string
	// Source is the product that it comes from.
	Source Source
	// Type is X's name of it: the event type of X Activity (post.create, like.create, dm.received, …), or the name of the
	// list that it stood in (tweet_create_events, favorite_events, …). It is empty for a match of the filtered stream.
	Type string
	// UserID is the subscribed user that it was sent for: for_user_id, or the filter's. It is empty where there is none.
	UserID string
	// Filter and Tag are those of the subscription that matched, of X Activity.
	Filter Filter
	Tag    string
	// Attempt is how many times this event has been given, this time included. Above 1, an earlier time failed, or its
	// process ended before the outcome was noted: look ID up before the event is stored a second time.
	Attempt int
	// Payload is a pointer to one of the payload types, and nil for an event that has none: a newer one of X's, or one
	// whose payload is not published. A field that is absent, or not of its type, is zero.
	Payload Payload
	// Includes are the objects that a post, a like or a match refers to; nil where there are none.
	Includes *Includes

	from    *delivery
	place   string          // the key of the delivery that it stood under, empty for the whole
	element json.RawMessage // what stood there, out of its list
}

// Filter is what an X Activity subscription asks for.
type Filter struct {
	UserID    string
	Keyword   string
	Direction string // inbound or outbound, where it was asked for
}

// delivery is a body, taken apart at the top.
type delivery struct {
	body   json.RawMessage
	top    map[string]json.RawMessage
	places []string // the keys that hold events
	events int
}

// Raw returns the event as a delivery of its own, valid JSON that [Parse] reads to this event with this ID. It is the
// body that X sent, byte for byte, unless that held other events besides: these are then left out.
func (e *Event) Raw() json.RawMessage {
	d := e.from
	switch {
	case d == nil:
		return nil
	case d.events == 1 || e.place == "":
		return d.body
	}
	var b bytes.Buffer
	member := func(name, before string, value json.RawMessage, after string) {
		key, _ := json.Marshal(name)
		b.Write(key)
		b.WriteString(":" + before)
		b.Write(value)
		b.WriteString(after)
	}
	b.WriteByte('{')
	for _, name := range slices.Sorted(maps.Keys(d.top)) {
		if !slices.Contains(d.places, name) {
			member(name, "", d.top[name], ",")
		}
	}
	if isObject(d.top[e.place]) {
		member(e.place, "", e.element, "}")
	} else {
		member(e.place, "[", e.element, "]}")
	}
	return b.Bytes()
}

// Payload is what happened. These are the types, each used as a pointer:
//
//   - X Activity: [PostCreated], [PostDeleted], [Liked], [Relation], [ProfileUpdated], [DirectMessages], [Chat], [News],
//     [Space], [Revoked];
//   - account activity: [PostCreatedV1], [PostDeleted], [LikedV1], [RelationV1], [MessageV1], [TypingV1], [ReadV1],
//     [Revoked];
//   - the filtered stream: [PostMatched];
//   - the end of a replay: [ReplayEnded].
type Payload interface{ payload() }

func (*PostCreated) payload()    {}
func (*PostDeleted) payload()    {}
func (*Liked) payload()          {}
func (*Relation) payload()       {}
func (*ProfileUpdated) payload() {}
func (*DirectMessages) payload() {}
func (*Chat) payload()           {}
func (*News) payload()           {}
func (*Space) payload()          {}
func (*Revoked) payload()        {}
func (*PostCreatedV1) payload()  {}
func (*LikedV1) payload()        {}
func (*RelationV1) payload()     {}
func (*MessageV1) payload()      {}
func (*TypingV1) payload()       {}
func (*ReadV1) payload()         {}
func (*PostMatched) payload()    {}
func (*ReplayEnded) payload()    {}

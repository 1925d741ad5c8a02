package webhook

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Parse returns the events of a delivery's body, in a fixed order. What it does not know is an event too, with its
// bytes; only what is not one JSON object is an error. [Handler] has verified a body before it parses it; whoever calls
// Parse has to do so, too.
//
// The products are told apart by what a body holds, since X does not say which of them it comes from.
func Parse(body []byte) ([]Event, error) {
	d := &delivery{body: bytes.TrimSpace(body)}
	if !isObject(d.body) || !json.Valid(d.body) {
		return nil, errors.New("webhook: the body is not one JSON object")
	}
	d.top = object(d.body)
	events := d.read()
	if len(events) == 0 {
		events = []Event{d.event(Unknown, "", "", nil, nil)}
	}
	d.events = len(events)
	return events, nil
}

func (d *delivery) read() []Event {
	data := object(d.top["data"])
	switch {
	case textOf(data["event_type"]) != "":
		return []Event{d.activity(data)}
	case data != nil && (d.top["matching_rules"] != nil || textOf(data["id"]) != "" && d.top["for_user_id"] == nil):
		return []Event{d.match()}
	case data == nil && textOf(d.top["event_type"]) != "":
		return []Event{d.activity(d.top)}
	}
	return d.account()
}

// activity returns the event in an envelope. Its UUID alone does not tell it from others: that of a post is the post's
// id, and several subscriptions can be sent the same post.
func (d *delivery) activity(envelope map[string]json.RawMessage) Event {
	asked := object(envelope["filter"])
	filter := Filter{UserID: textOf(asked["user_id"]), Keyword: textOf(asked["keyword"]), Direction: textOf(asked["direction"])}
	var parts []string
	if uuid := textOf(envelope["event_uuid"]); uuid != "" {
		parts = []string{uuid}
		if filter.Keyword != "" {
			parts = append(parts, "keyword", filter.Keyword)
		}
		if filter.Direction != "" {
			parts = append(parts, "direction", filter.Direction)
		}
	}
	kind := textOf(envelope["event_type"])
	event := d.event(Activity, kind, filter.UserID, readActivity(kind, envelope["payload"]), parts)
	event.Filter, event.Tag, event.Includes = filter, textOf(envelope["tag"]), readIncludes(envelope["includes"])
	return event
}

func (d *delivery) match() Event {
	match, parts := readMatch(d.top["data"], d.top["matching_rules"])
	event := d.event(FilteredStream, "", "", match, parts)
	event.Includes = readIncludes(d.top["includes"])
	return event
}

// account returns the events of account activity's lists, those of lists that are not known last, and what X sends
// beside them.
func (d *delivery) account() []Event {
	var events []Event
	if raw := d.top["replay_job_status"]; isObject(raw) {
		ended, parts := readReplayEnded(raw)
		events = append(events, d.at("replay_job_status", raw, Replay, "", ended, parts))
	}
	userID := textOf(d.top["for_user_id"])
	if raw := d.top["user_event"]; isObject(raw) {
		revoked, parts := readRevoked(raw)
		events = append(events, d.at("user_event", raw, AccountActivity, userID, revoked, parts))
	}
	a := readAccount(d.top)
	for _, list := range accountLists {
		for _, raw := range elements(d.top[list.name]) {
			payload, parts := list.read(a, raw)
			events = append(events, d.at(list.name, raw, AccountActivity, userID, payload, parts))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.top)) {
		if strings.HasSuffix(name, "_events") && !slices.Contains(d.places, name) {
			for _, raw := range elements(d.top[name]) {
				events = append(events, d.at(name, raw, AccountActivity, userID, nil, nil))
			}
		}
	}
	return events
}

// event makes the event that the whole delivery is. Parts are the ids that tell it from all others of its source, type
// and user; where there are none, a digest of its bytes does.
func (d *delivery) event(source Source, kind, userID string, payload Payload, parts []string) Event {
	return Event{Source: source, Type: kind, UserID: userID, Payload: payload,
		ID: eventID([]string{string(source), kind, userID}, parts, d.body), from: d}
}

// at makes an event that stands at one place of the delivery, which gives it its type.
func (d *delivery) at(place string, raw json.RawMessage, source Source, userID string, payload Payload, parts []string) Event {
	if !slices.Contains(d.places, place) {
		d.places = append(d.places, place)
	}
	return Event{Source: source, Type: place, UserID: userID, Payload: payload,
		ID: eventID([]string{string(source), place, userID}, parts, raw), from: d, place: place, element: raw}
}

// told returns the parts, or none where one of them is empty, since the rest may be those of another event as well.
func told(parts ...string) []string {
	if slices.Contains(parts, "") {
		return nil
	}
	return parts
}

// maxEventID bounds an ID, as stores bound their keys.
const maxEventID = 256

// eventID joins the parts, escaped so that no two lists of parts make the same id.
func eventID(of, parts []string, raw json.RawMessage) string {
	if len(parts) == 0 {
		sum := sha256.Sum256(raw)
		parts = []string{"sha256", hex.EncodeToString(sum[:])}
	}
	var b strings.Builder
	for i, part := range slices.Concat(of, parts) {
		if i > 0 {
			b.WriteByte('/')
		}
		b.WriteString(url.QueryEscape(part))
	}
	if b.Len() > maxEventID {
		sum := sha256.Sum256([]byte(b.String()))
		return "sha256/" + hex.EncodeToString(sum[:])
	}
	return b.String()
}

// millis is a time as part of an id, empty for none.
func millis(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return strconv.FormatInt(at.UnixMilli(), 10)
}

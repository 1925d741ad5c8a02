package xapitest

import (
	"net/http"
	"slices"
	"time"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

var dmHandlers = map[string]handler{
	"getDirectMessagesEvents":                 inWorld(func(v *view) answer { return v.dms("") }),
	"getDirectMessagesEventsByParticipantId":  inWorld((*view).dmsWith),
	"getDirectMessagesEventsByConversationId": inWorld(func(v *view) answer { return v.dms(v.c.params["id"]) }),
	"getDirectMessagesEventsById":             inWorld(func(v *view) answer { return v.one(kindDM, "event_id", v.c.params["event_id"]) }),
	"deleteDirectMessagesEvents":              inWorld((*view).deleteDM),
	"createDirectMessagesConversation":        inWorld((*view).createGroup),
	"createDirectMessagesByParticipantId":     inWorld((*view).sendTo),
	"createDirectMessagesByConversationId":    inWorld((*view).sendInto),
}

// dmReach is how far back direct messages can be read.
const dmReach = 30 * 24 * time.Hour

// dms answers with a page of the events that the caller sees: of a conversation, or of all.
func (v *view) dms(conversation string) answer {
	kinds := v.c.list("event_types")
	seen := slices.DeleteFunc(v.w.DMs(v.me, conversation), func(d *world.DM) bool {
		return v.c.now.Sub(d.Created) > dmReach || len(kinds) > 0 && !slices.Contains(kinds, d.Kind)
	})
	found, meta, refused := page(v, pager{most: 100}, newestFirst(seen), func(d *world.DM) int64 { return d.Number })
	if refused != nil {
		return *refused
	}
	shown := make([]entity, 0, len(found))
	for _, d := range found {
		shown = append(shown, dm{d})
	}
	return v.list(shown, meta)
}

func (v *view) dmsWith() answer {
	u, refused := v.known("participant_id", v.c.params["participant_id"])
	if refused != nil {
		return *refused
	}
	return v.dms(world.ConversationOf(v.me, u))
}

func (v *view) deleteDM() answer {
	d := v.w.DM(v.me, v.c.params["event_id"])
	if d != nil {
		v.w.DeleteDM(v.me, d)
	}
	return v.ok(http.StatusOK, object{"deleted": d != nil})
}

// message is what is sent.
type message struct {
	Text        string `json:"text"`
	Attachments []struct {
		ID string `json:"media_id"`
	} `json:"attachments"`
}

func (v *view) sendTo() answer {
	u := v.w.User(v.c.params["participant_id"])
	if u == nil || u == v.me {
		return v.noRecipient("there is no other user " + v.c.params["participant_id"])
	}
	if v.w.DMBlocks.Has(u, v.me) {
		return v.noRecipient("@" + u.Username + " takes no direct messages from the caller")
	}
	var body message
	_ = v.c.decode(&body)
	return v.say(world.ConversationOf(v.me, u), body)
}

func (v *view) sendInto() answer {
	id := v.c.params["dm_conversation_id"]
	if !slices.Contains(v.w.Participants(id), v.me) {
		return v.noRecipient("the caller takes part in no conversation " + id)
	}
	var body message
	_ = v.c.decode(&body)
	return v.say(id, body)
}

func (v *view) createGroup() answer {
	var body struct {
		Message      message  `json:"message"`
		Participants []string `json:"participant_ids"`
	}
	_ = v.c.decode(&body)
	var others []*world.User
	for _, id := range body.Participants {
		u := v.w.User(id)
		if u == nil {
			return v.noRecipient("there is no user " + id)
		}
		others = append(others, u)
	}
	if refused := v.attachable(body.Message); refused != nil {
		return *refused
	}
	return v.say(v.w.AddGroup(v.me, others, v.c.now), body.Message)
}

func (v *view) noRecipient(hint string) answer {
	refused := forbidden("You cannot send messages to this user.")
	refused.hint = hint
	return refused
}

// attachable refuses a message with media that the caller has not.
func (v *view) attachable(m message) *answer {
	for _, attached := range m.Attachments {
		if u := v.s.findUpload(attached.ID, v.c); u == nil || !u.ready(v.c.now) {
			refused := v.s.invalid(messageMediaIDs, object{"attachments.media_id": []string{attached.ID}})
			refused.hint = u.whyNot(attached.ID, v.c.now, 1)
			return &refused
		}
	}
	return nil
}

// say sends the message into the conversation.
func (v *view) say(conversation string, m message) answer {
	if refused := v.attachable(m); refused != nil {
		return *refused
	}
	d := world.DM{Kind: "MessageCreate", Conversation: conversation, Sender: v.me, Text: m.Text, Created: v.c.now}
	for _, attached := range m.Attachments {
		d.MediaKeys = append(d.MediaKeys, v.s.uploads[attached.ID].key)
	}
	sent := v.w.AddDM(d)
	return v.ok(http.StatusCreated, object{"dm_conversation_id": conversation, "dm_event_id": sent.ID})
}

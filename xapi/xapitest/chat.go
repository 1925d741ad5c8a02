package xapitest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// X Chat. What is said is encrypted: the sandbox keeps blobs and looks into none.
var chatHandlers = map[string]handler{
	"getChatConversations":      inWorld((*view).chats),
	"getChatConversation":       inWorld((*view).chat),
	"getChatConversationEvents": inWorld((*view).chatEvents),
	"initializeChatGroup":       inWorld(func(v *view) answer { return v.ok(http.StatusOK, object{"conversation_id": "g" + v.w.NewID(v.c.now)}) }),
	"createChatConversation":    inWorld((*view).createChat),
	"addConversationKeys":       inWorld((*view).addChatKeys),
	"addChatGroupMembers":       inWorld((*view).addChatMembers),
	"sendChatMessage":           inWorld((*view).sendChat),
	"deleteChatMessages":        inWorld((*view).deleteChatMessages),
	"markChatConversationRead":  inWorld((*view).chatSuccess),
	"sendChatTypingIndicator":   inWorld((*view).chatSuccess),
	"chatMediaUploadInitialize": inWorld((*view).initializeChatMedia),
	"chatMediaUploadAppend":     (*Server).appendChatMedia,
	"chatMediaUploadFinalize":   inWorld((*view).finalizeChatMedia),
	"chatMediaDownload":         inWorld((*view).downloadChatMedia),
	"getUserPublicKeys":         inWorld((*view).publicKeys),
	"getUsersPublicKeys":        inWorld((*view).publicKeysOf),
	"addUserPublicKey":          inWorld((*view).addPublicKey),
}

// chatID is the id of a conversation as the sandbox keeps it: two users in a URL are written a-b, in events a:b, and
// either may come first.
func (v *view) chatID(id string) string {
	a, b, both := strings.Cut(strings.ReplaceAll(id, ":", "-"), "-")
	switch {
	case !both && v.w.User(a) != nil:
		return v.chatID(v.me.ID + "-" + a)
	case both && world.Number(a) > world.Number(b):
		return b + "-" + a
	}
	return strings.ReplaceAll(id, ":", "-")
}

func (v *view) mine(d *world.Doc) bool {
	members, _ := d.Fields["participant_ids"].([]string)
	return slices.Contains(members, v.me.ID)
}

func (v *view) chats() answer {
	shown, meta, refused := page(v, pager{most: 10, oneWay: true}, v.docs("chats", v.mine), docKey)
	if refused != nil {
		return *refused
	}
	meta["has_more"], meta["has_message_requests"] = meta["next_token"] != nil, false
	return v.list(shown, meta)
}

// chat answers with the conversation in the path, as a list of one.
func (v *view) chat() answer {
	d := v.w.Doc("chats", v.chatID(v.c.params["id"]))
	if d == nil || !v.mine(d) {
		return v.notThere(kindChat, "id", v.c.params["id"])
	}
	return v.counted([]entity{doc{kindChat, d}})
}

func (v *view) chatEvents() answer {
	id := v.chatID(v.c.params["id"])
	found := v.docs("chat_events", func(d *world.Doc) bool { return d.Text("conversation_id") == id })
	shown, meta, refused := page(v, pager{most: 10, oneWay: true}, found, docKey)
	if refused != nil {
		return *refused
	}
	meta["has_more"], meta["conversation_key_events"] = meta["next_token"] != nil, []string{}
	return v.list(shown, meta)
}

// conversation returns the conversation of that id, made where there is none yet.
func (v *view) conversation(id, kind string, members []string) *world.Doc {
	if d := v.w.Doc("chats", id); d != nil {
		return d
	}
	d := v.w.AddDoc("chats", id, object{
		"type": kind, "participant_ids": members, "member_ids": members, "admin_ids": []string{v.me.ID}, "is_muted": false,
		"created_at": millis(v.c.now), "updated_at": millis(v.c.now), "screen_capture_blocking_enabled": false,
		"screen_capture_detection_enabled": false,
	})
	return d
}

func (v *view) createChat() answer {
	var body struct {
		ID      string   `json:"conversation_id"`
		Members []string `json:"group_members"`
		Name    string   `json:"group_name"`
	}
	_ = v.c.decode(&body)
	members := body.Members
	if !slices.Contains(members, v.me.ID) {
		members = append(members, v.me.ID)
	}
	d := v.conversation(body.ID, "group", members)
	if body.Name != "" {
		d.Fields["group_name"] = body.Name
	}
	return v.ok(http.StatusCreated, object{"conversation_id": body.ID, "conversation_key_change_sequence_id": v.w.NewID(v.c.now)})
}

// theChat returns the conversation in the path: of two users where it names them, made where need be.
func (v *view) theChat() *world.Doc {
	id := v.chatID(v.c.params["id"])
	if a, b, both := strings.Cut(id, "-"); both {
		return v.conversation(id, "direct", []string{a, b})
	}
	return v.conversation(id, "group", []string{v.me.ID})
}

func (v *view) addChatKeys() answer {
	d := v.theChat()
	return v.ok(http.StatusOK, object{"conversation_id": d.ID, "sequence_id": v.w.NewID(v.c.now)})
}

func (v *view) addChatMembers() answer {
	var body struct {
		Users []string `json:"user_ids"`
	}
	_ = v.c.decode(&body)
	d := v.theChat()
	members, _ := d.Fields["participant_ids"].([]string)
	for _, id := range body.Users {
		if !slices.Contains(members, id) {
			members = append(slices.Clone(members), id)
		}
	}
	d.Fields["participant_ids"], d.Fields["member_ids"] = members, members
	// This answer has no data around it.
	return answer{status: http.StatusOK, body: object{
		"current_member_ids": members, "conversation_key_change_sequence_id": v.w.NewID(v.c.now),
	}}
}

func (v *view) sendChat() answer {
	var body struct {
		Event string `json:"encoded_message_create_event"`
		Token string `json:"conversation_token"`
	}
	_ = v.c.decode(&body)
	d := v.theChat()
	id := v.w.NewID(v.c.now)
	sent := v.w.AddDoc("chat_events", id, object{
		"id": id, "conversation_id": d.ID, "encoded_event": body.Event, "sender_id": v.me.ID, "created_at_msec": millis(v.c.now),
		"conversation_token": body.Token, "sequence_id": id,
	})
	d.Fields["updated_at"] = millis(v.c.now)
	v.w.Happened(world.Event{Kind: "chat", At: v.c.now, Actor: v.me, Doc: sent})
	return v.ok(http.StatusCreated, object{"encoded_message_event": body.Event})
}

func (v *view) deleteChatMessages() answer {
	var body struct {
		IDs []string `json:"sequence_ids"`
	}
	_ = v.c.decode(&body)
	deleted := false
	for _, id := range body.IDs {
		deleted = v.w.DeleteDoc("chat_events", id) || deleted
	}
	return v.ok(http.StatusOK, object{"deleted": deleted})
}

func (v *view) chatSuccess() answer { return v.ok(http.StatusOK, object{"success": true}) }

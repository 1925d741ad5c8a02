package webhook

import (
	"encoding/json"
	"time"
)

// Message is a direct message that was sent or received. Account activity and X Activity send it in one shape.
type Message struct {
	ID   string
	Type string // message_create
	At   time.Time

	SenderID    string
	RecipientID string
	SourceAppID string

	Text     string
	Entities *EntitiesV1
	// Media is what was attached, nil where nothing was.
	Media *MediaV1
	// QuickReply is the metadata of the option that the sender chose, where the message is such a choice.
	QuickReply string
}

// UnmarshalJSON implements json.Unmarshaler, and fails for nothing that is JSON.
func (m *Message) UnmarshalJSON(raw []byte) error {
	members := object(raw)
	create := object(members["message_create"])
	data := object(create["message_data"])
	*m = Message{
		ID: textOf(members["id"]), Type: textOf(members["type"]), At: timeOf(members["created_timestamp"]),
		SenderID: textOf(create["sender_id"]), RecipientID: textOf(object(create["target"])["recipient_id"]),
		SourceAppID: textOf(create["source_app_id"]),
		Text:        textOf(data["text"]), QuickReply: textOf(object(data["quick_reply_response"])["metadata"]),
	}
	read(data["entities"], &m.Entities)
	read(object(data["attachment"])["media"], &m.Media)
	return nil
}

// Indication is a sign of life in a conversation: the sender is typing, or has read up to a message.
type Indication struct {
	SenderID    string
	RecipientID string
	At          time.Time
	// LastReadID is the newest message that the sender has read. It is empty where the sender is typing.
	LastReadID string
}

// UnmarshalJSON implements json.Unmarshaler, and fails for nothing that is JSON.
func (i *Indication) UnmarshalJSON(raw []byte) error {
	members := object(raw)
	*i = Indication{
		SenderID: textOf(members["sender_id"]), RecipientID: textOf(object(members["target"])["recipient_id"]),
		At: timeOf(members["created_timestamp"]), LastReadID: textOf(members["last_read_event_id"]),
	}
	return nil
}

// App is an app that sent a message.
type App struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	URL  string `json:"url"`
}

// DirectMessages are messages, or signs of them, of X Activity: dm.sent, dm.received, dm.indicate_typing, dm.read.
type DirectMessages struct {
	Messages []Message
	Typing   []Indication
	Read     []Indication
	// Users are those who take part, by their ids, and Apps those that messages were sent with.
	Users map[string]*User
	Apps  map[string]App
}

// UnmarshalJSON implements json.Unmarshaler, and fails for nothing that is JSON.
func (d *DirectMessages) UnmarshalJSON(raw []byte) error {
	var wire struct {
		Messages []Message                  `json:"direct_message_events"`
		Typing   []Indication               `json:"direct_message_indicate_typing_events"`
		Read     []Indication               `json:"direct_message_mark_read_events"`
		Users    map[string]json.RawMessage `json:"users"`
		Apps     map[string]App             `json:"apps"`
	}
	read(raw, &wire)
	*d = DirectMessages{Messages: wire.Messages, Typing: wire.Typing, Read: wire.Read, Apps: wire.Apps}
	for id, each := range wire.Users {
		if user := readUser(each); user != nil {
			if d.Users == nil {
				d.Users = make(map[string]*User, len(wire.Users))
			}
			d.Users[id] = user
		}
	}
	return nil
}

package world

import (
	"slices"
	"time"
)

// DM is an event of a conversation of direct messages.
type DM struct {
	ID           string
	Number       int64
	Kind         string // MessageCreate, ParticipantsJoin or ParticipantsLeave
	Conversation string
	Sender       *User
	Text         string
	MediaKeys    []string
	Participants []*User // of those that join or leave
	Post         string  // the id of a post that the text links to
	Created      time.Time

	deletedFor []*User
}

// ConversationOf is the id of the conversation between two users.
func ConversationOf(a, b *User) string {
	if Number(a.ID) > Number(b.ID) {
		a, b = b, a
	}
	return a.ID + "-" + b.ID
}

// AddGroup begins a conversation of several.
func (w *World) AddGroup(creator *User, others []*User, now time.Time) string {
	id := w.NewID(now)
	w.groups[id] = append([]*User{creator}, others...)
	w.AddDM(DM{Kind: "ParticipantsJoin", Conversation: id, Sender: creator, Participants: others, Created: now})
	return id
}

// Participants returns who takes part in the conversation, none where there is no such conversation.
func (w *World) Participants(conversation string) []*User {
	if group, ok := w.groups[conversation]; ok {
		return group
	}
	for i := range len(conversation) {
		if conversation[i] == '-' {
			a, b := w.users[conversation[:i]], w.users[conversation[i+1:]]
			if a == nil || b == nil {
				return nil
			}
			return []*User{a, b}
		}
	}
	return nil
}

// AddDM makes the event.
func (w *World) AddDM(d DM) *DM {
	d.ID = w.NewID(d.Created)
	d.Number = Number(d.ID)
	made := &d
	w.dms = append(w.dms, made)
	w.Happened(Event{Kind: "dm", At: d.Created, DM: made, Actor: d.Sender})
	return made
}

// DMs returns the events that the user sees, oldest first: of one conversation, or of all where it is empty.
func (w *World) DMs(u *User, conversation string) (seen []*DM) {
	mine := map[string]bool{}
	for _, d := range w.dms {
		if conversation != "" && d.Conversation != conversation {
			continue
		}
		takesPart, known := mine[d.Conversation]
		if !known {
			takesPart = slices.Contains(w.Participants(d.Conversation), u)
			mine[d.Conversation] = takesPart
		}
		if takesPart && !slices.Contains(d.deletedFor, u) {
			seen = append(seen, d)
		}
	}
	return seen
}

// DM returns the event of that id where the user sees it, else nil.
func (w *World) DM(u *User, id string) *DM {
	for _, d := range w.dms {
		if d.ID == id && slices.Contains(w.Participants(d.Conversation), u) && !slices.Contains(d.deletedFor, u) {
			return d
		}
	}
	return nil
}

// DeleteDM takes the event out of the user's sight. The others keep it.
func (w *World) DeleteDM(u *User, d *DM) { d.deletedFor = append(d.deletedFor, u) }

// MessageMedia returns the keys of the media that messages show.
func (w *World) MessageMedia() (keys []string) {
	for _, d := range w.dms {
		keys = append(keys, d.MediaKeys...)
	}
	return keys
}

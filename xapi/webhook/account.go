package webhook

import (
	"encoding/json"
	"strings"
	"time"
)

// PostCreatedV1 is a post of account activity: by the subscribed user, or one that mentions, answers, quotes or reposts
// theirs.
type PostCreatedV1 struct {
	Post PostV1
	// UserHasBlocked says, of a mention, that the subscribed user has blocked its author. BlockedBy says the reverse.
	UserHasBlocked bool
	BlockedBy      bool
}

// PostDeleted is a post that was deleted: whoever stored it has to delete it too. At is zero in X Activity.
type PostDeleted struct {
	PostID   string
	AuthorID string
	At       time.Time
}

// LikedV1 is a like, by the subscribed user or of a post of theirs.
type LikedV1 struct {
	LikeID string
	Post   PostV1
	User   UserV1 // who likes it
	At     time.Time
}

// Action is what one user does about another.
type Action string

// The actions.
const (
	Follow   Action = "follow"
	Unfollow Action = "unfollow"
	Block    Action = "block"
	Unblock  Action = "unblock"
	Mute     Action = "mute"
	Unmute   Action = "unmute"
)

// RelationV1 is a user who follows, blocks or mutes another, or does so no longer.
type RelationV1 struct {
	Action Action
	Source UserV1 // who acts
	Target UserV1
	At     time.Time
}

// MessageV1 is a direct message of account activity.
type MessageV1 struct {
	Message
	// Users are those who take part, by their ids, and Apps those that messages were sent with.
	Users map[string]*UserV1
	Apps  map[string]App
}

// TypingV1 is a user who is typing a message to the subscribed one.
type TypingV1 struct {
	Indication
	Users map[string]*UserV1
}

// ReadV1 is a user who has read the messages up to LastReadID.
type ReadV1 struct {
	Indication
	Users map[string]*UserV1
}

// Revoked is a user who took the app's permission back. Their subscriptions end, and their tokens are worth nothing.
type Revoked struct {
	UserID string
	AppID  string
	At     time.Time
}

// account is what a delivery of account activity says for all of its events.
type account struct {
	userHasBlocked flag
	blockedBy      flag
	users          usersV1
	apps           map[string]App
}

func readAccount(top map[string]json.RawMessage) account {
	var a account
	read(top["user_has_blocked"], &a.userHasBlocked)
	read(top["is_blocked_by"], &a.blockedBy)
	read(top["users"], &a.users)
	read(top["apps"], &a.apps)
	return a
}

// accountLists are the lists of account activity, in the order in which their events are given. A read function returns
// the payload, and what tells the event from all others of its list and user.
var accountLists = []struct {
	name string
	read func(account, json.RawMessage) (Payload, []string)
}{
	{"tweet_create_events", account.postCreated},
	{"post_create_events", account.postCreated},
	{"tweet_delete_events", account.postDeleted},
	{"post_delete_events", account.postDeleted},
	{"favorite_events", account.liked},
	{"follow_events", account.relation},
	{"block_events", account.relation},
	{"mute_events", account.relation},
	{"direct_message_events", account.message},
	{"direct_message_indicate_typing_events", account.typing},
	{"direct_message_mark_read_events", account.read},
}

func (a account) postCreated(raw json.RawMessage) (Payload, []string) {
	p := &PostCreatedV1{UserHasBlocked: bool(a.userHasBlocked), BlockedBy: bool(a.blockedBy)}
	read(raw, &p.Post)
	return p, told(p.Post.ID)
}

func (a account) postDeleted(raw json.RawMessage) (Payload, []string) {
	members := object(raw)
	status := object(members["status"])
	p := &PostDeleted{PostID: textOf(status["id"]), AuthorID: textOf(status["user_id"]), At: timeOf(members["timestamp_ms"])}
	return p, told(p.PostID)
}

func (a account) liked(raw json.RawMessage) (Payload, []string) {
	members := object(raw)
	p := &LikedV1{LikeID: textOf(members["id"]), At: timeOf(members["timestamp_ms"])}
	if p.At.IsZero() {
		p.At = timeOf(members["created_at"])
	}
	read(members["favorited_status"], &p.Post)
	read(members["user"], &p.User)
	return p, told(p.LikeID)
}

func (a account) relation(raw json.RawMessage) (Payload, []string) {
	members := object(raw)
	p := &RelationV1{Action: Action(strings.ToLower(textOf(members["type"]))), At: timeOf(members["created_timestamp"])}
	read(members["source"], &p.Source)
	read(members["target"], &p.Target)
	return p, told(string(p.Action), p.Source.ID, p.Target.ID, millis(p.At))
}

func (a account) message(raw json.RawMessage) (Payload, []string) {
	p := &MessageV1{Users: a.users, Apps: a.apps}
	read(raw, &p.Message)
	return p, told(p.ID)
}

func (a account) typing(raw json.RawMessage) (Payload, []string) {
	p := &TypingV1{Users: a.users}
	read(raw, &p.Indication)
	return p, told(p.SenderID, p.RecipientID, millis(p.At))
}

func (a account) read(raw json.RawMessage) (Payload, []string) {
	p := &ReadV1{Users: a.users}
	read(raw, &p.Indication)
	return p, told(p.SenderID, p.RecipientID, p.LastReadID, millis(p.At))
}

// readRevoked reads user_event, which has the one kind.
func readRevoked(raw json.RawMessage) (Payload, []string) {
	revoke := object(object(raw)["revoke"])
	if revoke == nil {
		return nil, nil
	}
	p := &Revoked{UserID: textOf(object(revoke["source"])["user_id"]), AppID: textOf(object(revoke["target"])["app_id"]),
		At: timeOf(revoke["date_time"])}
	return p, told(p.UserID, p.AppID, millis(p.At))
}

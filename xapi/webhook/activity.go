package webhook

import (
	"encoding/json"
	"strings"
	"time"
)

// PostCreated is a post of X Activity. Event.Type says in what way it concerns the subscribed user: post.create for one
// of their own, post.mention.create, post.reply.create, post.quote.create, post.repost.create.
type PostCreated struct {
	Post *Post
}

// Liked is a like. Who likes is the subscribed user where Event.Filter asks for outbound likes; else it stands in
// Event.Includes alone.
type Liked struct {
	LikeID       string
	PostID       string
	PostAuthorID string
	// PostedAt is when the post was made, At when it was liked; zero where X does not say.
	PostedAt, At time.Time
}

// Relation is a user who follows, blocks or mutes another, or does so no longer. Either user is nil where X leaves it out.
type Relation struct {
	Action Action
	Source *User // who acts
	Target *User
}

// ProfileUpdated is a change of a profile. Event.Type says of what: profile.update.bio, profile.update.handle, …
type ProfileUpdated struct {
	Before, After string
}

// Chat is an event of encrypted chat: chat.received, chat.sent, chat.conversation.join, … What was said is in Encoded,
// for the keys of those who take part.
type Chat struct {
	ID                string    `json:"id"`
	ConversationID    string    `json:"conversation_id"`
	ConversationToken string    `json:"conversation_token"`
	SenderID          string    `json:"sender_id"`
	At                time.Time `json:"-"`
	// KeyVersion is the conversation's: milliseconds, to be compared as a number.
	KeyVersion string        `json:"conversation_key_version"`
	Encoded    string        `json:"encoded_event"`
	KeyChange  string        `json:"conversation_key_change_event"`
	Signature  ChatSignature `json:"message_event_signature"`
}

// ChatSignature is the sender's signature of a chat message.
type ChatSignature struct {
	PublicKeyVersion string `json:"public_key_version"`
	Signature        string `json:"signature"`
	Version          string `json:"signature_version"`
	SigningKey       string `json:"signing_public_key"`
}

// UnmarshalJSON implements json.Unmarshaler, and fails for nothing that is JSON.
func (c *Chat) UnmarshalJSON(raw []byte) error {
	type plain Chat
	*c = Chat{}
	var wire struct {
		*plain
		At stamp `json:"created_at_msec"`
	}
	wire.plain = (*plain)(c)
	read(raw, &wire)
	c.At = wire.At.Time
	return nil
}

// News is a story about a keyword, as X tells it.
type News struct {
	ID         string       `json:"id"`
	Name       string       `json:"name"`
	Headline   string       `json:"headline"`
	Category   string       `json:"category"`
	Hook       string       `json:"hook"`
	Summary    string       `json:"summary"`
	Disclaimer string       `json:"disclaimer"`
	UpdatedAt  time.Time    `json:"-"`
	Contexts   NewsContexts `json:"contexts"`
	PostIDs    []string     `json:"-"` // posts that it is about
}

// NewsContexts is what a story is about.
type NewsContexts struct {
	Topics   []string `json:"topics"`
	Entities struct {
		Events        []string `json:"events"`
		Organizations []string `json:"organizations"`
		People        []string `json:"people"`
		Places        []string `json:"places"`
		Products      []string `json:"products"`
	} `json:"entities"`
	Finance struct {
		Tickers []string `json:"tickers"`
	} `json:"finance"`
	Sports struct {
		Teams []string `json:"teams"`
	} `json:"sports"`
}

// UnmarshalJSON implements json.Unmarshaler, and fails for nothing that is JSON.
func (n *News) UnmarshalJSON(raw []byte) error {
	type plain News
	*n = News{}
	var wire struct {
		*plain
		UpdatedAt   stamp           `json:"updated_at"`
		UpdatedAtMs stamp           `json:"last_updated_at_ms"`
		Posts       json.RawMessage `json:"cluster_posts_results"`
	}
	wire.plain = (*plain)(n)
	read(raw, &wire)
	n.UpdatedAt = wire.UpdatedAt.Time
	if n.UpdatedAt.IsZero() {
		n.UpdatedAt = wire.UpdatedAtMs.Time
	}
	for _, each := range elements(wire.Posts) {
		n.PostIDs = append(n.PostIDs, first(object(each), "post_id", "tweet_id"))
	}
	return nil
}

// Space is a space that starts or ends, by Event.Type: spaces.start, spaces.end.
type Space struct {
	BroadcastID string
	Host        *User
}

// readActivity reads the payload of an X Activity event, nil for a type whose payload X has not published.
func readActivity(kind string, raw json.RawMessage) Payload {
	family, rest, _ := strings.Cut(kind, ".")
	switch family {
	case "post":
		if rest == "delete" {
			return readDeleted(raw)
		}
		if strings.HasSuffix(rest, "create") {
			return &PostCreated{Post: readPost(raw)}
		}
	case "like":
		return readLiked(raw)
	case "follow", "mute", "block":
		return readRelation(Action(rest), raw)
	case "profile":
		return readInto(raw, &ProfileUpdated{})
	case "dm":
		return readInto(raw, &DirectMessages{})
	case "chat":
		return readInto(raw, &Chat{})
	case "news":
		return readInto(raw, &News{})
	case "spaces":
		return readSpace(raw)
	case "oauth":
		return readOAuth(raw)
	}
	return nil
}

func readInto[P Payload](raw json.RawMessage, into P) Payload {
	read(raw, into)
	return into
}

func readDeleted(raw json.RawMessage) Payload {
	members := object(raw)
	return &PostDeleted{PostID: textOf(members["id"]), AuthorID: textOf(members["author_id"])}
}

// readLiked takes the names that X documents and those of its published schema, in both spellings.
func readLiked(raw json.RawMessage) Payload {
	members := object(raw)
	return &Liked{
		LikeID: textOf(members["id"]), PostID: first(members, "liked_post_id", "liked_tweet_id"),
		PostAuthorID: first(members, "liked_post_author_id", "post_author_id", "liked_tweet_author_id", "tweet_author_id"),
		PostedAt:     timeOf(members["created_at"]), At: timeOf(members["timestamp_ms"]),
	}
}

func readRelation(action Action, raw json.RawMessage) Payload {
	members := object(raw)
	return &Relation{Action: action, Source: readUser(members["source"]), Target: readUser(members["target"])}
}

func readSpace(raw json.RawMessage) Payload {
	members := object(raw)
	return &Space{BroadcastID: textOf(members["broadcast_id"]), Host: readUser(members["user"])}
}

func readOAuth(raw json.RawMessage) Payload {
	members := object(raw)
	return &Revoked{UserID: textOf(members["user_id"]), AppID: textOf(members["app_id"]), At: timeOf(members["date_time"])}
}

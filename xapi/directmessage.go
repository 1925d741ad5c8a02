package xapi

import (
	"cmp"
	"errors"
	"strings"
)

// MessageWithMedia returns a direct message of text with at most one upload, for [Client.CreateDirectMessagesByParticipantID]
// to a user, or [Client.CreateDirectMessagesByConversationID] into a conversation. Either may be left out. The upload must
// be ready, the sender's own, of a category for direct messages (dm_image, dm_gif, dm_video), and less than a day old.
func MessageWithMedia(text string, mediaIDs ...string) MessageDraft {
	message := MessageDraft{Text: text}
	for _, id := range mediaIDs {
		message.Attachments = append(message.Attachments, MessageAttachment{MediaID: id})
	}
	return message
}

// GroupMessage returns a new conversation of the sender with 2 to 49 others, and its first message, for
// [Client.CreateDirectMessagesConversation].
func GroupMessage(message MessageDraft, participantIDs ...string) ConversationDraft {
	return ConversationDraft{ConversationType: "Group", ParticipantIDs: participantIDs, Message: &message}
}

// ConversationOf returns the id of the conversation between two users, who are given by their ids: the smaller number
// stands first.
func ConversationOf(userID, otherID string) (string, error) {
	for _, id := range []string{userID, otherID} {
		if id == "" || strings.Trim(id, "0123456789") != "" {
			return "", errors.New("the id of a user is a number: look up the user of that name first")
		}
	}
	if cmp.Or(cmp.Compare(len(userID), len(otherID)), cmp.Compare(userID, otherID)) > 0 {
		userID, otherID = otherID, userID
	}
	return userID + "-" + otherID, nil
}

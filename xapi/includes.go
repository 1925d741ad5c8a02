package xapi

import "strings"

// Join finds what the objects of an answer refer to, among its includes. It is made by [NewJoin] for a page, looks for
// nothing before it is asked, and serves one goroutine at a time.
//
// What is asked for and not there is nil, or left out of a list. Missing tells whether X said why: what was deleted or
// withheld, or belongs to a suspended user, stands in the errors of the answer; what no expansion asked for does not.
type Join struct {
	includes *Includes
	problems []Problem

	users, names map[string]*User
	posts        map[string]*Post
	media        map[string]*Media
	polls        map[string]*Poll
	places       map[string]*Place
	topics       map[string]*Topic
	missing      map[string]*Problem
}

// NewJoin returns a Join of a result: of its includes and its errors. The result must not be changed while it is in use.
func NewJoin[T any](result *Result[T]) *Join {
	return &Join{includes: &result.Includes, problems: result.Errors}
}

// byKey returns a map of pointers into a list.
func byKey[T any](list []T, key func(*T) string) map[string]*T {
	found := make(map[string]*T, len(list))
	for i := range list {
		found[key(&list[i])] = &list[i]
	}
	return found
}

// all returns what a map has of the keys, in their order.
func all[T any](found map[string]*T, keys []string) []*T {
	var list []*T
	for _, key := range keys {
		if each := found[key]; each != nil {
			list = append(list, each)
		}
	}
	return list
}

// User returns the user of an id.
func (j *Join) User(id string) *User {
	if j.users == nil {
		j.users = byKey(j.includes.Users, func(u *User) string { return u.ID })
	}
	return j.users[id]
}

// Users returns the users of several ids.
func (j *Join) Users(ids []string) []*User {
	j.User("")
	return all(j.users, ids)
}

// UserByName returns the user of a name, whatever its capitals.
func (j *Join) UserByName(username string) *User {
	if j.names == nil {
		j.names = byKey(j.includes.Users, func(u *User) string { return strings.ToLower(u.Username) })
	}
	return j.names[strings.ToLower(username)]
}

// Post returns the post of an id.
func (j *Join) Post(id string) *Post {
	if j.posts == nil {
		j.posts = byKey(j.includes.Posts, func(p *Post) string { return p.ID })
	}
	return j.posts[id]
}

// Media returns the media of several keys, those of [Post.Attachments] for one.
func (j *Join) Media(keys []string) []*Media {
	if j.media == nil {
		j.media = byKey(j.includes.Media, func(m *Media) string { return m.MediaKey })
	}
	return all(j.media, keys)
}

// Author returns the author of a post.
func (j *Join) Author(post *Post) *User { return j.User(post.AuthorID) }

// RepliedToUser returns the user whom a post answers.
func (j *Join) RepliedToUser(post *Post) *User { return j.User(post.InReplyToUserID) }

// MediaOf returns the media of a post, in its order.
func (j *Join) MediaOf(post *Post) []*Media {
	if post.Attachments == nil {
		return nil
	}
	return j.Media(post.Attachments.MediaKeys)
}

// PollOf returns the poll of a post.
func (j *Join) PollOf(post *Post) *Poll {
	if post.Attachments == nil {
		return nil
	}
	if j.polls == nil {
		j.polls = byKey(j.includes.Polls, func(p *Poll) string { return p.ID })
	}
	for _, id := range post.Attachments.PollIDs {
		if poll := j.polls[id]; poll != nil {
			return poll
		}
	}
	return nil
}

// PlaceOf returns the place that a post is tagged with.
func (j *Join) PlaceOf(post *Post) *Place {
	if post.Geo == nil {
		return nil
	}
	if j.places == nil {
		j.places = byKey(j.includes.Places, func(p *Place) string { return p.ID })
	}
	return j.places[post.Geo.PlaceID]
}

// Referenced returns the post that another refers to in the way given: the one it quotes, answers or reposts.
func (j *Join) Referenced(post *Post, as ReferenceType) *Post {
	for _, reference := range post.ReferencedPosts {
		if reference.Type == as {
			return j.Post(reference.ID)
		}
	}
	return nil
}

// Mentioned returns the users whom a post mentions, in its order.
func (j *Join) Mentioned(post *Post) []*User {
	if post.Entities == nil {
		return nil
	}
	var list []*User
	for _, mention := range post.Entities.Mentions {
		if user := j.UserByName(mention.Username); user != nil {
			list = append(list, user)
		}
	}
	return list
}

// Pinned returns the post that a user has pinned.
func (j *Join) Pinned(user *User) *Post { return j.Post(user.PinnedPostID) }

// MostRecent returns the newest post of a user.
func (j *Join) MostRecent(user *User) *Post { return j.Post(user.MostRecentPostID) }

// Owner returns the owner of a list.
func (j *Join) Owner(list *List) *User { return j.User(list.OwnerID) }

// Creator returns the creator of a Space.
func (j *Join) Creator(space *Space) *User { return j.User(space.CreatorID) }

// Hosts returns the hosts of a Space.
func (j *Join) Hosts(space *Space) []*User { return j.Users(space.HostIDs) }

// Speakers returns the speakers of a Space.
func (j *Join) Speakers(space *Space) []*User { return j.Users(space.SpeakerIDs) }

// Topic returns the topic of an id.
func (j *Join) Topic(id string) *Topic {
	if j.topics == nil {
		j.topics = byKey(j.includes.Topics, func(t *Topic) string { return t.ID })
	}
	return j.topics[id]
}

// Sender returns the sender of a direct message.
func (j *Join) Sender(event *DMEvent) *User { return j.User(event.SenderID) }

// Participants returns those who joined or left a conversation.
func (j *Join) Participants(event *DMEvent) []*User { return j.Users(event.ParticipantIDs) }

// MediaOfMessage returns the media of a direct message.
func (j *Join) MediaOfMessage(event *DMEvent) []*Media {
	if event.Attachments == nil {
		return nil
	}
	return j.Media(event.Attachments.MediaKeys)
}

// Missing returns why the object of an id is not among the includes, where X said so: it was deleted, is withheld or
// protected, or its user is suspended. nil says that no expansion asked for it, or that it is there.
func (j *Join) Missing(id string) *Problem {
	if j.missing == nil {
		j.missing = make(map[string]*Problem, len(j.problems))
		for i := range j.problems {
			problem := &j.problems[i]
			for _, key := range []string{problem.ResourceID, problem.Value} {
				if key != "" {
					j.missing[key] = problem
				}
			}
		}
	}
	return j.missing[id]
}

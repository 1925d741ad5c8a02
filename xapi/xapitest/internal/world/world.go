// Package world holds what the sandbox knows of: users, posts and what connects them. It knows nothing of HTTP or of how
// things are written in JSON. A World is not safe for concurrent use: the sandbox guards it.
package world

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// World is everything that there is.
type World struct {
	users  map[string]*User
	byName map[string]*User // by the username in small letters
	order  []*User
	posts  []*Post // oldest first
	byID   map[string]*Post
	media  map[string]*Media
	polls  map[string]*Poll
	places []*Place
	lists  map[string]*List

	// Who does what with what.
	Likes     Relation[*User, *Post]
	Bookmarks Relation[*User, *Post]
	Filed     Relation[*Folder, *Post]
	Follows   Relation[*User, *User]
	Mutes     Relation[*User, *User]
	Blocks    Relation[*User, *User]
	DMBlocks  Relation[*User, *User]
	Members   Relation[*List, *User]
	Following Relation[*User, *List] // followed lists
	Pinned    Relation[*User, *List] // pinned lists
	Mentions  Relation[*Post, *User]

	folders []*Folder
	dms     []*DM
	groups  map[string][]*User

	// Docs are the families that have no more to them than their fields.
	Docs map[string]*Docs

	// Notify is told of everything that happens, where it is set.
	Notify func(Event)

	// withdrawn has when posts and users went out of sight.
	withdrawn map[string]time.Time

	last, seq int64
}

// Event is something that happened.
type Event struct {
	// Kind is what X Activity calls it, where it does: like.create, follow.follow, mute.unmute. Else it is post, edit,
	// delete, unlike, dm, chat, and so on.
	Kind string
	// Number is like that of no other event, but for posts that are made: they have their own.
	Number int64
	At     time.Time
	Post   *Post
	// Actor does it; Target is the user it is done to.
	Actor, Target *User
	DM            *DM
	// Doc is what it is about, where that is none of the above.
	Doc *Doc
	// Act is what the event is of, where no operation of the API did it.
	Act *Act
}

// New returns a world with nothing in it.
func New() *World {
	return &World{
		users: map[string]*User{}, byName: map[string]*User{}, byID: make(map[string]*Post, 1<<14), media: map[string]*Media{},
		polls: map[string]*Poll{}, lists: map[string]*List{}, groups: map[string][]*User{}, Docs: map[string]*Docs{},
		withdrawn: map[string]time.Time{},
	}
}

// Happened tells of something that happened. The world does so by itself, but for what is done to a Doc.
func (w *World) Happened(e Event) {
	if w.Notify == nil {
		return
	}
	if e.Kind == "post" || e.Kind == "edit" {
		e.Number = e.Post.Number
	} else {
		e.Number = w.NewNumber(e.At)
	}
	w.Notify(e)
}

// AddUser makes a user known, or returns the one of that id.
func (w *World) AddUser(u User) *User {
	if known := w.users[u.ID]; known != nil {
		return known
	}
	made := &u
	w.users[u.ID] = made
	w.byName[strings.ToLower(u.Username)] = made
	w.order = append(w.order, made)
	return made
}

// User returns the user of that id, nil where there is none.
func (w *World) User(id string) *User { return w.users[id] }

// UserNamed returns the user of that username in any case, nil where there is none.
func (w *World) UserNamed(username string) *User { return w.byName[strings.ToLower(username)] }

// Users returns all users in the order in which they came to be.
func (w *World) Users() []*User { return w.order }

// Post returns the post of that id, nil where there is none (any more).
func (w *World) Post(id string) *Post { return w.byID[id] }

// Posts returns all posts, oldest first, reposts and earlier versions among them.
func (w *World) Posts() []*Post { return w.posts }

// AddMedia makes media known that posts can show.
func (w *World) AddMedia(m Media) *Media { w.media[m.Key] = &m; return &m }

// Media returns the media of that key, nil where there is none.
func (w *World) Media(key string) *Media { return w.media[key] }

// Poll returns the poll of that id, nil where there is none.
func (w *World) Poll(id string) *Poll { return w.polls[id] }

// Place returns the place of that id, nil where there is none.
func (w *World) Place(id string) *Place {
	if i := slices.IndexFunc(w.places, func(p *Place) bool { return p.ID == id }); i >= 0 {
		return w.places[i]
	}
	return nil
}

// List returns the list of that id, nil where there is none.
func (w *World) List(id string) *List { return w.lists[id] }

// Lists returns all lists, oldest first.
func (w *World) Lists() []*List {
	return slices.SortedFunc(maps.Values(w.lists), func(a, b *List) int { return int(a.seq - b.seq) })
}

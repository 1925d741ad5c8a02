package world

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Document is a world, or what is to be added to one, as it is written down. Users are named by their usernames.
type Document struct {
	Users   []User         `json:"users,omitempty"`
	Posts   []WrittenPost  `json:"posts,omitempty"`
	Follows []WrittenEdge  `json:"follows,omitempty"`
	Lists   []WrittenList  `json:"lists,omitempty"`
	Media   []WrittenMedia `json:"media,omitempty"`
	// Edges are the other relations by name.
	Edges    map[string][]WrittenEdge  `json:"edges,omitempty"`
	Folders  []WrittenFolder           `json:"folders,omitempty"`
	Messages []WrittenDM               `json:"messages,omitempty"`
	Groups   map[string][]string       `json:"groups,omitempty"`
	Things   map[string][]WrittenThing `json:"things,omitempty"`
	// Withdrawn has when posts and users went out of sight, by their ids.
	Withdrawn map[string]time.Time `json:"withdrawn,omitempty"`
}

// WrittenPost is a post as it is written down.
type WrittenPost struct {
	ID         string         `json:"id,omitempty"`
	Author     string         `json:"author"`
	Text       string         `json:"text,omitempty"`
	Created    time.Time      `json:"created_at,omitzero"`
	Lang       string         `json:"lang,omitempty"`
	ReplyTo    string         `json:"reply_to,omitempty"`
	Quotes     string         `json:"quotes,omitempty"`
	RepostOf   string         `json:"repost_of,omitempty"`
	LikedBy    []string       `json:"liked_by,omitempty"`
	RepostedBy []string       `json:"reposted_by,omitempty"`
	ReplyUser  string         `json:"reply_to_user_id,omitempty"`
	Talk       string         `json:"conversation_id,omitempty"`
	MediaKeys  []string       `json:"media_keys,omitempty"`
	Poll       *Poll          `json:"poll,omitempty"`
	Place      string         `json:"place_id,omitempty"`
	Community  string         `json:"community_id,omitempty"`
	Replies    string         `json:"reply_settings,omitempty"`
	Source     string         `json:"source,omitempty"`
	Article    string         `json:"article_id,omitempty"`
	Sensitive  bool           `json:"sensitive,omitempty"`
	Hidden     bool           `json:"hidden,omitempty"`
	Views      int            `json:"views,omitempty"`
	Versions   []string       `json:"versions,omitempty"`
	Made       bool           `json:"made,omitempty"`
	Flags      map[string]any `json:"flags,omitempty"`
	NoGeo      bool           `json:"scrubbed_geo,omitempty"`
	Dropped    bool           `json:"dropped,omitempty"`
	Withheld   []string       `json:"withheld_in_countries,omitempty"`
}

// WrittenEdge leads from one thing to another, by usernames and ids.
type WrittenEdge struct {
	From string    `json:"from"`
	To   string    `json:"to"`
	At   time.Time `json:"at,omitzero"`
}

// WrittenList is a list as it is written down.
type WrittenList struct {
	ID          string    `json:"id,omitempty"`
	Name        string    `json:"name"`
	Description string    `json:"description,omitempty"`
	Owner       string    `json:"owner"`
	Members     []string  `json:"members,omitempty"`
	Private     bool      `json:"private,omitempty"`
	Created     time.Time `json:"created_at,omitzero"`
}

// WrittenMedia is a picture or video that the world began with.
type WrittenMedia struct {
	Key      string `json:"media_key"`
	Kind     string `json:"type"`
	Alt      string `json:"alt_text,omitempty"`
	Width    int    `json:"width,omitempty"`
	Height   int    `json:"height,omitempty"`
	Duration int64  `json:"duration_ms,omitempty"`
	Views    int    `json:"views,omitempty"`
}

// WrittenFolder is a folder of bookmarks.
type WrittenFolder struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Owner string `json:"owner"`
}

// WrittenDM is an event of a conversation.
type WrittenDM struct {
	ID           string    `json:"id"`
	Kind         string    `json:"type"`
	Conversation string    `json:"conversation_id"`
	Sender       string    `json:"sender"`
	Text         string    `json:"text,omitempty"`
	MediaKeys    []string  `json:"media_keys,omitempty"`
	Participants []string  `json:"participants,omitempty"`
	Post         string    `json:"post_id,omitempty"`
	Created      time.Time `json:"created_at"`
	DeletedFor   []string  `json:"deleted_for,omitempty"`
}

// WrittenThing is a thing that has no more to it than its fields.
type WrittenThing struct {
	ID     string         `json:"id"`
	Fields map[string]any `json:"fields"`
}

// Check says what is missing that cannot be made up.
func (d *Document) Check() error {
	var wrong []error
	number := func(what string, i int, id string) {
		if id != "" && Number(id) == 0 {
			wrong = append(wrong, fmt.Errorf("%s[%d]: the id %q is no number", what, i, id))
		}
	}
	names := map[string]bool{}
	for i, u := range d.Users {
		name := strings.ToLower(u.Username)
		if name == "" {
			wrong = append(wrong, fmt.Errorf("users[%d] has no username", i))
		} else if names[name] {
			wrong = append(wrong, fmt.Errorf("users[%d]: there is another user @%s", i, u.Username))
		}
		names[name] = true
		number("users", i, u.ID)
	}
	for i, p := range d.Posts {
		if p.Author == "" || p.Text == "" && p.Poll == nil && len(p.MediaKeys) == 0 && p.Quotes == "" {
			wrong = append(wrong, fmt.Errorf("posts[%d] needs an author and a text", i))
		}
		number("posts", i, p.ID)
		if p.RepostOf != "" && Number(p.ID) <= Number(p.RepostOf) {
			wrong = append(wrong, fmt.Errorf("posts[%d] is a repost: it needs an id, which is higher than that of what it shows", i))
		}
	}
	for i, l := range d.Lists {
		if l.Name == "" || l.Owner == "" {
			wrong = append(wrong, fmt.Errorf("lists[%d] needs a name and an owner", i))
		}
	}
	for name := range d.Edges {
		if !slices.Contains(edgeNames, name) {
			wrong = append(wrong, fmt.Errorf("edges: there is no relation %q: there are %q", name, edgeNames))
		}
	}
	return errors.Join(wrong...)
}

// edgeNames are the relations that stand in edges.
var edgeNames = []string{
	"likes", "bookmarks", "filed", "mutes", "blocks", "dm_blocks", "members", "followed_lists", "pinned_lists",
}

// write writes a relation down, in the order in which its edges were made.
func write[A, B comparable](r *Relation[A, B], from func(A) string, to func(B) string) []WrittenEdge {
	type numbered struct {
		WrittenEdge

		seq int64
	}
	var all []numbered
	for a, edges := range r.out {
		for _, e := range edges {
			all = append(all, numbered{WrittenEdge{from(a), to(e.To), e.At}, e.Seq})
		}
	}
	slices.SortFunc(all, func(a, b numbered) int { return compare(a.seq, b.seq) })
	list := make([]WrittenEdge, 0, len(all))
	for _, e := range all {
		list = append(list, e.WrittenEdge)
	}
	return list
}

func usernames(list []*User) (names []string) {
	for _, u := range list {
		names = append(names, u.Username)
	}
	return names
}

// Document returns the world as it is written down. What is made anew when it is read is left out: what the fields of
// things that begin with an underscore hold, where encoding/json cannot write it.
func (w *World) Document() *Document {
	d := &Document{Edges: map[string][]WrittenEdge{}, Groups: map[string][]string{}, Things: map[string][]WrittenThing{}, Withdrawn: maps.Clone(w.withdrawn)}
	user, post := func(u *User) string { return u.Username }, func(p *Post) string { return p.ID }
	list, folder := func(l *List) string { return l.ID }, func(f *Folder) string { return f.ID }
	for _, u := range w.order {
		d.Users = append(d.Users, *u)
	}
	for _, p := range w.posts {
		d.Posts = append(d.Posts, p.written())
	}
	d.Follows = write(&w.Follows, user, user)
	for _, l := range w.Lists() {
		d.Lists = append(d.Lists, WrittenList{ID: l.ID, Name: l.Name, Description: l.Description, Owner: l.Owner.Username, Private: l.Private, Created: l.Created})
	}
	for _, key := range slices.Sorted(maps.Keys(w.media)) {
		m := w.media[key]
		d.Media = append(d.Media, WrittenMedia{m.Key, m.Kind, m.Alt, m.Width, m.Height, m.Duration.Milliseconds(), m.Views})
	}
	for _, f := range w.folders {
		d.Folders = append(d.Folders, WrittenFolder{f.ID, f.Name, f.Owner.Username})
	}
	d.Edges["likes"], d.Edges["bookmarks"], d.Edges["filed"] = write(&w.Likes, user, post), write(&w.Bookmarks, user, post), write(&w.Filed, folder, post)
	d.Edges["mutes"], d.Edges["blocks"], d.Edges["dm_blocks"] = write(&w.Mutes, user, user), write(&w.Blocks, user, user), write(&w.DMBlocks, user, user)
	d.Edges["members"] = write(&w.Members, list, user)
	d.Edges["followed_lists"], d.Edges["pinned_lists"] = write(&w.Following, user, list), write(&w.Pinned, user, list)
	for _, m := range w.dms {
		d.Messages = append(d.Messages, WrittenDM{
			ID: m.ID, Kind: m.Kind, Conversation: m.Conversation, Sender: m.Sender.Username, Text: m.Text, MediaKeys: m.MediaKeys,
			Participants: usernames(m.Participants), Post: m.Post, Created: m.Created, DeletedFor: usernames(m.deletedFor),
		})
	}
	for id, group := range w.groups {
		d.Groups[id] = usernames(group)
	}
	for family := range w.Docs {
		for _, thing := range w.All(family) {
			d.Things[family] = append(d.Things[family], WrittenThing{thing.ID, maps.Clone(thing.Fields)})
		}
	}
	return d
}

func (p *Post) written() WrittenPost {
	made := WrittenPost{
		ID: p.ID, Author: p.Author.Username, Text: p.Text, Created: p.Created, Lang: p.Lang, ReplyTo: p.ReplyTo, Quotes: p.Quotes, RepostOf: p.RepostOf,
		ReplyUser: p.ReplyToUser, MediaKeys: p.MediaKeys, Poll: p.Poll, Community: p.Community, Replies: p.ReplySettings, Source: p.Source,
		Article: p.Article, Sensitive: p.Sensitive, Hidden: p.Hidden, Views: p.Views, Made: !p.Seeded, Flags: p.Flags,
		NoGeo: p.ScrubbedGeo, Dropped: p.Dropped, Withheld: p.Withheld,
	}
	if p.Conversation != p.ID {
		made.Talk = p.Conversation
	}
	if p.Place != nil {
		made.Place = p.Place.ID
	}
	if p.edits != nil {
		made.Versions = slices.Clone(*p.edits)
	}
	return made
}

// firstMadeUp is the lowest id of users that are made up.
const firstMadeUp = 4_000_000_000

// named returns the user of that name, made up where there is none.
func (w *World) named(username string, now time.Time) *User {
	if u := w.UserNamed(username); u != nil {
		return u
	}
	return w.AddUser(User{ID: strconv.Itoa(firstMadeUp + len(w.order)), Name: username, Username: username, Created: now})
}

package world

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Add adds what a document has. A user that something speaks of and nothing describes is made up; so are ids, names and
// times that are missing. What refers to something that is not there is left out.
func (w *World) Add(d *Document, now time.Time) {
	for _, u := range d.Users {
		if known := w.UserNamed(u.Username); known != nil {
			known.describe(&u)
			continue
		}
		if u.ID == "" {
			u.ID = strconv.Itoa(firstMadeUp + len(w.order))
		}
		if u.Name == "" {
			u.Name = u.Username
		}
		if u.Created.IsZero() {
			u.Created = now
		}
		w.AddUser(u)
	}
	for _, m := range d.Media {
		w.AddMedia(Media{m.Key, m.Kind, m.Alt, m.Width, m.Height, time.Duration(m.Duration) * time.Millisecond, m.Views})
	}
	w.addPosts(d.Posts, now)
	w.addLists(d, now)
	w.addEdges(d, now)
	w.addMessages(d, now)
	maps.Copy(w.withdrawn, d.Withdrawn)
	for family, things := range d.Things {
		for _, thing := range things {
			w.AddDoc(family, thing.ID, thing.Fields)
		}
	}
}

// describe takes over what another says of the user. What it leaves out stays as it is.
func (u *User) describe(by *User) {
	u.Name, u.Description, u.Location = cmp.Or(by.Name, u.Name), cmp.Or(by.Description, u.Description), cmp.Or(by.Location, u.Location)
	u.URL, u.Verified = cmp.Or(by.URL, u.URL), cmp.Or(by.Verified, u.Verified)
	u.PinnedPost, u.Affiliate = cmp.Or(by.PinnedPost, u.PinnedPost), cmp.Or(by.Affiliate, u.Affiliate)
	if !by.Created.IsZero() {
		u.Created = by.Created
	}
	u.Protected, u.Premium = u.Protected || by.Protected, u.Premium || by.Premium
	u.Suspended, u.Deactivated = u.Suspended || by.Suspended, u.Deactivated || by.Deactivated
	if by.Withheld != nil {
		u.Withheld = by.Withheld
	}
}

// addPosts makes all the posts known before it puts them under what they reply to, since that may be a version that
// another has superseded.
func (w *World) addPosts(posts []WrittenPost, now time.Time) {
	versions := map[string]*[]string{}
	made := make([]*Post, 0, len(posts))
	for i := range posts {
		written := &posts[i]
		p := w.newPost(written, now)
		if w.byID[p.ID] != nil {
			continue
		}
		if len(written.Versions) > 1 {
			first := written.Versions[0]
			if versions[first] == nil {
				versions[first] = &written.Versions
			}
			p.edits, p.Superseded = versions[first], written.Versions[len(written.Versions)-1] != p.ID
		}
		w.insert(p)
		w.last = max(w.last, p.Number)
		if p.Poll != nil {
			w.polls[p.Poll.ID] = p.Poll
		}
		made = append(made, p)
	}
	for _, p := range made {
		if !p.Superseded {
			w.place(p)
		}
		w.mention(p)
	}
	for _, written := range posts {
		p := w.Newest(written.ID)
		for _, name := range written.LikedBy {
			if p != nil {
				w.Likes.add(w.named(name, now), p, w.next(), now)
			}
		}
		for _, name := range written.RepostedBy {
			if p != nil {
				w.Repost(w.named(name, now), p, now, true)
			}
		}
	}
}

func (w *World) newPost(written *WrittenPost, now time.Time) *Post {
	p := &Post{
		ID: written.ID, Author: w.named(written.Author, now), Text: written.Text, Created: written.Created, Lang: written.Lang, ReplyTo: written.ReplyTo,
		Quotes: written.Quotes, RepostOf: written.RepostOf, ReplyToUser: written.ReplyUser, Conversation: written.Talk, MediaKeys: written.MediaKeys,
		Poll: written.Poll, Place: w.Place(written.Place), Community: written.Community, ReplySettings: written.Replies, Source: written.Source,
		Article: written.Article, Sensitive: written.Sensitive, Hidden: written.Hidden, Views: written.Views, Seeded: !written.Made, Flags: written.Flags,
		ScrubbedGeo: written.NoGeo, Dropped: written.Dropped, Withheld: written.Withheld,
	}
	if p.Created.IsZero() {
		p.Created = now
	}
	if p.Lang == "" {
		p.Lang = "en"
	}
	if p.Source == "" {
		p.Source = Source
	}
	if p.ID == "" {
		p.ID = w.NewID(p.Created)
		written.ID = p.ID
	}
	if p.Conversation == "" {
		p.Conversation = p.ID
	}
	p.Number = Number(p.ID)
	return p
}

func (w *World) addLists(d *Document, now time.Time) {
	for _, l := range d.Lists {
		if l.Created.IsZero() {
			l.Created = now
		}
		made := w.AddList(List{ID: l.ID, Name: l.Name, Description: l.Description, Owner: w.named(l.Owner, now), Private: l.Private, Created: l.Created})
		for _, name := range l.Members {
			w.AddMember(made, w.named(name, now), now)
		}
	}
	for _, f := range d.Folders {
		w.folders = append(w.folders, &Folder{ID: f.ID, Name: f.Name, Owner: w.named(f.Owner, now), seq: w.next()})
		w.last = max(w.last, Number(f.ID))
	}
}

// read makes the edges of a relation whose ends are there.
func read[A, B comparable](w *World, r *Relation[A, B], edges []WrittenEdge, now time.Time, from func(string) A, to func(string) B) {
	var noA A
	var noB B
	for _, e := range edges {
		if e.At.IsZero() {
			e.At = now
		}
		if a, b := from(e.From), to(e.To); a != noA && b != noB {
			r.add(a, b, w.next(), e.At)
		}
	}
}

func (w *World) addEdges(d *Document, now time.Time) {
	user := func(name string) *User { return w.named(name, now) }
	folder := func(id string) *Folder {
		if i := slices.IndexFunc(w.folders, func(f *Folder) bool { return f.ID == id }); i >= 0 {
			return w.folders[i]
		}
		return nil
	}
	read(w, &w.Follows, d.Follows, now, user, user)
	read(w, &w.Likes, d.Edges["likes"], now, user, w.Post)
	read(w, &w.Bookmarks, d.Edges["bookmarks"], now, user, w.Post)
	read(w, &w.Filed, d.Edges["filed"], now, folder, w.Post)
	read(w, &w.Mutes, d.Edges["mutes"], now, user, user)
	read(w, &w.Blocks, d.Edges["blocks"], now, user, user)
	read(w, &w.DMBlocks, d.Edges["dm_blocks"], now, user, user)
	read(w, &w.Members, d.Edges["members"], now, w.List, user)
	read(w, &w.Following, d.Edges["followed_lists"], now, user, w.List)
	read(w, &w.Pinned, d.Edges["pinned_lists"], now, user, w.List)
}

func (w *World) addMessages(d *Document, now time.Time) {
	all := func(names []string) (list []*User) {
		for _, name := range names {
			list = append(list, w.named(name, now))
		}
		return list
	}
	for id, group := range d.Groups {
		w.groups[id] = all(group)
	}
	for _, m := range d.Messages {
		if m.Created.IsZero() {
			m.Created = now
		}
		if m.ID == "" {
			m.ID = w.NewID(m.Created)
		}
		w.dms = append(w.dms, &DM{
			ID: m.ID, Number: Number(m.ID), Kind: m.Kind, Conversation: m.Conversation, Sender: w.named(m.Sender, now), Text: m.Text, MediaKeys: m.MediaKeys,
			Participants: all(m.Participants), Post: m.Post, Created: m.Created, deletedFor: all(m.DeletedFor),
		})
		w.last = max(w.last, Number(m.ID))
	}
}

package world

import "time"

// List is a list of users.
type List struct {
	ID, Name, Description string
	Owner                 *User
	Private               bool
	Created               time.Time

	seq int64
}

// Seq is the list's place in the order in which lists were made.
func (l *List) Seq() int64 { return l.seq }

// AddList makes the list, with an id where it has none.
func (w *World) AddList(l List) *List {
	if l.ID == "" {
		l.ID = w.NewID(l.Created)
	}
	l.seq = w.next()
	made := &l
	w.lists[l.ID] = made
	return made
}

// DeleteList takes the list away, with its members, followers and pins.
func (w *World) DeleteList(l *List) {
	delete(w.lists, l.ID)
	w.Members.drop(l)
	w.Following.dropTo(l)
	w.Pinned.dropTo(l)
}

// AddMember puts the user on the list.
func (w *World) AddMember(l *List, u *User, now time.Time) bool {
	return w.Members.add(l, u, w.next(), now)
}

// FollowList has the user follow the list.
func (w *World) FollowList(u *User, l *List, now time.Time) bool {
	return w.Following.add(u, l, w.next(), now)
}

// PinList pins the list to the user's.
func (w *World) PinList(u *User, l *List, now time.Time) bool {
	return w.Pinned.add(u, l, w.next(), now)
}

// Folder is a folder of bookmarks.
type Folder struct {
	ID, Name string
	Owner    *User

	seq int64
}

// Seq is the folder's place in the order in which folders were made.
func (f *Folder) Seq() int64 { return f.seq }

// AddFolder makes a folder for bookmarks.
func (w *World) AddFolder(u *User, name string, now time.Time) *Folder {
	f := &Folder{ID: w.NewID(now), Name: name, Owner: u, seq: w.next()}
	w.folders = append(w.folders, f)
	return f
}

// Folders returns the user's folders, oldest first.
func (w *World) Folders(u *User) (own []*Folder) {
	for _, f := range w.folders {
		if f.Owner == u {
			own = append(own, f)
		}
	}
	return own
}

// Bookmark keeps the post for the user.
func (w *World) Bookmark(u *User, p *Post, now time.Time) bool {
	return w.Bookmarks.add(u, p, w.next(), now)
}

// File puts the post into the folder.
func (w *World) File(f *Folder, p *Post, now time.Time) bool { return w.Filed.add(f, p, w.next(), now) }

// Unbookmark takes the bookmark away, out of every folder too.
func (w *World) Unbookmark(u *User, p *Post) bool {
	for _, f := range w.Folders(u) {
		w.Filed.Remove(f, p)
	}
	return w.Bookmarks.Remove(u, p)
}

package world

import "time"

// Act is something that happens to a user or a post, and that no operation of the API does.
type Act struct {
	Kind string
	User *User
	// Other is the user it is done to, where there are two.
	Other *User
	Post  *Post
	// Field is what of a profile changes; Value its new value, or the title of a label.
	Field, Value string
	Countries    []string
	// Before is what stood in the field.
	Before string
}

// acts are what happens by each kind of act, beside that it is told of. They say whether anything changed.
var acts = map[string]func(*World, Act, time.Time) bool{
	"user.protect":    withdrawing(func(u *User) *bool { return &u.Protected }, true),
	"user.unprotect":  withdrawing(func(u *User) *bool { return &u.Protected }, false),
	"user.suspend":    withdrawing(func(u *User) *bool { return &u.Suspended }, true),
	"user.unsuspend":  withdrawing(func(u *User) *bool { return &u.Suspended }, false),
	"user.deactivate": withdrawing(func(u *User) *bool { return &u.Deactivated }, true),
	"user.reactivate": withdrawing(func(u *User) *bool { return &u.Deactivated }, false),
	"user.withhold":   func(_ *World, a Act, _ time.Time) bool { a.User.Withheld = a.Countries; return true },
	"user.scrub_geo":  (*World).scrub,
	"user.modify":     (*World).modify,
	"user.revoke":     func(*World, Act, time.Time) bool { return true },
	"user.typing":     func(*World, Act, time.Time) bool { return true },
	"user.read":       func(*World, Act, time.Time) bool { return true },
	"post.drop":       func(_ *World, a Act, _ time.Time) bool { return set(&a.Post.Dropped, true) },
	"post.undrop":     func(_ *World, a Act, _ time.Time) bool { return set(&a.Post.Dropped, false) },
	"post.withhold":   func(_ *World, a Act, _ time.Time) bool { a.Post.Withheld = a.Countries; return true },
	"post.label":      func(*World, Act, time.Time) bool { return true },
	"post.unviewable": func(*World, Act, time.Time) bool { return true },
}

// Act has it happen, and tells of it where anything changed. It returns false for a kind that it does not know.
func (w *World) Act(a Act, now time.Time) bool {
	switch a.Kind {
	case "user.block":
		w.Block(a.User, a.Other, now)
		return true
	case "user.unblock":
		w.Unblock(a.User, a.Other, now)
		return true
	}
	if made, of := things[a.Kind]; of {
		if d := made(w, a, now); d != nil {
			w.Happened(Event{Kind: a.Kind, At: now, Actor: a.User, Doc: d, Act: &a})
		}
		return true
	}
	if a.User != nil {
		a.Before, _ = a.User.Profile(a.Field)
	}
	act, known := acts[a.Kind]
	if known && act(w, a, now) {
		w.Happened(Event{Kind: a.Kind, At: now, Actor: a.User, Target: a.Other, Post: a.Post, Act: &a})
	}
	return known
}

func set(flag *bool, to bool) bool {
	changed := *flag != to
	*flag = to
	return changed
}

// withdrawing takes a user and their posts out of sight, or puts them back.
func withdrawing(flag func(*User) *bool, to bool) func(*World, Act, time.Time) bool {
	return func(w *World, a Act, now time.Time) bool {
		if !set(flag(a.User), to) {
			return false
		}
		for _, id := range append(texts(a.User.posts), a.User.ID) {
			if to {
				w.withdrawn[id] = now
			} else {
				delete(w.withdrawn, id)
			}
		}
		return true
	}
}

func texts(posts []*Post) []string {
	ids := make([]string, 0, len(posts)+1)
	for _, p := range posts {
		ids = append(ids, p.ID)
	}
	return ids
}

// Withdrawn is when a post or a user was deleted or taken out of sight, where that is known.
func (w *World) Withdrawn(id string) (at time.Time, known bool) {
	at, known = w.withdrawn[id]
	return at, known
}

// scrub takes the places out of the user's posts.
func (w *World) scrub(a Act, now time.Time) bool {
	for _, p := range a.User.posts {
		if p.Place != nil {
			p.Place, p.ScrubbedGeo = nil, true
			w.withdrawn[p.ID] = now
		}
	}
	return true
}

// profile are the fields of a profile that can change, by their names in the API.
func (u *User) profile(field string) *string {
	return map[string]*string{"name": &u.Name, "description": &u.Description, "location": &u.Location, "url": &u.URL}[field]
}

func (w *World) modify(a Act, _ time.Time) bool {
	field := a.User.profile(a.Field)
	if field != nil {
		*field = a.Value
	}
	return field != nil
}

// Profile returns a field of the user's profile, false where it is none that changes.
func (u *User) Profile(field string) (value string, known bool) {
	if at := u.profile(field); at != nil {
		return *at, true
	}
	return "", false
}

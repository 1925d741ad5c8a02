package world

import "time"

// User is a user.
type User struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Username    string    `json:"username"`
	Description string    `json:"description,omitempty"`
	Location    string    `json:"location,omitempty"`
	URL         string    `json:"url,omitempty"`
	Created     time.Time `json:"created_at,omitzero"`
	Protected   bool      `json:"protected,omitempty"`
	// Suspended and Deactivated users are not to be seen, and neither is what they posted.
	Suspended   bool `json:"suspended,omitempty"`
	Deactivated bool `json:"deactivated,omitempty"`
	// Withheld are the countries that the user is not shown in.
	Withheld []string `json:"withheld_in_countries,omitempty"`
	// Verified is the verified_type: blue, business, government, or empty for none.
	Verified string `json:"verified_type,omitempty"`
	// Premium lets the user write posts of up to 25,000 characters, and edit them.
	Premium bool `json:"premium,omitempty"`
	// PinnedPost is the id of a post.
	PinnedPost string `json:"pinned_post_id,omitempty"`
	// Affiliate is the id of the organisation that the user belongs to.
	Affiliate string `json:"affiliate_of,omitempty"`

	posts []*Post
}

// Posts returns the user's posts, oldest first, reposts and earlier versions among them.
func (u *User) Posts() []*Post { return u.posts }

// Count is how many posts the user has, as a profile shows it.
func (u *User) Count() (n int) {
	for _, p := range u.posts {
		if !p.Superseded {
			n++
		}
	}
	return n
}

// Latest returns the newest post that is the user's own, nil where there is none.
func (u *User) Latest() *Post {
	for i := len(u.posts) - 1; i >= 0; i-- {
		if p := u.posts[i]; p.RepostOf == "" && !p.Superseded {
			return p
		}
	}
	return nil
}

// told tells of what a did to b where that changed anything, and returns whether it did.
func (w *World) told(changed bool, kind string, a, b *User, now time.Time) bool {
	if changed {
		w.Happened(Event{Kind: kind, At: now, Actor: a, Target: b})
	}
	return changed
}

// Follow has a follow b. A protected account is not followed but asked. It returns false where nothing changed.
func (w *World) Follow(a, b *User, now time.Time) bool {
	return w.told(w.Follows.add(a, b, w.next(), now), "follow.follow", a, b, now)
}

// Unfollow has a not follow b any more.
func (w *World) Unfollow(a, b *User, now time.Time) bool {
	return w.told(w.Follows.Remove(a, b), "follow.unfollow", a, b, now)
}

// Mute has a mute b.
func (w *World) Mute(a, b *User, now time.Time) bool {
	return w.told(w.Mutes.add(a, b, w.next(), now), "mute.mute", a, b, now)
}

// Unmute has a not mute b any more.
func (w *World) Unmute(a, b *User, now time.Time) bool {
	return w.told(w.Mutes.Remove(a, b), "mute.unmute", a, b, now)
}

// Block has a block b, which ends that either follows the other.
func (w *World) Block(a, b *User, now time.Time) bool {
	w.Unfollow(a, b, now)
	w.Unfollow(b, a, now)
	return w.told(w.Blocks.add(a, b, w.next(), now), "block.block", a, b, now)
}

// Unblock has a not block b any more.
func (w *World) Unblock(a, b *User, now time.Time) bool {
	return w.told(w.Blocks.Remove(a, b), "block.unblock", a, b, now)
}

// Gone says whether the user is not to be seen.
func (u *User) Gone() bool { return u.Suspended || u.Deactivated }

// BlockDMs has a take no direct messages from b.
func (w *World) BlockDMs(a, b *User, now time.Time) bool { return w.DMBlocks.add(a, b, w.next(), now) }

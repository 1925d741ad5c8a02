package world

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Post is a post, a repost of one, or an earlier version of one that was edited.
type Post struct {
	ID      string
	Number  int64 // the id as a number
	Author  *User
	Text    string
	Created time.Time
	Lang    string
	// ReplyTo, Quotes and RepostOf are ids of posts, which may be gone by now.
	ReplyTo, Quotes, RepostOf string
	// ReplyToUser is the id of who wrote what this replies to.
	ReplyToUser   string
	Conversation  string
	MediaKeys     []string
	Poll          *Poll
	Place         *Place
	Community     string
	ReplySettings string
	Source        string
	Article       string
	Sensitive     bool
	// ScrubbedGeo says that the post had a place. Dropped posts are not to be seen. Withheld are the countries that the post
	// is not shown in.
	ScrubbedGeo, Dropped bool
	Withheld             []string
	// Hidden says that the author of the conversation hid it.
	Hidden bool
	// Superseded says that there is a newer version.
	Superseded bool
	// Views is what impression_count starts from.
	Views int
	// Seeded says that the post was there when the world began.
	Seeded bool
	// Flags are the fields of createPosts that are kept as they were sent.
	Flags map[string]any

	edits                    *[]string
	replies, quotes, reposts []*Post
	lower                    string
	found                    *Entities
}

// Poll is the poll of a post.
type Poll struct {
	ID      string       `json:"id"`
	Options []PollOption `json:"options"`
	Minutes int          `json:"duration_minutes"`
	Ends    time.Time    `json:"ends_at"`
}

// PollOption is what one can vote for.
type PollOption struct {
	Label string `json:"label"`
	Votes int    `json:"votes"`
}

// Place is where a post was written.
type Place struct {
	ID, Name, FullName, Country, CountryCode, Kind string
	Lon, Lat                                       float64
}

// Media is a picture or video of the seeded world. What was uploaded is the sandbox's.
type Media struct {
	Key, Kind, Alt string
	Width, Height  int
	Duration       time.Duration
	Views          int
}

// Public says whether everybody may see the post.
func (p *Post) Public() bool { return !p.Author.Protected && !p.Author.Gone() && !p.Dropped }

// Edits returns the ids of all versions of the post, oldest first.
func (p *Post) Edits() []string {
	if p.edits == nil {
		return []string{p.ID}
	}
	return *p.edits
}

// Replies returns the replies to the post, oldest first.
func (p *Post) Replies() []*Post { return p.replies }

// QuotedBy returns the posts that quote the post.
func (p *Post) QuotedBy() []*Post { return p.quotes }

// Reposts returns the reposts of the post.
func (p *Post) Reposts() []*Post { return p.reposts }

// Entities returns what stands in the text.
func (p *Post) Entities() *Entities {
	if p.found == nil {
		found := ParseEntities(p.Text)
		p.found = &found
	}
	return p.found
}

// small returns the text in small letters.
func (p *Post) small() string {
	if p.lower == "" {
		p.lower = strings.ToLower(p.Text)
	}
	return p.lower
}

// AddPost makes the post, which needs an author and a time. Its id is made where it has none, and it takes its place in
// the conversation, under what it replies to, quotes or reposts.
func (w *World) AddPost(p Post) *Post {
	if p.ID == "" {
		p.ID = w.NewID(p.Created)
	}
	made := &p
	made.Number = Number(p.ID)
	w.last = max(w.last, made.Number)
	w.place(made)
	if p.Poll != nil {
		w.polls[p.Poll.ID] = p.Poll
	}
	w.insert(made)
	w.mention(made)
	if !p.Seeded {
		w.Happened(Event{Kind: "post", At: p.Created, Post: made, Actor: made.Author})
	}
	return made
}

// place puts the post into its conversation, and under what it replies to, quotes or reposts.
func (w *World) place(p *Post) {
	if p.Conversation == "" {
		p.Conversation = p.ID
	}
	if parent := w.Newest(p.ReplyTo); parent != nil {
		p.Conversation, p.ReplyToUser = parent.Conversation, parent.Author.ID
		parent.replies = append(parent.replies, p)
	}
	if quoted := w.Newest(p.Quotes); quoted != nil {
		quoted.quotes = append(quoted.quotes, p)
	}
	if original := w.Newest(p.RepostOf); original != nil {
		original.reposts = append(original.reposts, p)
	}
}

// insert puts the post in its place by id: nearly always at the end.
func (w *World) insert(p *Post) {
	w.byID[p.ID] = p
	w.posts = inserted(w.posts, p)
	p.Author.posts = inserted(p.Author.posts, p)
}

func inserted(list []*Post, p *Post) []*Post {
	if len(list) == 0 || list[len(list)-1].Number < p.Number {
		return append(list, p)
	}
	at, _ := slices.BinarySearchFunc(list, p.Number, func(q *Post, n int64) int { return compare(q.Number, n) })
	return slices.Insert(list, at, p)
}

func compare(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// mention notes whom the post speaks to: those named in the text, and who wrote what it replies to.
func (w *World) mention(p *Post) {
	if p.RepostOf != "" {
		return
	}
	if u := w.users[p.ReplyToUser]; u != nil && u != p.Author {
		w.Mentions.add(p, u, w.next(), p.Created)
	}
	if strings.IndexByte(p.Text, '@') < 0 {
		return
	}
	for _, m := range p.Entities().Mentions {
		if u := w.UserNamed(m.Text); u != nil && u != p.Author {
			w.Mentions.add(p, u, w.next(), p.Created)
		}
	}
}

// Repost has the user repost the post. It returns the repost that there is already, and false, where there is one.
func (w *World) Repost(u *User, original *Post, now time.Time, seeded bool) (*Post, bool) {
	if p := w.RepostBy(u, original); p != nil {
		return p, false
	}
	return w.AddPost(Post{
		Author: u, Created: now, Lang: original.Lang, RepostOf: original.ID, Text: RepostText(original), Seeded: seeded, Source: Source,
	}), true
}

// Source is what posts say they were written with.
const Source = "X Sandbox"

// repostLength is how much of a text a repost shows.
const repostLength = 140

// RepostText is the text of a repost: RT, who, and as much of what as there is room for.
func RepostText(original *Post) string {
	text := "RT @" + original.Author.Username + ": " + original.Text
	if utf8.RuneCountInString(text) <= repostLength {
		return text
	}
	return string([]rune(text)[:repostLength-1]) + "…"
}

// RepostBy returns the user's repost of the post, nil where there is none.
func (w *World) RepostBy(u *User, original *Post) *Post {
	if i := slices.IndexFunc(original.reposts, func(p *Post) bool { return p.Author == u }); i >= 0 {
		return original.reposts[i]
	}
	return nil
}

// Newest returns the newest version of the post of that id, which has all that was done with any: nil where the post is
// gone.
func (w *World) Newest(id string) *Post {
	p := w.byID[id]
	if p == nil || !p.Superseded {
		return p
	}
	edits := p.Edits()
	return w.byID[edits[len(edits)-1]]
}

// Edit makes a new version of the post, with the next id. What was done with the post is done with the new version.
func (w *World) Edit(old *Post, text string, now time.Time) *Post {
	history := old.edits
	if history == nil {
		history = &[]string{old.ID}
	}
	p := *old
	p.Lang = Language(text)
	p.ID, p.Text, p.Created, p.Superseded, p.lower, p.found, p.Seeded = w.NewID(now), text, now, false, "", nil, false
	old.edits, old.Superseded, old.replies, old.quotes, old.reposts = history, true, nil, nil, nil
	p.edits, p.Number = history, Number(p.ID)
	*history = append(*history, p.ID)
	made := &p
	for _, list := range w.above(old) {
		if i := slices.Index(*list, old); i >= 0 {
			(*list)[i] = made
		}
	}
	w.insert(made)
	w.mention(made)
	w.Likes.move(old, made)
	w.Bookmarks.move(old, made)
	w.Filed.move(old, made)
	w.Happened(Event{Kind: "edit", At: now, Post: made, Actor: made.Author})
	return made
}

// Delete takes the post away with all its versions and reposts, and whatever likes, bookmarks or files it. Replies and
// quotes stay, and refer to what is gone.
func (w *World) Delete(p *Post, now time.Time) {
	for _, id := range p.Edits() {
		if version := w.byID[id]; version != nil {
			w.remove(version, now)
			w.Happened(Event{Kind: "delete", At: now, Post: version, Actor: version.Author})
		}
	}
}

func (w *World) remove(p *Post, now time.Time) {
	for _, r := range slices.Clone(p.reposts) {
		if w.byID[r.ID] == r {
			w.remove(r, now)
		}
	}
	delete(w.byID, p.ID)
	w.withdrawn[p.ID] = now
	if p.Poll != nil {
		delete(w.polls, p.Poll.ID)
	}
	w.posts = without(w.posts, p)
	p.Author.posts = without(p.Author.posts, p)
	if p.Author.PinnedPost == p.ID {
		p.Author.PinnedPost = ""
	}
	for _, list := range w.above(p) {
		*list = slices.DeleteFunc(*list, func(r *Post) bool { return r == p })
	}
	w.Likes.dropTo(p)
	w.Bookmarks.dropTo(p)
	w.Filed.dropTo(p)
	w.Mentions.drop(p)
}

// above returns the lists that the post stands in by what it replies to, quotes or reposts.
func (w *World) above(p *Post) (lists []*[]*Post) {
	if parent := w.Newest(p.ReplyTo); parent != nil {
		lists = append(lists, &parent.replies)
	}
	if quoted := w.Newest(p.Quotes); quoted != nil {
		lists = append(lists, &quoted.quotes)
	}
	if original := w.Newest(p.RepostOf); original != nil {
		lists = append(lists, &original.reposts)
	}
	return lists
}

func without(list []*Post, p *Post) []*Post {
	if at, ok := slices.BinarySearchFunc(list, p.Number, func(q *Post, n int64) int { return compare(q.Number, n) }); ok {
		return slices.Delete(list, at, at+1)
	}
	return list
}

// Like has the user like the post.
func (w *World) Like(u *User, p *Post, now time.Time) bool {
	if !w.Likes.add(u, p, w.next(), now) {
		return false
	}
	w.Happened(Event{Kind: "like.create", At: now, Post: p, Actor: u, Target: p.Author})
	return true
}

// Unlike takes the like back.
func (w *World) Unlike(u *User, p *Post, now time.Time) bool {
	if !w.Likes.Remove(u, p) {
		return false
	}
	w.Happened(Event{Kind: "unlike", At: now, Post: p, Actor: u, Target: p.Author})
	return true
}

// Original returns the post that a repost shows, or the post itself; nil where it is gone.
func (w *World) Original(p *Post) *Post {
	if p.RepostOf == "" {
		return p
	}
	return w.byID[p.RepostOf]
}

// Impressions is how often the post was seen: never less often than something was done with it.
func (w *World) Impressions(p *Post) int {
	return p.Views + 11*len(w.Likes.To(p)) + 5*(len(p.replies)+len(p.reposts)+len(p.quotes))
}

// MediaID is the id in a media key.
func MediaID(key string) string {
	_, id, _ := strings.Cut(key, "_")
	if _, err := strconv.ParseInt(id, 10, 64); err != nil {
		return ""
	}
	return id
}

package world

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// Sizes of the seeded world.
const (
	seededUsers = 300
	seededPosts = 10_000
	seededDays  = 60
)

// seeder fills a world. All it makes depends on the seed and on when the world is to have begun.
type seeder struct {
	*World

	random *rand.Rand
	until  time.Time
	me     *User
}

// Seed returns a world as it may have grown until then: some hundred users who follow each other and speak, some ten
// thousand posts. The same seed and time give the same world. The user me is one of them.
func Seed(seed uint64, until time.Time, me User) *World {
	s := &seeder{World: New(), random: rand.New(rand.NewPCG(seed, 2)), until: until.UTC()} //nolint:gosec // made-up data
	me.Created = time.Date(2016, 3, 21, 8, 30, 0, 0, time.UTC)
	me.Description, me.Location = "The user that this sandbox belongs to.", "Loopback"
	s.me = s.AddUser(me)
	for i := range cities {
		city := cities[i]
		s.places = append(s.places, &city)
	}
	s.people()
	s.follow()
	s.talk()
	s.applaud()
	s.collect()
	s.families()
	return s.World
}

// Empty returns a world with the user me and places alone.
func Empty(me User) *World {
	w := New()
	me.Created = time.Date(2016, 3, 21, 8, 30, 0, 0, time.UTC)
	w.AddUser(me)
	for i := range cities {
		city := cities[i]
		w.places = append(w.places, &city)
	}
	return w
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func (s *seeder) people() {
	organisation := ""
	for i := range seededUsers - 1 {
		first, last := pick(s.random, firstNames), pick(s.random, lastNames)
		about := &topics[s.random.IntN(len(topics))]
		u := User{
			ID: strconv.FormatInt(10_000_000+int64(i)*7_654_321+s.random.Int64N(1000), 10), Name: first + " " + last,
			Username:    strings.ToLower(first) + "_" + strings.ToLower(last[:min(4, len(last))]) + strconv.Itoa(i),
			Description: "Mostly " + pick(s.random, about.subjects) + ". #" + about.tag, Location: pick(s.random, cities).FullName,
			Created: time.Date(2009+i*14/seededUsers, time.Month(1+s.random.IntN(12)), 1+s.random.IntN(28), s.random.IntN(24), s.random.IntN(60), 0, 0, time.UTC),
		}
		switch n := s.random.IntN(100); {
		case n < 4:
			u.Verified, u.Name = "business", last+" "+strings.ToUpper(about.tag[:1])+about.tag[1:]
		case n < 5:
			u.Verified = "government"
		case n < 25:
			u.Verified, u.Premium = "blue", true
		case n < 29:
			u.Protected = true
		}
		if s.random.IntN(4) == 0 {
			u.URL = "https://example.com/" + u.Username
		}
		if u.Verified == "business" {
			organisation = u.ID
		} else if organisation != "" && s.random.IntN(25) == 0 {
			u.Affiliate = organisation
		}
		s.AddUser(u)
	}
}

// follow has everybody follow some, and more of them those who came early.
func (s *seeder) follow() {
	for _, u := range s.order {
		for range 10 + s.random.IntN(50) {
			if other := s.someone(); other != u {
				s.Follows.add(u, other, s.next(), s.before(other, u))
			}
		}
	}
	for i := range 8 {
		s.Mutes.add(s.me, s.order[40+i], s.next(), s.until.Add(-time.Duration(i)*24*time.Hour))
		s.Blocks.add(s.me, s.order[60+i], s.next(), s.until.Add(-time.Duration(i)*24*time.Hour))
		s.Follows.Remove(s.me, s.order[60+i])
		s.Follows.Remove(s.order[60+i], s.me)
	}
}

// someone picks a user, those who came early more often.
func (s *seeder) someone() *User {
	return s.order[int(s.random.Float64()*s.random.Float64()*float64(len(s.order)))]
}

// before returns a time at which both users were there.
func (s *seeder) before(a, b *User) time.Time {
	from := a.Created
	if b.Created.After(from) {
		from = b.Created
	}
	return from.Add(time.Duration(s.random.Int64N(int64(s.until.Sub(from)))))
}

// talk has the users post over the last weeks: alone, to each other, quoting and reposting.
func (s *seeder) talk() {
	s.posts = make([]*Post, 0, seededPosts+1024)
	span := seededDays * 24 * time.Hour
	recent := make([]*Post, 0, seededPosts)
	for i := range seededPosts {
		// Time goes faster towards the end: more is posted now than weeks ago.
		share := float64(i) / seededPosts
		at := s.until.Add(-time.Duration((1 - share) * (1 - share/3) * float64(span))).Add(time.Duration(s.random.IntN(900)) * time.Millisecond)
		author := s.someone()
		var old *Post
		if len(recent) > 50 {
			old = recent[len(recent)-1-s.random.IntN(50)]
		}
		switch n := s.random.IntN(100); {
		case old != nil && n < 25 && !old.Author.Protected:
			s.reply(author, old, at)
		case old != nil && n < 32 && !old.Author.Protected:
			s.quote(author, old, at)
		case old != nil && n < 40 && author != old.Author && !old.Author.Protected:
			s.Repost(author, old, at, true)
			continue
		default:
			s.alone(author, at)
		}
		recent = append(recent, s.posts[len(s.posts)-1])
	}
	for _, u := range s.order {
		if p := u.Latest(); p != nil && s.random.IntN(3) == 0 {
			u.PinnedPost = p.ID
		}
	}
}

func (s *seeder) post(author *User, at time.Time, text, lang string) Post {
	return Post{
		ID: s.NewID(at), Author: author, Created: at, Text: text, Lang: lang, Seeded: true, Source: Source, Views: s.random.IntN(400),
	}
}

func (s *seeder) alone(author *User, at time.Time) {
	about := &topics[s.random.IntN(len(topics))]
	subject := pick(s.random, about.subjects)
	text := strings.Replace(pick(s.random, about.sentences), "%s", subject, 1)
	first := []rune(text)
	text = strings.ToUpper(string(first[0])) + string(first[1:])
	p := s.post(author, at, text, about.lang)
	switch n := s.random.IntN(100); {
	case n < 30:
		p.Text += " #" + about.tag
	case n < 38:
		p.Text += " https://example.com/" + strconv.Itoa(s.random.IntN(10_000))
	case n < 45:
		p.Text += " @" + s.someone().Username
	case n < 47:
		p.Text += " $" + pick(s.random, []string{"ACME", "XMPL", "SNDBX"})
	}
	switch n := s.random.IntN(100); {
	case n < 16:
		for range 1 + s.random.IntN(2) {
			p.MediaKeys = append(p.MediaKeys, s.picture(about, subject, at))
		}
	case n < 19:
		p.MediaKeys = []string{s.video(about, subject, at)}
	case n < 21:
		p.Poll = s.poll(about, at)
	case n < 25:
		p.Place = pick(s.random, s.places)
	}
	s.AddPost(p)
}

func (s *seeder) picture(about *topic, subject string, at time.Time) string {
	size := pick(s.random, [][2]int{{1200, 675}, {1080, 1080}, {1536, 2048}, {640, 480}})
	return s.AddMedia(Media{
		Key: "3_" + s.NewID(at), Kind: "photo", Alt: strings.Replace(about.picture, "%s", subject, 1), Width: size[0], Height: size[1],
	}).Key
}

func (s *seeder) video(about *topic, subject string, at time.Time) string {
	return s.AddMedia(Media{
		Key: "7_" + s.NewID(at), Kind: "video", Alt: strings.Replace(about.picture, "%s", subject, 1), Width: 1280, Height: 720,
		Duration: time.Duration(2+s.random.IntN(120)) * time.Second, Views: s.random.IntN(5000),
	}).Key
}

func (s *seeder) poll(about *topic, at time.Time) *Poll {
	minutes := 60 * (1 + s.random.IntN(72))
	made := &Poll{ID: s.NewID(at), Minutes: minutes, Ends: at.Add(time.Duration(minutes) * time.Minute)}
	for _, label := range about.subjects[:2+s.random.IntN(2)] {
		made.Options = append(made.Options, PollOption{Label: cut(label, 25), Votes: s.random.IntN(80)})
	}
	return made
}

func cut(text string, n int) string {
	if runes := []rune(text); len(runes) > n {
		return string(runes[:n])
	}
	return text
}

func (s *seeder) about(p *Post) *topic {
	for i := range topics {
		if topics[i].lang == p.Lang && (p.Lang != "en" || strings.Contains(p.Text, topics[i].tag)) {
			return &topics[i]
		}
	}
	return &topics[0]
}

func (s *seeder) reply(author *User, old *Post, at time.Time) {
	p := s.post(author, at, "@"+old.Author.Username+" "+pick(s.random, s.about(old).answers), old.Lang)
	p.ReplyTo = old.ID
	s.AddPost(p)
}

func (s *seeder) quote(author *User, old *Post, at time.Time) {
	p := s.post(author, at, pick(s.random, s.about(old).answers)+" https://x.com/"+old.Author.Username+"/status/"+old.ID, old.Lang)
	p.Quotes = old.ID
	s.AddPost(p)
}

// applaud has the users like posts, and the user me keep some.
func (s *seeder) applaud() {
	for _, p := range s.posts {
		if p.RepostOf != "" {
			continue
		}
		for range s.random.IntN(5) {
			after := s.until.Sub(p.Created)
			s.Likes.add(s.someone(), p, s.next(), p.Created.Add(time.Duration(s.random.Int64N(int64(min(after, 48*time.Hour))+1))))
		}
	}
	for i := range 30 {
		p := s.posts[len(s.posts)-1-i*17]
		if p.RepostOf == "" {
			s.Bookmarks.add(s.me, p, s.next(), s.until)
		}
	}
}

// collect makes lists, folders and conversations.
func (s *seeder) collect() {
	for i := range 40 {
		about := &topics[i%len(topics)]
		owner := s.me
		if i >= 6 {
			owner = s.someone()
		}
		l := s.AddList(List{
			Name: cut(fmt.Sprintf("%s %d", about.tag, i), 25), Description: "People who post about " + about.tag, Owner: owner,
			Created: s.until.Add(-time.Duration(40-i) * 24 * time.Hour), Private: i%9 == 4,
		})
		for range 5 + s.random.IntN(30) {
			s.Members.add(l, s.someone(), s.next(), l.Created)
		}
		for range s.random.IntN(12) {
			s.Following.add(s.someone(), l, s.next(), l.Created)
		}
		if i < 2 {
			s.Pinned.add(s.me, l, s.next(), l.Created)
		}
		if i > 6 && i < 12 {
			s.Following.add(s.me, l, s.next(), l.Created)
			s.Members.add(l, s.me, s.next(), l.Created)
		}
	}
	for i, name := range []string{"Read later", "Recipes"} {
		f := s.AddFolder(s.me, name, s.until)
		for j, e := range s.Bookmarks.From(s.me) {
			if j%2 == i {
				s.Filed.add(f, e.To, s.next(), s.until)
			}
		}
	}
	for i := range 10 {
		other := s.order[1+i]
		for j := range 5 {
			sender := s.me
			if j%2 == 0 {
				sender = other
			}
			s.AddDM(DM{
				Kind: "MessageCreate", Conversation: ConversationOf(s.me, other), Sender: sender,
				Text: pick(s.random, topics[i%6].answers), Created: s.until.Add(-time.Duration(100-10*i-j) * time.Hour),
			})
		}
	}
}

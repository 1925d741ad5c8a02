package xapitest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// fixtures is what a file adds to the world.
type fixtures struct {
	Users   []world.User    `json:"users"`
	Posts   []fixturePost   `json:"posts"`
	Follows []fixtureFollow `json:"follows"`
	Lists   []fixtureList   `json:"lists"`
}

type fixturePost struct {
	ID         string    `json:"id"`
	Author     string    `json:"author"`
	Text       string    `json:"text"`
	Created    time.Time `json:"created_at"`
	Lang       string    `json:"lang"`
	ReplyTo    string    `json:"reply_to"`
	Quotes     string    `json:"quotes"`
	LikedBy    []string  `json:"liked_by"`
	RepostedBy []string  `json:"reposted_by"`
}

type fixtureFollow struct {
	From string `json:"from"`
	To   string `json:"to"`
}

type fixtureList struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Owner       string   `json:"owner"`
	Members     []string `json:"members"`
	Private     bool     `json:"private"`
}

func readFixtures(path string) (fixtures, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return fixtures{}, fmt.Errorf("WithFixtures: %w", err)
	}
	var read fixtures
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&read); err != nil {
		return fixtures{}, fmt.Errorf("WithFixtures: %s: %w", path, err)
	}
	if err := read.check(); err != nil {
		return fixtures{}, fmt.Errorf("WithFixtures: %s: %w", path, err)
	}
	return read, nil
}

// check says what is missing that cannot be made up.
func (f fixtures) check() error {
	var wrong []error
	for i, u := range f.Users {
		if u.Username == "" {
			wrong = append(wrong, fmt.Errorf("users[%d] has no username", i))
		}
		if u.ID != "" && world.Number(u.ID) == 0 {
			wrong = append(wrong, fmt.Errorf("users[%d]: the id %q is no number", i, u.ID))
		}
	}
	for i, p := range f.Posts {
		if p.Author == "" || p.Text == "" {
			wrong = append(wrong, fmt.Errorf("posts[%d] needs an author and a text", i))
		}
		if p.ID != "" && world.Number(p.ID) == 0 {
			wrong = append(wrong, fmt.Errorf("posts[%d]: the id %q is no number", i, p.ID))
		}
	}
	for i, l := range f.Lists {
		if l.Name == "" || l.Owner == "" {
			wrong = append(wrong, fmt.Errorf("lists[%d] needs a name and an owner", i))
		}
	}
	return errors.Join(wrong...)
}

// into adds everything to the world. A user that something speaks of and nothing describes is made up.
func (f fixtures) into(w *world.World, now time.Time) {
	for _, u := range f.Users {
		if u.ID == "" {
			u.ID = strconv.Itoa(4_000_000_000 + len(w.Users()))
		}
		if u.Name == "" {
			u.Name = u.Username
		}
		if u.Created.IsZero() {
			u.Created = now
		}
		w.AddUser(u)
	}
	who := func(username string) *world.User {
		if u := w.UserNamed(username); u != nil {
			return u
		}
		return w.AddUser(world.User{ID: strconv.Itoa(4_000_000_000 + len(w.Users())), Name: username, Username: username, Created: now})
	}
	for _, p := range f.Posts {
		if p.Created.IsZero() {
			p.Created = now
		}
		if p.Lang == "" {
			p.Lang = "en"
		}
		made := w.AddPost(world.Post{
			ID: p.ID, Author: who(p.Author), Text: p.Text, Created: p.Created, Lang: p.Lang, ReplyTo: p.ReplyTo, Quotes: p.Quotes,
			Seeded: true, Source: world.Source,
		})
		for _, name := range p.LikedBy {
			w.Like(who(name), made, now)
		}
		for _, name := range p.RepostedBy {
			w.Repost(who(name), made, now, true)
		}
	}
	for _, follow := range f.Follows {
		w.Follow(who(follow.From), who(follow.To), now)
	}
	for _, l := range f.Lists {
		made := w.AddList(world.List{ID: l.ID, Name: l.Name, Description: l.Description, Owner: who(l.Owner), Private: l.Private, Created: now})
		for _, name := range l.Members {
			w.AddMember(made, who(name), now)
		}
	}
}

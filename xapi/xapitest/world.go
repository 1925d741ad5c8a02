package xapitest

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"time"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// WithEmptyWorld has the sandbox begin with its own user alone, and nothing posted.
func WithEmptyWorld() Option {
	return func(s *settings) error { s.empty = true; return nil }
}

// WithFixtures adds what a file holds to the world that the sandbox begins with. The file is JSON, an object of lists, of
// which a state that Export has written has some more:
//
//	{"users":   [{"username": "ada", "id": "12", "name": "Ada", "description": "", "verified_type": "blue", "premium": true}],
//	 "posts":   [{"id": "1001", "author": "ada", "text": "hello", "created_at": "2026-11-01T12:00:00Z", "lang": "en",
//	              "reply_to": "1000", "quotes": "999", "liked_by": ["ben"], "reposted_by": ["ben"]}],
//	 "follows": [{"from": "ben", "to": "ada"}],
//	 "lists":   [{"id": "77", "name": "Friends", "owner": "ada", "members": ["ben"], "private": false}]}
//
// Users are named by their usernames, those of the seeded world among them. What is left out is made up: ids, names and
// times.
func WithFixtures(path string) Option {
	return func(s *settings) error {
		if path == "" {
			return errors.New("WithFixtures: there is no file name")
		}
		raw, err := os.ReadFile(path)
		if err == nil {
			_, err = parseDocument(raw)
		}
		if err != nil {
			return fmt.Errorf("WithFixtures: %s: %w", path, err)
		}
		s.fixtures = append(s.fixtures, raw)
		return nil
	}
}

// worldNow returns the world, made when it is first asked for: what only takes uploads needs none. Server.mu is held.
func (s *Server) worldNow() *world.World {
	if s.world != nil {
		return s.world
	}
	now := s.clock.now()
	me := world.User{ID: s.accounts.me.ID, Name: s.accounts.me.Name, Username: s.accounts.me.Username}
	if s.settings.empty {
		s.world = world.Empty(me)
	} else {
		// The world begins with the day, so that it is the same for all sandboxes of that day.
		s.world = world.Seed(s.settings.seed, now.UTC().Truncate(24*time.Hour), me)
	}
	for _, u := range s.accounts.users {
		s.world.AddUser(world.User{ID: u.ID, Name: u.Name, Username: u.Username, Created: now})
	}
	for _, raw := range s.settings.fixtures {
		if d, err := parseDocument(raw); err == nil { // it was read before
			s.add(s.world, d, now)
		}
	}
	s.world.Notify = s.happened
	return s.world
}

// Reset puts everything back to where the sandbox began: the world, uploads, requests, faults, limits and the clock. Fixed
// answers are gone; functions given to Handle stay, since who gave them takes them away. Tokens stay good.
func (s *Server) Reset() {
	defer s.news.Tell()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.uploads {
		s.drop(u)
	}
	s.world, s.uploads, s.requests = nil, map[string]*upload{}, history{last: s.requests.last}
	s.clock = clock{base: s.clock.base}
	for _, conn := range s.streams.open {
		conn.end("Reset", nil)
	}
	for hook := range s.couriers.byHook {
		s.dismiss(hook)
	}
	s.couriers.deliveries = nil
	s.faults = newFaultRules(s.settings.faults, s.settings.seed)
	maps.DeleteFunc(s.customs, func(_ string, c *custom) bool { return c.stub != nil })
	s.limiter.windows = map[string]*window{}
}

package xapitest

import (
	"time"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// expire drops the uploads whose time is over, so that the disk gets their bytes back. What a post shows stays as long as
// the post. Server.mu is held.
func (s *Server) expire(now time.Time) {
	var shown map[string]bool
	for _, u := range s.uploads {
		if now.Before(u.expires) {
			continue
		}
		if shown == nil {
			shown = s.shownMedia()
		}
		if !shown[u.key] {
			s.drop(u)
		}
	}
}

// shownMedia has the keys of the media that posts and messages show.
func (s *Server) shownMedia() map[string]bool {
	shown := map[string]bool{}
	if s.world == nil {
		return shown
	}
	for _, p := range s.world.Posts() {
		for _, key := range p.MediaKeys {
			shown[key] = true
		}
	}
	for _, key := range s.world.MessageMedia() {
		shown[key] = true
	}
	return shown
}

// unshown drops the uploads of those keys that nothing shows any more. Server.mu is held.
func (s *Server) unshown(keys []string) {
	if len(keys) == 0 {
		return
	}
	shown := s.shownMedia()
	for _, key := range keys {
		if u := s.uploads[world.MediaID(key)]; u != nil && !shown[key] {
			s.drop(u)
		}
	}
}

// drop forgets an upload and gives its bytes back. Server.mu is held.
func (s *Server) drop(u *upload) {
	delete(s.uploads, u.id)
	for _, r := range u.regions() {
		s.spool.release(r)
	}
}

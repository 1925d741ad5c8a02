package xapitest

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Bounds of how many uploads are listed, and deliveries to webhooks.
const (
	mostUploads    = 200
	someDeliveries = 20
)

func (s *Server) showState(w http.ResponseWriter, _ *http.Request) {
	shown := object{
		"clock": s.clockState(), "faults": s.Faults(), "stubs": s.Stubs(), "spec": s.version, "url": s.URL, "token": s.Token(), "changes": s.news.Count(),
	}
	s.mu.Lock()
	defer func() { show(w, shown) }() // written when the lock is given back
	defer s.mu.Unlock()
	world := s.worldNow()
	me := s.accounts.me
	shown["user"] = object{"id": me.ID, "name": me.Name, "username": me.Username}
	shown["counts"] = object{
		"users": len(world.Users()), "posts": len(world.Posts()), "uploads": len(s.uploads), "requests": s.requests.last,
	}
	shown["uploads"] = s.uploadStates()
	rules := []object{}
	for _, d := range world.All("rules") {
		rules = append(rules, rule(d))
	}
	webhooks := []object{}
	for _, d := range world.All("webhooks") {
		webhooks = append(webhooks, webhook(d))
	}
	deliveries := []object{}
	for _, tried := range s.couriers.deliveries[max(0, len(s.couriers.deliveries)-someDeliveries):] {
		deliveries = append(deliveries, tried.shown())
	}
	shown["deliveries"] = deliveries
	streams := []object{}
	for _, conn := range s.streams.open {
		streams = append(streams, object{
			"id": conn.id, "operation": conn.call.operation.ID, "path": redactedURL(conn.call.request.URL.RequestURI()),
			"connected_at": conn.connected.UTC(), "waiting": len(conn.documents),
		})
	}
	shown["rules"], shown["webhooks"], shown["streams"] = rules, webhooks, streams
}

// uploadStates are the uploads as they are listed, newest first. Server.mu is held.
func (s *Server) uploadStates() []object {
	now := s.clock.now()
	all := make([]*upload, 0, len(s.uploads))
	for _, u := range s.uploads {
		all = append(all, u)
	}
	slices.SortFunc(all, func(a, b *upload) int {
		return cmp.Or(cmp.Compare(len(b.id), len(a.id)), strings.Compare(b.id, a.id)) // ids rise
	})
	list := []object{}
	for _, u := range all[:min(len(all), mostUploads)] {
		list = append(list, s.uploadState(u, now))
	}
	return list
}

// uploadState is an upload as it is listed. Server.mu is held.
func (s *Server) uploadState(u *upload, now time.Time) object {
	step := u.processing.at(now)
	shown := object{
		"id": u.id, "media_key": u.key, "owner_id": u.owner, "media_type": u.mediaType, "media_category": u.category,
		"total_bytes": u.total, "size": u.size(), "segments": len(u.segments), "finalized": u.finalized, "expires_at": u.expires.UTC(),
	}
	if u.finalized {
		shown["state"], shown["content"] = step.State, contentPath(u.id)
		if step.Progress >= 0 {
			shown["progress_percent"] = step.Progress
		}
		if step.Error != nil {
			shown["error"] = step.Error
		}
	}
	if alt := u.altText(); alt != "" {
		shown["alt_text"] = alt
	}
	if warnings := u.warnings(); len(warnings) > 0 {
		shown["warnings"] = warnings
	}
	return shown
}

func contentPath(id string) string { return controlPath + "/media/" + id + "/content" }

// altText is what the metadata say that the media show.
func (u *upload) altText() string {
	var alt struct {
		Text string `json:"text"`
	}
	_ = json.Unmarshal(u.metadata["alt_text"], &alt)
	return alt.Text
}

// warnings are what the metadata warn of, as in adult content.
func (u *upload) warnings() (found []string) {
	var warning map[string]bool
	_ = json.Unmarshal(u.metadata["sensitive_media_warning"], &warning)
	for name, holds := range warning {
		if holds {
			found = append(found, strings.ReplaceAll(name, "_", " "))
		}
	}
	slices.Sort(found)
	return found
}

func (s *Server) showPosts(w http.ResponseWriter, _ *http.Request) { show(w, s.Posts()) }

func (s *Server) showUploads(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	list := s.uploadStates()
	s.mu.Unlock()
	show(w, list)
}

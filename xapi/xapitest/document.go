package xapitest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// document is the state of a sandbox as it is written down: the world, and what the sandbox has besides. Tokens are not
// part of it, nor are requests and rate limits.
type document struct {
	world.Document

	Clock   *writtenClock   `json:"clock,omitempty"`
	Uploads []writtenUpload `json:"uploads,omitempty"`
	Faults  []Fault         `json:"faults,omitempty"`
	Stubs   []Stub          `json:"stubs,omitempty"`
}

type writtenClock struct {
	Now    time.Time `json:"now"`
	Frozen bool      `json:"frozen,omitempty"`
}

// writtenUpload is an upload with its bytes.
type writtenUpload struct {
	ID         string                     `json:"id"`
	Key        string                     `json:"media_key"`
	Owner      string                     `json:"owner_id"`
	SharedWith []string                   `json:"additional_owners,omitempty"`
	Type       string                     `json:"media_type"`
	Category   string                     `json:"media_category"`
	Total      int64                      `json:"total_bytes"`
	Expires    time.Time                  `json:"expires_at"`
	Finalized  bool                       `json:"finalized,omitempty"`
	Processed  time.Time                  `json:"processing_since,omitzero"`
	Takes      int64                      `json:"processing_ms,omitempty"`
	Failure    *ProcessingError           `json:"processing_error,omitempty"`
	Width      int                        `json:"width,omitempty"`
	Height     int                        `json:"height,omitempty"`
	Metadata   map[string]json.RawMessage `json:"metadata,omitempty"`
	Subtitles  []Subtitle                 `json:"subtitles,omitempty"`
	// Segments are the bytes by index, in base64.
	Segments map[string][]byte `json:"segments,omitempty"`
}

// maxDocument bounds a document, and maxWritten the bytes of uploads in one.
const (
	maxDocument = 256 << 20
	maxWritten  = 64 << 20
)

func parseDocument(raw []byte) (*document, error) {
	var d document
	if err := decodeStrictly(raw, &d); err != nil {
		return nil, err
	}
	wrong := []error{d.Check()}
	for _, f := range d.Faults {
		wrong = append(wrong, f.check())
	}
	for i, u := range d.Uploads {
		if u.ID == "" || u.Key == "" {
			wrong = append(wrong, fmt.Errorf("uploads[%d] needs an id and a media_key", i))
		}
		for text := range u.Segments {
			if _, err := parseIndex(text); err != nil {
				wrong = append(wrong, fmt.Errorf("uploads[%d]: the segments are by their index, 0 to %d, not %q", i, maxIndex, text))
			}
		}
	}
	return &d, errors.Join(wrong...)
}

// Export writes the sandbox's state down as JSON: the whole world, the uploads with their bytes, faults, stubs and the
// clock. Import reads it, and so does WithFixtures, which adds the world's part. Uploads of more than 64 MiB together are
// too much to write down, which is an error.
func (s *Server) Export(w io.Writer) error {
	d, err := s.document()
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	return encoder.Encode(d)
}

func (s *Server) document() (*document, error) {
	d := &document{Stubs: s.Stubs()}
	for _, rule := range s.Faults() {
		d.Faults = append(d.Faults, rule.Fault)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d.Document = *s.worldNow().Document()
	for _, rule := range d.Things["rules"] {
		delete(rule.Fields, "_query") // made anew from the rule's value
	}
	d.Clock = &writtenClock{s.clock.now(), !s.clock.stopped.IsZero()}
	left := int64(maxWritten)
	for _, id := range slices.Sorted(maps.Keys(s.uploads)) {
		u := s.uploads[id]
		if left -= u.size(); left < 0 {
			return nil, fmt.Errorf("export: the uploads have more than %d MiB, too much for a document", maxWritten>>20)
		}
		written, err := s.written(u)
		if err != nil {
			return nil, fmt.Errorf("export: %w", err)
		}
		d.Uploads = append(d.Uploads, written)
	}
	return d, nil
}

func (s *Server) written(u *upload) (writtenUpload, error) {
	made := writtenUpload{
		ID: u.id, Key: u.key, Owner: u.owner, SharedWith: u.sharedWith, Type: u.mediaType, Category: u.category, Total: u.total, Expires: u.expires,
		Finalized: u.finalized, Processed: u.processing.began, Takes: u.processing.takes.Milliseconds(), Failure: u.processing.failure,
		Width: u.width, Height: u.height, Metadata: u.metadata, Subtitles: u.subtitles, Segments: map[string][]byte{},
	}
	for index, r := range u.segments {
		content, err := io.ReadAll(s.spool.reader(r))
		if err != nil {
			return made, err
		}
		made.Segments[strconv.Itoa(index)] = content
	}
	return made, nil
}

// Import puts the state that Export has written in place of all there is: the world, uploads, faults, stubs and the time.
// Tokens stay good. Nothing is changed where the document is not good.
func (s *Server) Import(r io.Reader) error { return s.take(r, true) }

// Add adds what a document has to what there is.
func (s *Server) Add(r io.Reader) error { return s.take(r, false) }

func (s *Server) take(r io.Reader, instead bool) error {
	raw, err := io.ReadAll(io.LimitReader(r, maxDocument+1))
	switch {
	case err != nil:
		return fmt.Errorf("document: %w", err)
	case len(raw) > maxDocument:
		return fmt.Errorf("document: more than %d MiB", maxDocument>>20)
	}
	d, err := parseDocument(bytes.TrimSpace(raw))
	for i := 0; err == nil && i < len(d.Uploads); i++ {
		for _, content := range d.Uploads[i].Segments {
			if int64(len(content)) > s.settings.maxSegment {
				err = fmt.Errorf("uploads[%d] has a segment of more than %d bytes: start the sandbox with larger ones (WithMaxSegment)", i, s.settings.maxSegment)
			}
		}
	}
	stubs := make([]*custom, 0)
	for i := 0; err == nil && i < len(d.Stubs); i++ {
		var made *custom
		made, err = s.stubbed(d.Stubs[i])
		stubs = append(stubs, made)
	}
	if err != nil {
		return fmt.Errorf("document: %w", err)
	}
	if instead {
		s.Reset()
		_ = s.SetFaults()
	}
	for _, made := range stubs {
		s.install(made.stub.Operation, made)
	}
	_ = s.AddFaults(d.Faults...) // they were checked
	defer s.news.Tell()
	s.mu.Lock()
	defer s.mu.Unlock()
	if instead && d.Clock != nil {
		s.clock.advance(d.Clock.Now.Sub(s.clock.now()))
		s.clock.stop(d.Clock.Frozen)
	}
	if instead {
		s.world = world.Empty(world.User{ID: s.accounts.me.ID, Name: s.accounts.me.Name, Username: s.accounts.me.Username})
	}
	w := s.worldNow()
	w.Notify = nil // what is read has not just happened
	s.add(w, d, s.clock.now())
	w.Notify = s.happened
	return nil
}

// add adds the world's part of a document, and its uploads. Server.mu is held.
func (s *Server) add(w *world.World, d *document, now time.Time) {
	for family, things := range d.Things {
		for i := range things {
			revive(family, things[i].Fields)
		}
	}
	w.Add(&d.Document, now)
	for i := range d.Uploads {
		s.restore(&d.Uploads[i])
	}
	for _, hook := range w.All("webhooks") {
		if s.couriers.byHook[hook.ID] == nil {
			s.employ(hook.ID, now)
		}
	}
}

// revive makes the fields of a thing what the sandbox keeps them as, where JSON does not tell.
func revive(family string, fields map[string]any) {
	for name, value := range fields {
		switch {
		case name == "participant_ids" && family == "chats":
			fields[name] = as[[]string](value)
		case kept[name] != nil:
			fields[name] = kept[name](value)
		default:
			fields[name] = whole(value)
		}
	}
	if value, isText := fields["value"].(string); isText && family == "rules" {
		if query, _, err := readRule(value); err == nil {
			fields["_query"] = query
		}
	}
}

// kept makes the fields that only the sandbox sees what it keeps them as, by name.
var kept = map[string]func(any) any{
	"_accounts": func(value any) any { return as[[]string](value) },
	"_parts":    func(value any) any { return as[map[int][]byte](value) },
	"_query":    func(value any) any { return as[url.Values](value) },
	"_made":     func(value any) any { return as[time.Time](value) },
	"_uploaded": func(value any) any { return as[time.Time](value) },
	"_result":   func(value any) any { return as[[]byte](value) },
}

// as returns what JSON has read as a value of another type, its zero value where it is none.
func as[T any](value any) (made T) {
	if raw, err := json.Marshal(value); err == nil {
		_ = json.Unmarshal(raw, &made)
	}
	return made
}

// whole has numbers that are whole be integers, as the sandbox makes them.
func whole(value any) any {
	if n, isNumber := value.(float64); isNumber && n == float64(int(n)) {
		return int(n)
	}
	return value
}

// restore makes an upload that was written down known. A segment that the disk does not take is missing then. Server.mu is
// held.
func (s *Server) restore(written *writtenUpload) {
	u := &upload{
		id: written.ID, key: written.Key, owner: written.Owner, sharedWith: written.SharedWith, mediaType: written.Type, category: written.Category,
		total: written.Total, expires: written.Expires, segments: map[int]region{}, finalized: written.Finalized, metadata: written.Metadata,
		subtitles: written.Subtitles, width: written.Width, height: written.Height,
		processing: processing{began: written.Processed, takes: time.Duration(written.Takes) * time.Millisecond, failure: written.Failure},
	}
	for text, content := range written.Segments {
		index, err := parseIndex(text)
		stored := s.spool.reserve()
		if err == nil {
			err = s.copySegment(&stored, bytes.NewReader(content))
		}
		if err != nil {
			s.spool.release(stored)
			continue
		}
		u.segments[index] = stored
	}
	if old := s.uploads[u.id]; old != nil {
		s.drop(old)
	}
	s.uploads[u.id] = u
	s.ids.last = max(s.ids.last, world.Number(u.id))
}

package xapitest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Media is what the sandbox holds of one upload.
type Media struct {
	// ID is the media id, Key the media_key.
	ID  string `json:"id"`
	Key string `json:"media_key"`
	// Owner is the id of the user whose token initialized the upload.
	Owner string `json:"owner_id"`
	// Type is the MIME type and Category the media_category, as the upload was initialized with.
	Type     string `json:"media_type"`
	Category string `json:"media_category"`
	// Total is the size announced by initialize, in bytes, or -1; Size is that of what arrived.
	Total int64 `json:"total_bytes"`
	Size  int64 `json:"size"`
	// Segments are the indexes of the segments that arrived, in order.
	Segments []int `json:"segments"`
	// Finalized says that the upload is complete. SHA256 is then the digest of its bytes in hexadecimal, else empty.
	Finalized bool   `json:"finalized"`
	SHA256    string `json:"sha256"`
	// State is the state of processing: succeeded where there is nothing to process.
	State string `json:"state"`
	// Metadata has the fields of the metadata by name, as they were sent.
	Metadata map[string]json.RawMessage `json:"metadata,omitempty"`
	// Subtitles are those that were attached to it.
	Subtitles []Subtitle `json:"subtitles,omitempty"`

	bytes io.Reader
}

// maxBytes bounds Media.Bytes.
const maxBytes = 64 << 20

// Bytes returns the bytes of a finalized upload of at most 64 MiB. For a larger one there is Reader.
func (m Media) Bytes() ([]byte, error) {
	if m.Size > maxBytes {
		return nil, fmt.Errorf("media %s has %d bytes, more than %d: use Reader", m.ID, m.Size, int64(maxBytes))
	}
	return io.ReadAll(m.bytes)
}

// Reader returns the bytes of a finalized upload in order. They can be read once, while the sandbox runs.
func (m Media) Reader() io.Reader { return m.bytes }

// Media returns what the sandbox holds of the upload, and whether there is such an upload. The digest of a large upload
// takes time when it is asked for first.
func (s *Server) Media(id string) (Media, bool) {
	s.mu.Lock()
	u, known := s.uploads[id]
	if !known {
		s.mu.Unlock()
		return Media{}, false
	}
	m := u.media(s.clock.now())
	regions := u.regions()
	s.mu.Unlock()
	m.bytes = s.assembled(nil)
	if m.Finalized {
		m.bytes = s.assembled(regions)
		m.SHA256 = u.digest(s.assembled(regions))
	}
	return m, true
}

// upload is one upload from its initialize on. Server.mu guards it; the digest has a guard of its own, since reading
// the bytes takes time.
type upload struct {
	id, key, owner string
	sharedWith     []string
	mediaType      string
	category       string
	total          int64
	expires        time.Time
	segments       map[int]region
	finalized      bool
	processing     processing
	metadata       map[string]json.RawMessage
	subtitles      []Subtitle
	width, height  int

	hash sync.Once
	sum  string
}

func (u *upload) size() (n int64) {
	for _, r := range u.segments {
		n += r.size
	}
	return n
}

// gapless says that the segments are numbered from 0 without a gap.
func (u *upload) gapless() bool {
	for i := range len(u.segments) {
		if _, there := u.segments[i]; !there {
			return false
		}
	}
	return true
}

// regions returns the segments' regions in order.
func (u *upload) regions() []region {
	found := make([]region, 0, len(u.segments))
	for _, index := range slices.Sorted(maps.Keys(u.segments)) {
		found = append(found, u.segments[index])
	}
	return found
}

func (u *upload) media(now time.Time) Media {
	return Media{
		ID: u.id, Key: u.key, Owner: u.owner, Type: u.mediaType, Category: u.category,
		Total: u.total, Size: u.size(), Segments: slices.Sorted(maps.Keys(u.segments)),
		Finalized: u.finalized, State: u.processing.at(now).State, Metadata: maps.Clone(u.metadata),
		Subtitles: slices.Clone(u.subtitles),
	}
}

func (u *upload) digest(content io.Reader) string {
	u.hash.Do(func() {
		h := sha256.New()
		if _, err := io.CopyBuffer(h, content, make([]byte, 256<<10)); err == nil {
			u.sum = hex.EncodeToString(h.Sum(nil))
		}
	})
	return u.sum
}

// assembled returns the bytes of the regions, one after the other.
func (s *Server) assembled(regions []region) io.Reader {
	parts := make([]io.Reader, 0, len(regions))
	for _, r := range regions {
		parts = append(parts, s.spool.reader(r))
	}
	return io.MultiReader(parts...)
}

// mediaKey returns the key of an upload: the id behind the prefix of its kind. The prefixes are those observed;
// subtitles were never seen with one, so theirs is the sandbox's own.
func mediaKey(category, id string) string {
	switch {
	case category == "amplify_video":
		return "13_" + id
	case strings.HasSuffix(category, "_video"):
		return "7_" + id
	case strings.HasSuffix(category, "_gif"):
		return "16_" + id
	case category == "subtitles":
		return "1_" + id
	default:
		return "3_" + id
	}
}

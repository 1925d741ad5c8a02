package xapitest

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/gen/spec"
)

// What the sandbox says of the size of images and videos: it does not look into them.
const (
	madeUpWidth  = 1280
	madeUpHeight = 720
)

// byKey returns the finalized upload with that key. Server.mu is held.
func (s *Server) byKey(key string, now time.Time) *upload {
	for _, u := range s.uploads {
		if u.key == key && u.finalized && now.Before(u.expires) {
			return u
		}
	}
	return nil
}

// object returns the upload as the lookup does: its kind and key, and of the other fields those asked for.
func (u *upload) object(m *sampler) object {
	found := object{"media_key": u.key, "type": u.kind()}
	own := object{"width": madeUpWidth, "height": madeUpHeight}
	if u.kind() == "photo" {
		own["url"] = "https://pbs.example.com/media/" + u.id
	} else {
		own["duration_ms"] = 2000
		own["preview_image_url"] = "https://pbs.example.com/preview/" + u.id
		own["variants"] = []object{{"content_type": "video/mp4", "url": "https://video.example.com/" + u.id, "bit_rate": 832000}}
	}
	var alt struct {
		Text string `json:"text"`
	}
	if json.Unmarshal(u.metadata["alt_text"], &alt) == nil && alt.Text != "" {
		own["alt_text"] = alt.Text
	}
	for name, value := range own {
		if m.asked[name] {
			found[name] = value
		}
	}
	return found
}

func (u *upload) kind() string {
	switch {
	case strings.HasSuffix(u.category, "_gif"):
		return "animated_gif"
	case strings.HasSuffix(u.category, "_video"):
		return "video"
	default:
		return "photo"
	}
}

func (s *Server) getMediaByKey(c *call) answer {
	return s.lookup(c, []string{c.params["media_key"]}, true)
}

func (s *Server) getMediaByKeys(c *call) answer { return s.lookup(c, c.list("media_keys"), false) }

// lookup answers with the uploads of the keys, and with an error for each key that is unknown: both with status 200.
func (s *Server) lookup(c *call, keys []string, single bool) answer {
	m := s.newSampler(c)
	s.mu.Lock()
	defer s.mu.Unlock()
	var found, missing []object
	for _, key := range keys {
		if u := s.byKey(key, c.now); u != nil {
			found = append(found, u.object(m))
		} else {
			missing = append(missing, s.notFound("media", "media_keys", key))
		}
	}
	body := object{}
	if len(missing) > 0 {
		body["errors"] = missing
	}
	switch {
	case len(found) > 0 && single:
		body["data"] = found[0]
	case len(found) > 0:
		body["data"] = found
	}
	return answer{status: http.StatusOK, body: body}
}

// getMediaAnalytics makes up one row of numbers for each key that is known.
func (s *Server) getMediaAnalytics(c *call) answer {
	m := s.newSampler(c)
	s.mu.Lock()
	defer s.mu.Unlock()
	rows := []object{}
	var missing []object
	for _, key := range c.list("media_keys") {
		if s.byKey(key, c.now) == nil {
			missing = append(missing, s.notFound("media", "media_keys", key))
			continue
		}
		metrics := object{"video_views": m.random.IntN(1000), "watch_time_ms": m.random.IntN(100000)}
		rows = append(rows, object{"media_key": key, "timestamped_metrics": []object{
			{"timestamp": c.request.URL.Query().Get("start_time"), "metrics": metrics},
		}})
	}
	body := object{"data": rows}
	if len(missing) > 0 {
		body["errors"] = missing
	}
	return answer{status: http.StatusOK, body: body}
}

// list returns the values of a query parameter that takes several, joined by commas.
func (c *call) list(name string) []string {
	return strings.FieldsFunc(strings.Join(c.request.URL.Query()[name], ","), func(r rune) bool { return r == ',' })
}

// getSpec answers with the document that the sandbox itself goes by.
func (s *Server) getSpec(*call) answer {
	return answer{status: http.StatusOK, body: []byte(spec.JSON())}
}

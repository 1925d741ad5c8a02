package xapitest

import (
	"net/http"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/gen/spec"
)

// byKey returns the finalized upload with that key. Server.mu is held.
func (s *Server) byKey(key string, now time.Time) *upload {
	for _, u := range s.uploads {
		if u.key == key && u.finalized && (now.Before(u.expires) || s.shownMedia()[key]) {
			return u
		}
	}
	return nil
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

var mediaHandlers = map[string]handler{
	"getMediaByMediaKey":  inWorld(func(v *view) answer { return v.one(kindMedia, "media_key", v.c.params["media_key"]) }),
	"getMediaByMediaKeys": inWorld(func(v *view) answer { return v.many(kindMedia, "media_keys", v.c.list("media_keys")) }),
	"getMediaAnalytics":   (*Server).getMediaAnalytics,
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
	return strings.FieldsFunc(strings.Join(c.query[name], ","), func(r rune) bool { return r == ',' })
}

// getSpec answers with the document that the sandbox itself goes by.
func (s *Server) getSpec(*call) answer {
	return answer{status: http.StatusOK, body: []byte(spec.JSON())}
}

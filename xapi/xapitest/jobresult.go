package xapitest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

const (
	// maxIDs is how large the list of ids of a job may be, in bytes.
	maxIDs = 128_000_000
	// idsAtOnce is how many ids are looked up while nobody else sees the world.
	idsAtOnce = 1_000
)

// idLine is a line of a list of ids.
var idLine = regexp.MustCompile(`^[0-9]{1,19}$`)

// uploadIDs takes the ids of a job, one a line, and finds out what is to be done about each.
func (s *Server) uploadIDs(c *call) answer {
	if refused := s.inView(c, func(v *view) *answer { _, refused := v.job("created"); return refused }); refused != nil {
		return *refused
	}
	body := http.MaxBytesReader(nil, c.request.Body, maxIDs)
	var result bytes.Buffer
	written := json.NewEncoder(&result)
	lines := bufio.NewScanner(body)
	for ids := next(lines); len(ids) > 0; ids = next(lines) {
		s.inView(c, func(v *view) *answer {
			job := v.w.Doc("jobs", c.params["id"])
			for _, id := range ids {
				if job == nil {
					break
				}
				if found := v.redaction(job.Text("type"), id); found != nil {
					_ = written.Encode(found)
				}
			}
			return nil
		})
	}
	if lines.Err() != nil {
		return answer{status: http.StatusRequestEntityTooLarge, hint: "the list was cut off, has a line that is no id, or is larger than 128 MB"}
	}
	return inWorld(func(v *view) answer {
		d, refused := v.job("created")
		if refused != nil {
			return *refused
		}
		d.Fields["status"], d.Fields["_uploaded"], d.Fields["_result"] = "in_progress", v.c.now, result.Bytes()
		return answer{status: http.StatusOK}
	})(s, c)
}

// next returns the next ids, none at the end.
func next(lines *bufio.Scanner) (ids []string) {
	for len(ids) < idsAtOnce && lines.Scan() {
		if id := strings.TrimSpace(lines.Text()); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// redaction is what is to be done about a post or a user that somebody has stored, nil where they are as they were.
func (v *view) redaction(kind, id string) object {
	if !idLine.MatchString(id) {
		return object{"id": id, "error": "invalid_id"}
	}
	var reason string
	u := v.w.User(id)
	if kind == "tweets" {
		p := v.w.Post(id)
		switch {
		case p == nil:
			return v.redacted(id, "delete", "deleted", world.TimeOf(id))
		case p.ScrubbedGeo:
			return v.redacted(id, "scrub_geo", "scrub_geo", p.Created)
		}
		u = p.Author
	}
	switch {
	case u == nil:
		return v.redacted(id, "delete", "deleted", time.Time{})
	case u.Deactivated:
		reason = "deactivated"
	case u.Suspended:
		reason = "suspended"
	case u.Protected:
		reason = "protected"
	default:
		return nil
	}
	return v.redacted(id, "delete", reason, u.Created)
}

// redacted is a line of a result.
func (v *view) redacted(id, action, reason string, created time.Time) object {
	line := object{"id": id, "action": action, "reason": reason, "redacted_at": nil}
	if !created.IsZero() {
		line["created_at"] = stamp(created)
	}
	if at, known := v.w.Withdrawn(id); known {
		line["redacted_at"] = stamp(at)
		if action == "delete" {
			line["deleted_at"] = stamp(at)
		}
	}
	return line
}

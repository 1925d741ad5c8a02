package xapitest

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"
)

// inspection lets programs in any language ask what a Go test asks the Server: the paths below /sandbox/, which the real
// API does not have. They take no token, count against no limit and are not disturbed by faults.
//
//	GET  /sandbox/media/{id}          what is held of an upload, with the digest of its bytes
//	GET  /sandbox/media/{id}/content  the bytes themselves
//	GET  /sandbox/posts               the posts made
//	GET  /sandbox/requests            the requests seen, without their headers
//	POST /sandbox/advance?by=1h30m    move the sandbox's clock
//	POST /sandbox/reset               put everything back to where it began
func (s *Server) inspection() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /sandbox/media/{id}", func(w http.ResponseWriter, r *http.Request) {
		if m, known := s.Media(r.PathValue("id")); known {
			show(w, m)
		} else {
			http.NotFound(w, r)
		}
	})
	mux.HandleFunc("GET /sandbox/media/{id}/content", func(w http.ResponseWriter, r *http.Request) {
		m, known := s.Media(r.PathValue("id"))
		if !known || !m.Finalized {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Length", strconv.FormatInt(m.Size, 10))
		_, _ = io.Copy(w, m.Reader())
	})
	mux.HandleFunc("GET /sandbox/posts", func(w http.ResponseWriter, _ *http.Request) { show(w, s.Posts()) })
	mux.HandleFunc("GET /sandbox/requests", func(w http.ResponseWriter, _ *http.Request) {
		seen := s.Requests()
		for i := range seen {
			seen[i].Header, seen[i].Path = nil, redactedURL(seen[i].Path)
			seen[i].Body = nil
		}
		show(w, seen)
	})
	mux.HandleFunc("POST /sandbox/reset", func(w http.ResponseWriter, _ *http.Request) {
		s.Reset()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("POST /sandbox/advance", func(w http.ResponseWriter, r *http.Request) {
		by, err := time.ParseDuration(r.URL.Query().Get("by"))
		if err != nil || by < 0 {
			http.Error(w, "give the time to move by, like 90s or 24h, as the parameter by", http.StatusBadRequest)
			return
		}
		show(w, object{"now": s.Advance(by).UTC().Format(time.RFC3339)})
	})
	return mux
}

func show(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(value)
}

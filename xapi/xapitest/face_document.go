package xapitest

import (
	"bytes"
	"io"
	"net/http"
)

func (s *Server) exportState(w http.ResponseWriter, _ *http.Request) {
	var text bytes.Buffer
	if err := s.Export(&text); err != nil {
		refuse(w, http.StatusConflict, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = text.WriteTo(w)
}

func (s *Server) importState(w http.ResponseWriter, r *http.Request) { takeState(w, r, s.Import) }

func (s *Server) addState(w http.ResponseWriter, r *http.Request) { takeState(w, r, s.Add) }

func takeState(w http.ResponseWriter, r *http.Request, take func(io.Reader) error) {
	if err := take(r.Body); err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	done(w)
}

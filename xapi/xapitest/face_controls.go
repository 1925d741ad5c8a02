package xapitest

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The controls of faults, stubs, clock and tokens: what the methods of Server do, over HTTP.

func (s *Server) showFaults(w http.ResponseWriter, _ *http.Request) { show(w, s.Faults()) }

func (s *Server) showAnswers(w http.ResponseWriter, _ *http.Request) { show(w, Answers()) }

func (s *Server) addFaults(w http.ResponseWriter, r *http.Request) { s.takeFaults(w, r, s.AddFaults) }

func (s *Server) setFaults(w http.ResponseWriter, r *http.Request) { s.takeFaults(w, r, s.SetFaults) }

func (s *Server) takeFaults(w http.ResponseWriter, r *http.Request, take func(...Fault) error) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxControl))
	var faults []Fault
	if err == nil {
		faults, err = ParseFaults(raw)
	}
	if err == nil {
		err = take(faults...)
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	show(w, s.Faults())
}

func (s *Server) clearFaults(w http.ResponseWriter, _ *http.Request) {
	_ = s.SetFaults()
	done(w)
}

func (s *Server) deleteFault(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil || !s.RemoveFault(id) {
		refuse(w, http.StatusNotFound, fmt.Errorf("there is no fault %s: GET %s/faults lists them", r.PathValue("id"), controlPath))
		return
	}
	done(w)
}

func (s *Server) showStubs(w http.ResponseWriter, _ *http.Request) { show(w, s.Stubs()) }

func (s *Server) putStub(w http.ResponseWriter, r *http.Request) {
	var stub Stub
	if !read(w, r, &stub) {
		return
	}
	stub.Operation = r.PathValue("operation")
	if err := s.SetStub(stub); err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	show(w, s.Stubs())
}

func (s *Server) deleteStub(w http.ResponseWriter, r *http.Request) {
	if operation := r.PathValue("operation"); !s.RemoveStub(operation) {
		refuse(w, http.StatusNotFound, fmt.Errorf("there is no stub of %s: GET %s/stubs lists them", operation, controlPath))
		return
	}
	done(w)
}

func (s *Server) clearStubs(w http.ResponseWriter, _ *http.Request) {
	s.RemoveStubs()
	done(w)
}

func (s *Server) showActs(w http.ResponseWriter, _ *http.Request) { show(w, Acts()) }

func (s *Server) doAct(w http.ResponseWriter, r *http.Request) {
	var act Act
	if !read(w, r, &act) {
		return
	}
	if err := s.Act(act); err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	done(w)
}

func (s *Server) showOperations(w http.ResponseWriter, _ *http.Request) {
	list := []object{}
	for op := range operations() {
		list = append(list, object{"operation": op.ID, "method": op.Method, "path": op.Path})
	}
	show(w, list)
}

// clockState is the clock as it is shown.
func (s *Server) clockState() object {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.now()
	return object{
		"now": now.UTC(), "frozen": !s.clock.stopped.IsZero(), "ahead": now.Sub(s.clock.base()).Round(time.Millisecond).String(),
	}
}

func (s *Server) showClock(w http.ResponseWriter, _ *http.Request) { show(w, s.clockState()) }

func (s *Server) moveClock(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Advance string    `json:"advance"`
		Now     time.Time `json:"now"`
		Frozen  *bool     `json:"frozen"`
	}
	if !read(w, r, &body) {
		return
	}
	var by time.Duration
	var err error
	switch {
	case body.Advance != "" && !body.Now.IsZero():
		err = errors.New("give advance or now, not both")
	case body.Advance != "":
		by, err = parseDuration(body.Advance)
	case !body.Now.IsZero():
		if by = body.Now.Sub(s.Now()); by < 0 {
			err = fmt.Errorf("it is %s already: the clock goes forward alone, and a reset puts it back", s.Now().UTC().Format(time.RFC3339))
		}
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	if body.Frozen != nil {
		s.still(*body.Frozen)
	}
	if by > 0 {
		s.Advance(by)
	}
	show(w, s.clockState())
}

// tokenState is a token as it is listed: without what it is good for.
func (s *Server) tokenState(t *Token) object {
	shown := object{"user_id": t.User, "app_only": t.User == "", "scopes": t.Scopes, "revoked": t.Revoked, "refreshable": t.Refresh != "" && !t.Spent}
	if !t.Expires.IsZero() {
		shown["expires_at"] = t.Expires.UTC()
	}
	return shown
}

func (s *Server) showTokens(w http.ResponseWriter, _ *http.Request) {
	list := []object{}
	for _, t := range s.Tokens() {
		list = append(list, s.tokenState(&t))
	}
	show(w, list)
}

func (s *Server) makeToken(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Username string   `json:"username"`
		Client   string   `json:"client_id"`
		AppOnly  bool     `json:"app_only"`
		Scopes   []string `json:"scopes"`
		Lifetime string   `json:"lifetime"`
	}
	if !read(w, r, &body) {
		return
	}
	grant := Grant{Username: strings.TrimPrefix(body.Username, "@"), Client: body.Client, AppOnly: body.AppOnly, Scopes: body.Scopes}
	var err error
	if body.Lifetime != "" {
		grant.Lifetime, err = parseDuration(body.Lifetime)
	}
	for _, scope := range body.Scopes {
		if !slices.Contains(allScopes(), scope) {
			err = fmt.Errorf("no operation asks for the scope %q: the scopes are %s", scope, strings.Join(allScopes(), " "))
		}
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	issued := s.Issue(grant)
	shown := s.tokenState(&issued)
	shown["access_token"], shown["token_type"] = issued.Access, "bearer"
	if issued.Refresh != "" {
		shown["refresh_token"] = issued.Refresh
	}
	showWith(w, http.StatusCreated, shown)
}

//go:build unix

// Package fleettest runs fleets of real processes against one login and one store, stops and kills them, and holds what
// happens to what the package store promises.
package fleettest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

// Server is an authorization server with X's ways: a refresh token is good for one use. It keeps the books that a fleet
// is judged by.
type Server struct {
	*httptest.Server
	// Life is how long its access tokens live, in whole seconds.
	Life time.Duration

	mu       sync.Mutex
	issued   int
	live     string         // the refresh token that is good
	asked    int            // requests
	answered map[string]int // refresh token to the process that had the pair for it
	killed   map[int]bool   // processes that were killed
	again    []string       // refresh tokens presented though the pair for them had been answered to a process that lives
	hook     func(when string, pid int)
}

// NewServer starts a server.
func NewServer(t testing.TB) *Server {
	t.Helper()
	s := &Server{Life: 2 * time.Hour, answered: map[string]int{}, killed: map[int]bool{}}
	s.Server = httptest.NewServer(http.HandlerFunc(s.token))
	t.Cleanup(s.Close)
	return s
}

// pidHeader tells the server which process asks.
const pidHeader = "Worker-Pid"

func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	pid, _ := strconv.Atoi(r.Header.Get(pidHeader))
	token := r.PostFormValue("refresh_token")
	s.call("asked", pid)
	pair, ok := s.exchange(token, pid)
	w.Header().Set("Content-Type", "application/json")
	if !ok {
		w.WriteHeader(http.StatusBadRequest)
		pair = map[string]any{"error": "invalid_request", "error_description": "Value passed for the token was invalid."}
	}
	_ = json.NewEncoder(w).Encode(pair)
	if flusher, can := w.(http.Flusher); can {
		flusher.Flush()
	}
	s.call("answered", pid)
}

func (s *Server) exchange(token string, pid int) (map[string]any, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if holder, known := s.answered[token]; known && !s.killed[holder] {
		s.again = append(s.again, fmt.Sprintf("%s, answered to %d, by %d", token, holder, pid))
	}
	if token != s.live {
		return nil, false
	}
	s.answered[token] = pid
	return s.issue(), true
}

// issue makes the next pair.
func (s *Server) issue() map[string]any {
	s.issued++
	s.live = fmt.Sprintf("refresh-%d", s.issued)
	return map[string]any{
		"token_type": "bearer", "access_token": fmt.Sprintf("access-%d", s.issued), "refresh_token": s.live,
		"expires_in": int(s.Life.Seconds()), "scope": "tweet.read offline.access",
	}
}

func (s *Server) call(when string, pid int) {
	s.mu.Lock()
	hook := s.hook
	s.mu.Unlock()
	if hook != nil {
		hook(when, pid)
	}
}

// Hook has f called when a process asked, and when it was answered.
func (s *Server) Hook(f func(when string, pid int)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = f
}

// Login returns a new login whose access token has ended.
func (s *Server) Login() *auth.Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issue()
	now := time.Now()
	return &auth.Record{
		Token: auth.Token{
			Access: auth.NewSecret(fmt.Sprintf("access-%d", s.issued)), Refresh: auth.NewSecret(s.live),
			Issued: now.Add(-2 * time.Hour), Expiry: now.Add(-time.Second), Scopes: []string{"tweet.read", "offline.access"},
		},
		ClientID: clientID, TokenURL: s.URL,
	}
}

// Asked is how many requests came.
func (s *Server) Asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// Again are the refresh tokens that were presented though they had been answered.
func (s *Server) Again() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.again
}

// Live is the refresh token that is good.
func (s *Server) Live() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.live
}

// lostWithItsProcess reports whether the pair that is good now was answered to a process that was killed.
func (s *Server) lostWithItsProcess() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.killed[s.answered[fmt.Sprintf("refresh-%d", s.issued-1)]]
}

func (s *Server) kill(pid int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.killed[pid] = true
}

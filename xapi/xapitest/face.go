package xapitest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/face"
)

// facePath is where the page is, and controlPath where the controls are. The real API has nothing there. What is asked
// for there takes no token, counts against no limit, is not disturbed by faults and is not among the requests seen.
const (
	facePath    = "/sandbox"
	controlPath = facePath + "/api"
)

// WithHosts has the sandbox answer to names besides its addresses, names without a dot such as localhost or that of a
// container, and those of the real API. Requests to other names are answered with 421: a page of the web may have had its
// own name lead to this machine. A sandbox that speaks HTTPS has a certificate for the names that are given here.
func WithHosts(names ...string) Option {
	return func(s *settings) error {
		for _, name := range names {
			if name == "" || strings.ContainsAny(name, ":/ ") {
				return fmt.Errorf("WithHosts: %q is no name of a host: give it without scheme and port", name)
			}
			s.hosts = append(s.hosts, strings.ToLower(name))
		}
		return nil
	}
}

// WithCORS lets pages of other origins use the sandbox from a browser, its controls too: origins as a browser sends them,
// http://localhost:3000 for one, or * for every page of the web. By default none may, as none may use the real API.
func WithCORS(origins ...string) Option {
	return func(s *settings) error {
		for _, origin := range origins {
			if scheme, host, ok := strings.Cut(origin, "://"); origin != "*" && (!ok || scheme == "" || host == "" || strings.Contains(host, "/")) {
				return fmt.Errorf("WithCORS: %q is no origin: give it like http://localhost:3000", origin)
			}
		}
		s.origins = append(s.origins, origins...)
		return nil
	}
}

// Control is one of the things that a program in any language can ask of a sandbox, or have it do, over HTTP.
type Control struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	// Does says what it does, and what it takes.
	Does string `json:"does"`

	serve func(*Server, http.ResponseWriter, *http.Request)
}

// Controls returns all controls: what GET /sandbox/api/ answers with.
func Controls() []Control { return append([]Control{}, controls...) }

// controls are declared in init since the index shows them.
var controls []Control

func init() {
	controls = []Control{
		{"GET", "/", "this list", (*Server).showIndex},
		{"GET", "/health", `{"status": "ok"} as soon as the sandbox answers, with the version of the spec and the time`, (*Server).showHealth},
		{"GET", "/state", "the state at a glance: clock, counts, uploads, rules, open streams, webhooks, faults, stubs", (*Server).showState},
		{"GET", "/timeline", "posts, newest first, with authors, media and polls; limit=30, before=ID, made=true for those made here alone", (*Server).showTimeline},
		{"GET", "/posts", "the posts made through the API and not deleted, oldest first", (*Server).showPosts},
		{"GET", "/media", "the uploads, newest first", (*Server).showUploads},
		{"GET", "/media/{id}", "one upload, with the digest of its bytes", (*Server).showMedia},
		{"GET", "/media/{id}/content", "the bytes of an upload that is complete", (*Server).showContent},
		{"GET", "/requests", "the requests seen, oldest first, with bodies and without secrets; operation=, method=, path=, status=404 or 4xx, user=, contains=TEXT and body=JSON (fields that the body must have) pick, after=NUMBER and limit=100 page, tail=true takes the last", (*Server).showRequests},
		{"GET", "/requests/{number}", "one request", (*Server).showRequest},
		{"POST", "/requests/{number}/replay", "send the request again; answers with what it was answered", (*Server).replayRequest},
		{"DELETE", "/requests", "forget the requests seen", (*Server).forgetRequests},
		{"GET", "/events", "what happens, as server-sent events: request with each request, changed when the state has; after=NUMBER begins with the requests after that", (*Server).follow},
		{"GET", "/faults", "the faults, with how often each has worked", (*Server).showFaults},
		{"POST", "/faults", "add a fault, or a list of them", (*Server).addFaults},
		{"PUT", "/faults", "put a list of faults in place of all", (*Server).setFaults},
		{"DELETE", "/faults", "end all faults", (*Server).clearFaults},
		{"DELETE", "/faults/{id}", "end one fault", (*Server).deleteFault},
		{"GET", "/faults/answers", "the names that a fault's answer takes", (*Server).showAnswers},
		{"GET", "/stubs", "the fixed answers", (*Server).showStubs},
		{"PUT", "/stubs/{operation}", `have an operation answered by {"status": 200, "body": {…}, "header": {…}, "times": 1}, held against the contract unless "unchecked": true`, (*Server).putStub},
		{"DELETE", "/stubs/{operation}", "have the sandbox answer an operation itself again", (*Server).deleteStub},
		{"DELETE", "/stubs", "have the sandbox answer every operation itself again", (*Server).clearStubs},
		{"GET", "/deliveries", "what was brought to webhooks, oldest first, with the answers", (*Server).showDeliveries},
		{"POST", "/tunnels", `have webhooks that are registered as {"public": "https://example.com/hook"} called at {"local": "http://127.0.0.1:8090/hook"}`, (*Server).addTunnel},
		{"GET", "/acts", "what can happen that no operation does", (*Server).showActs},
		{"POST", "/acts", `have something happen that no operation does: {"kind": "user.block", "user": "ada", "other": "ben"}`, (*Server).doAct},
		{"GET", "/operations", "the operations of the contract", (*Server).showOperations},
		{"GET", "/clock", "the sandbox's time", (*Server).showClock},
		{"POST", "/clock", `move the time by {"advance": "90s"} or to {"now": "2030-01-01T00:00:00Z"}, or stop it by {"frozen": true}`, (*Server).moveClock},
		{"GET", "/tokens", "the tokens issued, without the tokens themselves", (*Server).showTokens},
		{"POST", "/tokens", `make a token: {"username": "ada", "scopes": ["tweet.read"], "lifetime": "2h", "app_only": false}; everything may be left out`, (*Server).makeToken},
		{"GET", "/document", "the whole state as a document", (*Server).exportState},
		{"PUT", "/document", "put a document's state in place of all", (*Server).importState},
		{"POST", "/document", "add what a document has: users, posts, follows, lists", (*Server).addState},
		{"POST", "/reset", "put everything back to where it began: world, uploads, requests, faults, stubs, limits, clock", (*Server).resetAll},
	}
	for i := range controls {
		controls[i].Path = controlPath + controls[i].Path
	}
}

// controls serves the page and the controls.
func (s *Server) controls() http.Handler {
	mux := http.NewServeMux()
	for _, control := range controls {
		path := control.Path
		if strings.HasSuffix(path, "/") {
			path += "{$}"
		}
		mux.HandleFunc(control.Method+" "+path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-store")
			w.Header().Set("X-Content-Type-Options", "nosniff")
			control.serve(s, w, r)
		})
	}
	mux.HandleFunc(controlPath+"/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, fmt.Errorf("there is no %s %s: GET %s/ lists what there is", r.Method, r.URL.Path, controlPath))
	})
	mux.Handle(facePath+"/", face.Page(facePath))
	mux.Handle(facePath, http.RedirectHandler(facePath+"/", http.StatusMovedPermanently))
	return mux
}

// show answers a control with a value in JSON.
func show(w http.ResponseWriter, value any) { showWith(w, http.StatusOK, value) }

func showWith(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value)
}

// refuse answers a control that cannot be carried out.
func refuse(w http.ResponseWriter, status int, why error) {
	showWith(w, status, object{"error": why.Error()})
}

// maxControl bounds the body of a control.
const maxControl = 1 << 20

// read reads the body of a control into v, nothing where it is empty, or refuses the control.
func read(w http.ResponseWriter, r *http.Request, v any) bool {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxControl))
	if err == nil && len(raw) > 0 {
		err = decodeStrictly(raw, v)
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, fmt.Errorf("the body: %w", err))
	}
	return err == nil
}

func done(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) }

func (s *Server) showIndex(w http.ResponseWriter, _ *http.Request) { show(w, controls) }

func (s *Server) showHealth(w http.ResponseWriter, _ *http.Request) {
	show(w, object{"status": "ok", "spec": s.version, "now": s.Now().UTC()})
}

func (s *Server) resetAll(w http.ResponseWriter, _ *http.Request) {
	s.Reset()
	done(w)
}

package xapitest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// Replay starts a server that answers as was recorded, and returns its URL. Each exchange answers one request of its
// method, path and query, in the order in which they were recorded. A request that was not recorded fails the test, and
// so does an exchange that nobody asked for by the end of it.
func Replay(t TB, exchanges ...Exchange) string {
	t.Helper()
	p := &player{t: t, left: slices.Clone(exchanges)}
	h, err := serve("127.0.0.1:0", p, nil)
	if err != nil {
		t.Fatalf("replay: %v", err)
	}
	t.Cleanup(func() {
		_ = h.close()
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, e := range p.left {
			t.Errorf("replay: nobody asked for %s %s (%s)", e.Method, e.Path, e.Name)
		}
	})
	return h.url
}

// player answers requests by the exchanges that are left.
type player struct {
	t    TB
	mu   sync.Mutex
	left []Exchange
}

func (p *player) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	drain(r.Body, maxDrained)
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.IndexFunc(p.left, func(e Exchange) bool { return e.asks(r) })
	if i < 0 {
		p.t.Errorf("replay: %s %s was not recorded, or was asked for too often", r.Method, r.URL.Path)
		w.WriteHeader(http.StatusNotFound)
		return
	}
	e := p.left[i]
	p.left = slices.Delete(p.left, i, i+1)
	header := e.AnswerHeader.Clone()
	contentType := header.Get("Content-Type")
	answer{status: e.Status, contentType: contentType, header: header, body: e.Answer}.write(w)
}

// asks says whether the request is that of the exchange. Queries are compared by their parameters.
func (e Exchange) asks(r *http.Request) bool {
	path, query, _ := strings.Cut(e.Path, "?")
	want, err := url.ParseQuery(query)
	return err == nil && e.Method == r.Method && path == r.URL.EscapedPath() && want.Encode() == r.URL.Query().Encode()
}

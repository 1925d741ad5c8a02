package transport

import (
	"net/http"
	"runtime"
	"sync"
	"weak"
)

// NewLanes returns lanes over base, over http.DefaultTransport where it is nil. Clients of the same *http.Transport share
// their lanes, as they would share its connections.
func NewLanes(base http.RoundTripper) *Lanes {
	if base == nil {
		base = http.DefaultTransport
	}
	if transport, ok := base.(*http.Transport); ok {
		return known.of(transport)
	}
	return newLanes(base)
}

// registry has the lanes that are in use, by their transports.
type registry struct {
	mu    sync.Mutex
	lanes map[weak.Pointer[http.Transport]]weak.Pointer[Lanes]
	// standard are those over http.DefaultTransport. They stay, as it does, for programs that make a client for every user.
	standard *Lanes
}

var known = registry{lanes: map[weak.Pointer[http.Transport]]weak.Pointer[Lanes]{}}

func (r *registry) of(transport *http.Transport) *Lanes {
	key := weak.Make(transport)
	r.mu.Lock()
	defer r.mu.Unlock()
	if lanes := r.lanes[key].Value(); lanes != nil {
		return lanes
	}
	lanes := newLanes(transport)
	r.lanes[key] = weak.Make(lanes)
	runtime.AddCleanup(lanes, r.forget, key)
	if transport == http.DefaultTransport {
		r.standard = lanes
	}
	return lanes
}

// forget drops lanes that are gone, unless others took their place.
func (r *registry) forget(key weak.Pointer[http.Transport]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lanes[key].Value() == nil {
		delete(r.lanes, key)
	}
}

package webhook

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"sync/atomic"
	"time"
)

// Handler is the http.Handler of a registered URL. It is safe for concurrent use. Call [Handler.Shutdown] after the
// server's, to wait for what is still being taken.
type Handler struct {
	settings
	keys atomic.Pointer[keys]
	take func(ctx context.Context, event *Event) error

	inside  chan struct{} // holds an element for each verified delivery, waiting or running
	running chan struct{} // and for each that runs
	reading atomic.Int64  // bytes of bodies that are read and not yet verified
	closed  atomic.Bool
}

// New returns a handler that gives the events of X's deliveries to take, which must be safe for concurrent use. What take
// returns nil for is acknowledged to X, and not given again while the window remembers it. It should store or queue the
// event and return: its context ends at the deadline. Whatever it returns after that still counts, but the delivery is
// not acknowledged, and X sends it again.
func New(secrets Secrets, take func(ctx context.Context, event *Event) error, opts ...Option) (*Handler, error) {
	s, err := apply(opts)
	k, keysErr := newKeys(secrets)
	if err := errors.Join(keysErr, err); err != nil {
		return nil, err
	}
	if take == nil {
		return nil, errors.New("webhook: no function to give events to")
	}
	h := &Handler{
		settings: s, take: take,
		inside: make(chan struct{}, s.concurrency+s.queue), running: make(chan struct{}, s.concurrency),
	}
	h.keys.Store(&k)
	return h, nil
}

// SetSecrets has the handler go by other secrets from now on, as a rotation wants: first the new one beside the old, and
// once X signs with it, the new one alone. Secrets that New would refuse change nothing. Deliveries under way are judged
// by those of before or after.
func (h *Handler) SetSecrets(secrets Secrets) error {
	k, err := newKeys(secrets)
	if err != nil {
		return err
	}
	h.keys.Store(&k)
	return nil
}

// ServeHTTP answers a challenge or a delivery. Refusals have a status and no body: to say what is wrong would help
// nobody but who tries.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	switch r.Method {
	case http.MethodGet:
		h.challenge(w, r)
	case http.MethodPost:
		h.deliver(w, r)
	default:
		w.Header().Set("Allow", "GET, POST")
		h.refuse(w, r, http.StatusMethodNotAllowed, "neither a challenge nor a delivery")
	}
}

// deliver verifies a delivery, has its events taken, and acknowledges it.
func (h *Handler) deliver(w http.ResponseWriter, r *http.Request) {
	// X hanging up is no reason to stop: what is taken by then is known when it sends again.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), h.deadline)
	defer cancel()
	lift := h.limitReading(w)
	if !isJSON(r.Header) {
		h.refuse(w, r, http.StatusUnsupportedMediaType, "a delivery is JSON")
		return
	}
	sent, ok := h.keys.Load().signature(r.Header)
	if !ok {
		h.refuse(w, r, http.StatusUnauthorized, "no signature of a scheme that there is a secret for")
		return
	}
	body, release, err := h.readBody(w, r)
	if err != nil {
		release()
		h.refuse(w, r, bodyStatus(err), err.Error())
		return
	}
	lift()
	verified := sent.of(body)
	release()
	if !verified {
		h.refuse(w, r, http.StatusUnauthorized, "the signature is not by any of the secrets")
		return
	}
	events, err := Parse(body)
	if err != nil {
		h.refuse(w, r, http.StatusBadRequest, err.Error())
		return
	}
	if err := h.give(ctx, events); err != nil {
		h.refuse(w, r, http.StatusServiceUnavailable, err.Error())
		return
	}
	w.WriteHeader(http.StatusOK)
}

// refuse answers with a status alone, and tells the logger why.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, status int, why string) {
	level := slog.LevelDebug
	if status >= http.StatusInternalServerError {
		level = slog.LevelWarn
	}
	h.logger.LogAttrs(r.Context(), level, "webhook: request refused",
		slog.Int("status", status), slog.String("method", r.Method), slog.String("why", why))
	w.WriteHeader(status)
}

// isJSON reports whether a body is said to be JSON as it stands. X says so; a proxy that drops the header does no harm,
// since the signature decides.
func isJSON(header http.Header) bool {
	if encoding := header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return false
	}
	given := header.Get("Content-Type")
	if given == "" {
		return true
	}
	media, _, err := mime.ParseMediaType(given)
	return err == nil && media == "application/json"
}

// Shutdown stops taking events, answers further deliveries with 503, and returns when every call of the function has
// ended, those that are past their deadline too, or when ctx ends. Challenges are still answered.
func (h *Handler) Shutdown(ctx context.Context) error {
	h.closed.Store(true)
	taken := 0
	defer func() {
		for range taken {
			<-h.inside
		}
	}()
	// All places are taken here one by one: when the last is had, no call of the function is under way any more.
	for range cap(h.inside) {
		select {
		case h.inside <- struct{}{}:
			taken++
		case <-ctx.Done():
			return fmt.Errorf("webhook: events are still being taken: %w", context.Cause(ctx))
		}
	}
	return nil
}

// settleTime is how long the window may take to note how a call ended, also where the deadline of the delivery has
// passed.
const settleTime = 5 * time.Second

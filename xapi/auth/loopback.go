package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// LoginOnLoopback logs in with a listener on the redirect address (RFC 8252 section 7.3): it listens, calls open with
// the address for the user's browser, waits for the browser to come back, and exchanges the code.
//
// The redirect address has to be http on a loopback address; localhost listens on 127.0.0.1. Port 0 takes a free one,
// for servers that accept any. Whatever else comes by, from another page in the browser for one, is turned away. The wait ends with
// an answer that has the state of this login, or with ctx; nothing keeps listening after the return. The record is not stored yet: give it to [Session.Login].
func (c OAuth2) LoginOnLoopback(ctx context.Context, open func(address string) error) (*Record, error) {
	callback, listener, err := c.listen(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = listener.Close() }()
	c.RedirectURL = callback.String()
	login, err := c.Begin()
	if err != nil {
		return nil, err
	}

	waiting := &callbackHandler{ctx: ctx, login: login, path: cmp.Or(callback.Path, "/"), done: make(chan struct{})}
	server := &http.Server{Handler: waiting, ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener) // it ends with the Shutdown below
	}()
	defer func() {
		// The browser gets a moment to take its page.
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if server.Shutdown(closing) != nil {
			_ = server.Close()
		}
		<-served
	}()

	if err := open(login.URL); err != nil {
		return nil, fmt.Errorf("open the browser: %w", err)
	}
	select {
	case <-waiting.done:
		return waiting.result()
	case <-ctx.Done():
		record, err := waiting.result()
		if record != nil {
			return record, nil
		}
		return nil, fmt.Errorf("wait for the browser: %w", errors.Join(ctx.Err(), err))
	}
}

// listen opens the redirect address and returns it with the port that it got.
func (c OAuth2) listen(ctx context.Context) (*url.URL, net.Listener, error) {
	callback, err := url.Parse(c.library().RedirectURL)
	if err != nil {
		return nil, nil, fmt.Errorf("the redirect address is malformed: %w", err)
	}
	if callback.Fragment != "" {
		return nil, nil, errors.New("the redirect address has a fragment, which a browser does not send: leave out what follows the #")
	}
	if callback.Scheme != "http" || !transport.Loopback(callback.Hostname()) || callback.Port() == "" {
		return nil, nil, fmt.Errorf("the redirect address %q is not http on a loopback address and port: "+
			"use one such as %s, or paste the redirected address (headless login)", callback, DefaultRedirectURL)
	}
	host := callback.Hostname()
	if host == "localhost" {
		host = "127.0.0.1"
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, callback.Port()))
	if err != nil {
		return nil, nil, fmt.Errorf("listen for the browser: %w: free the port, or register another redirect address", err)
	}
	if callback.Port() == "0" {
		_, port, err := net.SplitHostPort(listener.Addr().String())
		if err != nil {
			return nil, nil, errors.Join(err, listener.Close())
		}
		callback.Host = net.JoinHostPort(callback.Hostname(), port)
	}
	return callback, listener, nil
}

// callbackHandler takes the one redirect that answers a login.
type callbackHandler struct {
	ctx   context.Context
	login *Login
	path  string
	done  chan struct{} // closed when the login has a result

	mu       sync.Mutex // held while an answer is looked at: one code is exchanged once
	finished bool
	record   *Record
	err      error
}

func (h *callbackHandler) result() (*Record, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.record, h.err
}

func (h *callbackHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet || r.URL.Path != h.path {
		http.NotFound(w, r)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.finished {
		page(w, http.StatusGone, "This login is over. You may close this window.")
		return
	}
	// The context is the login's: the browser may close its window before the code is exchanged.
	h.record, h.err = h.login.Finish(h.ctx, r.URL.RequestURI()) //nolint:contextcheck // as said above
	if errors.Is(h.err, ErrWrongAddress) {
		page(w, http.StatusBadRequest, "This address does not belong to the login that is waiting. Use the newest one.")
		return
	}
	h.finished = true
	defer close(h.done)
	if h.err != nil {
		page(w, http.StatusBadRequest, "The login failed. The program that you started it from says why.")
		return
	}
	page(w, http.StatusOK, "You are logged in. You may close this window.")
}

// page answers the browser with plain text. The address bar holds the code: it is neither cached nor passed on.
func page(w http.ResponseWriter, status int, text string) {
	header := w.Header()
	header.Set("Content-Type", "text/plain; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Connection", "close")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n")
}

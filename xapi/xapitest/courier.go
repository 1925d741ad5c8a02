package xapitest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// couriers bring what happens to webhooks: one courier each, in a goroutine that ends with the webhook or the sandbox.
type couriers struct {
	// Server.mu guards these.
	byHook     map[string]*courier
	tunnels    map[string]string
	deliveries []Delivery

	client  *http.Client
	ctx     context.Context //nolint:containedctx // the life of the sandbox, which outlasts the calls
	stop    context.CancelFunc
	working sync.WaitGroup
}

func newCouriers() *couriers {
	ctx, stop := context.WithCancel(context.Background())
	return &couriers{byHook: map[string]*courier{}, tunnels: map[string]string{}, client: newCallback(), ctx: ctx, stop: stop}
}

// close ends all couriers and waits for them. Server.mu is not held.
func (c *couriers) close() {
	c.stop()
	c.working.Wait()
	c.client.CloseIdleConnections()
}

// courier brings deliveries to one webhook, one after the other. Server.mu guards it.
type courier struct {
	hook string
	// waiting are the deliveries to be made, the next one first. past are those that can be replayed.
	waiting []*parcel
	past    []parcel
	replay  *replayJob
	// proven is when the webhook last answered a challenge, challenge when it is challenged next.
	proven, challenge time.Time
	wake              chan struct{}
	stop              context.CancelFunc
}

// parcel is a delivery.
type parcel struct {
	body  []byte
	made  time.Time
	due   time.Time
	tries int
	job   *replayJob
}

// retries are the times between one try of a delivery and the next: three more within five minutes, as X documents.
var retries = []time.Duration{time.Minute, 2 * time.Minute, 2 * time.Minute}

// How often webhooks are challenged, when again after a failure, and how long they may fail.
const (
	challengeEvery = 24 * time.Hour
	challengeAgain = 30 * time.Minute
	challengeReach = 28 * time.Hour
)

// Bounds of what waits for a webhook, of what can be replayed, and of what Deliveries returns.
const (
	maxParcels    = 10_000
	maxDeliveries = 1_000
)

// Delivery is a try to bring something to a webhook.
type Delivery struct {
	// Webhook is the id of the webhook, URL its address.
	Webhook string `json:"webhook_id"`
	URL     string `json:"url"`
	Body    []byte `json:"body"`
	// Try is 1 for the first, up to 4.
	Try int `json:"try"`
	// Status is that of the answer, 0 where there was none; Error says why.
	Status int       `json:"status"`
	Error  string    `json:"error,omitempty"`
	At     time.Time `json:"at"`
}

// Deliveries returns the last 1,000 tries to bring something to webhooks, oldest first.
func (s *Server) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.couriers.deliveries)
}

// employ has a courier work for a webhook that has just answered a challenge. Server.mu is held.
func (s *Server) employ(hook string, now time.Time) {
	ctx, stop := context.WithCancel(s.couriers.ctx)
	c := &courier{hook: hook, proven: now, challenge: now.Add(challengeEvery), wake: make(chan struct{}, 1), stop: stop}
	s.couriers.byHook[hook] = c
	s.couriers.working.Go(func() {
		defer stop()
		for s.work(ctx, c) {
		}
	})
}

// dismiss ends the courier of a webhook. Server.mu is held.
func (s *Server) dismiss(hook string) {
	if c := s.couriers.byHook[hook]; c != nil {
		c.stop()
		delete(s.couriers.byHook, hook)
	}
}

// send has the body brought to the webhook. What cannot wait any more is lost, the oldest first. Server.mu is held.
func (c *courier) send(p *parcel) {
	if len(c.waiting) >= maxParcels {
		lost := c.waiting[0]
		c.waiting = c.waiting[1:]
		c.done(lost, false)
	}
	c.put(p)
	c.hurry()
}

// put takes the parcel among those that wait, by when it is due.
func (c *courier) put(p *parcel) {
	at := len(c.waiting)
	for at > 0 && c.waiting[at-1].due.After(p.due) {
		at--
	}
	c.waiting = slices.Insert(c.waiting, at, p)
}

// hurry has the courier look for what is due now.
func (c *courier) hurry() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// work does the next thing that is due, or waits for it. It returns false when the courier is dismissed.
func (s *Server) work(ctx context.Context, c *courier) bool {
	s.mu.Lock()
	address, valid := s.addressOf(c.hook)
	now := s.clock.now()
	next := c.challenge
	var p *parcel
	if len(c.waiting) > 0 && !c.waiting[0].due.After(next) {
		next = c.waiting[0].due
		if !next.After(now) {
			p, c.waiting = c.waiting[0], c.waiting[1:]
		}
	}
	s.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return false
	case p != nil && !valid:
		s.mu.Lock()
		c.done(p, false)
		s.mu.Unlock()
	case p != nil:
		s.bring(ctx, c, address, p)
	case !next.After(now):
		s.prove(ctx, c, address)
	default:
		due := time.NewTimer(next.Sub(now))
		defer due.Stop()
		select {
		case <-due.C:
		case <-c.wake:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// addressOf returns the address of a webhook, and whether it is valid. Server.mu is held.
func (s *Server) addressOf(hook string) (string, bool) {
	d := s.worldNow().Doc("webhooks", hook)
	if d == nil {
		return "", false
	}
	return d.Text("url"), d.Fields["valid"] == true
}

// bring makes a try of a delivery.
func (s *Server) bring(ctx context.Context, c *courier, address string, p *parcel) {
	status, err := s.deliver(ctx, address, p.body)
	defer s.news.Tell()
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	now := s.clock.now()
	p.tries++
	tried := Delivery{Webhook: c.hook, URL: address, Body: p.body, Try: p.tries, Status: status, At: now}
	if err != nil {
		tried.Error = err.Error()
	}
	if len(s.couriers.deliveries) >= maxDeliveries {
		s.couriers.deliveries = slices.Delete(s.couriers.deliveries, 0, maxDeliveries/10)
	}
	s.couriers.deliveries = append(s.couriers.deliveries, tried)
	switch {
	case status == http.StatusOK:
		c.done(p, true)
	case p.tries > len(retries):
		c.done(p, false)
	default:
		p.due = now.Add(retries[p.tries-1])
		c.put(p)
	}
}

// deliver posts a body to a webhook, signed by both of the app's secrets.
func (s *Server) deliver(ctx context.Context, address string, body []byte) (status int, err error) {
	target, err := s.callable(address)
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(clientSignature, digestOf(s.accounts.app.ClientSecret, body))
	req.Header.Set(consumerSignature, digestOf(s.accounts.app.APIKeySecret, body))
	resp, err := s.couriers.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxWebhookAnswer))
	return resp.StatusCode, nil
}

// prove challenges the webhook, which ends that it is valid where it fails for good or for too long.
func (s *Server) prove(ctx context.Context, c *courier, address string) *failure {
	failed := s.challenge(ctx, address)
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx.Err() != nil {
		return failed
	}
	now := s.clock.now()
	d := s.worldNow().Doc("webhooks", c.hook)
	if failed == nil {
		c.proven = now
		c.challenge = now.Add(challengeEvery)
	} else {
		c.challenge = now.Add(challengeAgain)
	}
	if d != nil && (failed == nil || failed.final || now.Sub(c.proven) >= challengeReach) {
		d.Fields["valid"] = failed == nil
	}
	return failed
}

// done notes that nothing more becomes of the parcel. Server.mu is held.
func (c *courier) done(p *parcel, delivered bool) {
	if p.job != nil {
		p.job.left--
		p.job.failed = p.job.failed || !delivered
		c.finish(p.job, p.due)
	}
}

// dispatch has what happened brought to every webhook that is to know. Server.mu is held.
func (s *Server) dispatch(e world.Event) {
	if len(s.couriers.byHook) == 0 {
		return
	}
	for _, d := range s.world.All("webhooks") {
		c := s.couriers.byHook[d.ID]
		if c == nil {
			continue
		}
		for _, body := range s.addressed(d, e) {
			p := &parcel{body: answer{body: body}.bytes(), made: e.At, due: e.At}
			if len(c.past) >= maxParcels {
				c.past = slices.Delete(c.past, 0, maxParcels/10)
			}
			c.past = append(c.past, *p)
			c.send(p)
		}
	}
}

// addressed are the bodies of what happened that go to the webhook: of account activity, of X Activity, and of the
// filtered stream.
func (s *Server) addressed(d *world.Doc, e world.Event) (bodies []object) {
	v := s.view(&call{operation: webhookStream, now: e.At})
	for _, id := range accountsOf(d) {
		if u := v.w.User(id); u != nil {
			if body := v.accountActivity(u, e); body != nil {
				bodies = append(bodies, body)
			}
		}
	}
	for _, of := range v.activities(e) {
		if of.subscription.Text("webhook_id") == d.ID {
			bodies = append(bodies, of.body)
		}
	}
	if link := v.w.Doc("links", d.ID); link != nil {
		linked := s.view(&call{operation: webhookStream, now: e.At, query: queryOf(link)})
		bodies = append(bodies, linked.filtered(e)...)
	}
	return bodies
}

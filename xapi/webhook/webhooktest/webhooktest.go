// Package webhooktest plays X in the tests of an application: it challenges a handler and delivers signed events to it.
//
//	x := webhooktest.New(t, handler, webhook.Secrets{Client: []auth.Secret{secret}})
//	x.Challenge()
//	x.Deliver(webhooktest.Activity("like.create", "2244994945", map[string]any{"id": "1", "liked_tweet_id": "20"}))
//
// A handler is called as a server would call it, without a network. To test what is in front of it too, give New a
// handler that passes requests on, or sign requests with [X.Request].
package webhooktest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/webhook"
)

// X is what sends. It is safe for concurrent use.
type X struct {
	tb      testing.TB
	handler http.Handler
	secrets webhook.Secrets
}

// New returns an X that sends to handler, and signs with the first secret of each kind in secrets.
func New(tb testing.TB, handler http.Handler, secrets webhook.Secrets) *X {
	return &X{tb: tb, handler: handler, secrets: secrets}
}

// Challenge challenges the handler as X does, and fails the test where it does not answer by the secret that X expects.
func (x *X) Challenge() {
	x.tb.Helper()
	secret, ok := firstOf(x.secrets.Client)
	if !ok {
		secret, _ = firstOf(x.secrets.Consumer)
	}
	token := fmt.Sprintf("Y2hhbGxlbmdlLW5v%d", serial.Add(1))
	answer := x.Send(httptest.NewRequestWithContext(context.Background(), http.MethodGet, "https://webhook.example/?crc_token="+token, http.NoBody))
	var said struct {
		Token string `json:"response_token"`
	}
	switch err := json.Unmarshal(answer.Body.Bytes(), &said); {
	case answer.Code != http.StatusOK:
		x.tb.Errorf("the challenge was answered with %d: X marks the webhook as invalid", answer.Code)
	case err != nil:
		x.tb.Errorf("the answer to the challenge is no JSON: %v", err)
	case said.Token != webhook.Sign(secret, []byte(token)):
		x.tb.Error("the challenge was not answered by the secret that X expects")
	}
}

// Deliver delivers body, signed, and fails the test where it is not acknowledged.
func (x *X) Deliver(body []byte) {
	x.tb.Helper()
	if status := x.Send(x.Request(body)).Code; status != http.StatusOK {
		x.tb.Errorf("the delivery was answered with %d: X sends it again", status)
	}
}

// Request returns the request that X would deliver body with, signed.
func (x *X) Request(body []byte) *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "https://webhook.example/", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if secret, ok := firstOf(x.secrets.Client); ok {
		r.Header.Set(webhook.ClientSignature, webhook.Sign(secret, body))
	}
	if secret, ok := firstOf(x.secrets.Consumer); ok {
		r.Header.Set(webhook.ConsumerSignature, webhook.Sign(secret, body))
	}
	return r
}

// Send sends r, changed or not, and returns the answer.
func (x *X) Send(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	x.handler.ServeHTTP(w, r)
	return w
}

func firstOf(secrets []auth.Secret) (auth.Secret, bool) {
	if len(secrets) == 0 {
		return auth.Secret{}, false
	}
	return secrets[0], true
}

// serial numbers what is sent, so that no two deliveries are the same event by accident.
var serial atomic.Int64

// Activity returns an X Activity delivery, with an id of its own, for the user subscribed to the event type. It panics on
// a payload that is no JSON.
func Activity(eventType, userID string, payload any) []byte {
	return encode(map[string]any{"data": map[string]any{
		"event_uuid": fmt.Sprint(serial.Add(1)), "event_type": eventType, "filter": map[string]string{"user_id": userID}, "payload": payload,
	}})
}

// Account returns an account activity delivery for the subscribed user, its events under the list's name,
// tweet_create_events, favorite_events and so on. It panics on events that are no JSON.
func Account(forUserID, list string, events ...any) []byte {
	return encode(map[string]any{"for_user_id": forUserID, list: events})
}

// Match returns a delivery of the filtered stream: a post of API v2, and the ids of the rules that it matches. It panics
// on a post that is no JSON.
func Match(post any, ruleIDs ...string) []byte {
	rules := make([]map[string]string, 0, len(ruleIDs))
	for _, id := range ruleIDs {
		rules = append(rules, map[string]string{"id": id})
	}
	return encode(map[string]any{"data": post, "matching_rules": rules})
}

func encode(body any) []byte {
	encoded, err := json.Marshal(body)
	if err != nil {
		panic(fmt.Sprintf("webhooktest: %v", err))
	}
	return encoded
}

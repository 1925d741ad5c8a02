package webhooktest_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/webhook"
	"github.com/xapi-go/xapi-go/xapi/webhook/webhooktest"
)

// reporter is a test that notes its failures.
type reporter struct {
	testing.TB
	errors int
}

func (r *reporter) Helper()               {}
func (r *reporter) Error(...any)          { r.errors++ }
func (r *reporter) Errorf(string, ...any) { r.errors++ }

func TestXFindsWhatIsWrongWithAHandler(t *testing.T) {
	one := webhook.Secrets{Client: []auth.Secret{auth.NewSecret("one")}}
	legacy := webhook.Secrets{Consumer: []auth.Secret{auth.NewSecret("two")}}
	handler := func(secrets webhook.Secrets) http.Handler {
		h, err := webhook.New(secrets, func(context.Context, *webhook.Event) error { return nil })
		require.NoError(t, err)
		return h
	}
	for name, c := range map[string]struct {
		handler  http.Handler
		secrets  webhook.Secrets
		failures int
	}{
		"nothing":            {handler(one), one, 0},
		"nothing, of legacy": {handler(legacy), legacy, 0},
		"another secret":     {handler(webhook.Secrets{Client: legacy.Consumer}), one, 2},
		"no such page":       {http.NotFoundHandler(), one, 2},
		"another answer":     {http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok")) }), one, 1},
	} {
		t.Run(name, func(t *testing.T) {
			r := &reporter{TB: t}
			x := webhooktest.New(r, c.handler, c.secrets)
			x.Challenge()
			x.Deliver(webhooktest.Activity("post.delete", "1", map[string]string{"id": "20"}))
			require.Equal(t, c.failures, r.errors)
		})
	}
}

func TestDeliveriesAreWhatTheySay(t *testing.T) {
	for body, want := range map[string]webhook.Event{
		string(webhooktest.Activity("post.delete", "1", map[string]string{"id": "20"})):                  {Source: webhook.Activity, Type: "post.delete", UserID: "1"},
		string(webhooktest.Account("1", "tweet_create_events", map[string]string{"id_str": "20"})):       {Source: webhook.AccountActivity, Type: "tweet_create_events", UserID: "1"},
		string(webhooktest.Match(map[string]string{"id": "20", "text": "a"}, "120897978112909812", "5")): {Source: webhook.FilteredStream},
	} {
		events, err := webhook.Parse([]byte(body))
		require.NoError(t, err)
		require.Len(t, events, 1)
		require.NotNil(t, events[0].Payload)
		require.Equal(t, want, webhook.Event{Source: events[0].Source, Type: events[0].Type, UserID: events[0].UserID})
	}
	first, second := webhooktest.Activity("like.create", "1", nil), webhooktest.Activity("like.create", "1", nil)
	require.NotEqual(t, string(first), string(second))
	require.Panics(t, func() { webhooktest.Activity("like.create", "1", make(chan int)) })
}

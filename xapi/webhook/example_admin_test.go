package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/webhook"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// A webhook is registered while the handler is up, since X challenges it at once. X calls https alone; a sandbox calls
// what Tunnel names in the place of such an address.
func ExampleNewAdmin() {
	sandbox, err := xapitest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = sandbox.Close() }()
	secrets := webhook.Secrets{Client: []auth.Secret{auth.NewSecret(sandbox.App().ClientSecret)}}
	came := make(chan *webhook.Event, 1)
	handler, err := webhook.New(secrets, func(_ context.Context, event *webhook.Event) error { came <- event; return nil })
	if err != nil {
		fmt.Println(err)
		return
	}
	receiver := httptest.NewServer(handler)
	defer receiver.Close()
	client, err := xapi.New(xapi.WithBaseURL(sandbox.URL), xapi.WithAccessToken(sandbox.Token()),
		xapi.WithClientCredentials(sandbox.App().APIKey, sandbox.App().APIKeySecret))
	if err != nil {
		fmt.Println(err)
		return
	}

	ctx, admin := context.Background(), webhook.NewAdmin(client)
	const address = "https://example.com/webhooks/x"
	if err := sandbox.Tunnel(address, receiver.URL); err != nil {
		fmt.Println(err)
		return
	}
	hook, err := admin.Register(ctx, address)
	if err == nil {
		err = admin.SubscribeAccount(ctx, hook.ID)
	}
	_, posted := client.CreatePosts(ctx, xapi.PostDraft{Text: "hello, listener"})
	if err := errors.Join(err, posted); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println((<-came).Type)
	// Output: tweet_create_events
}

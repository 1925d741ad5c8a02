package webhook_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/webhook"
	"github.com/xapi-go/xapi-go/xapi/webhook/webhooktest"
)

// A handler gives each event to a function, which stores or queues it. What it returns nil for is acknowledged.
func Example() {
	secrets := webhook.Secrets{Client: []auth.Secret{auth.NewSecret("the app's client secret")}}
	handler, err := webhook.New(secrets, func(_ context.Context, event *webhook.Event) error {
		switch payload := event.Payload.(type) {
		case *webhook.PostCreated:
			fmt.Println(event.Type, payload.Post.Text)
		case *webhook.MessageV1:
			fmt.Println("message from", payload.Users[payload.SenderID].Username, payload.Text)
		case *webhook.Revoked:
			fmt.Println("forget", payload.UserID)
		case nil:
			fmt.Printf("unknown: %s\n", event.Raw())
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	// In a server: http.Handle("/webhooks/x", handler). In a test:
	x := webhooktest.New(&testing.T{}, handler, secrets)
	x.Challenge()
	x.Deliver(webhooktest.Activity("post.mention.create", "2244994945", map[string]string{"id": "20", "text": "hello @you"}))
	x.Deliver([]byte(`{"for_user_id":"2","direct_message_events":[{"id":"1","message_create":{"sender_id":"3","message_data":{"text":"hi"}}}],
		"users":{"3":{"id":"3","screen_name":"ana"}}}`))
	// Output:
	// post.mention.create hello @you
	// message from ana hi
}

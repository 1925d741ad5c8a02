package webhook

import (
	"context"
	"errors"
	"fmt"

	"github.com/xapi-go/xapi-go/xapi"
)

// API is what an Admin calls. *xapi.Client has it.
type API interface {
	CreateWebhooks(ctx context.Context, body xapi.WebhookDraft, opts ...xapi.CallOption) (*xapi.CreateWebhooksResult, error)
	GetWebhooks(ctx context.Context, params *xapi.GetWebhooksParams, opts ...xapi.CallOption) (*xapi.GetWebhooksResult, error)
	ValidateWebhooks(ctx context.Context, webhookID string, opts ...xapi.CallOption) (*xapi.ValidateWebhooksResult, error)
	DeleteWebhooks(ctx context.Context, webhookID string, opts ...xapi.CallOption) (*xapi.DeleteWebhooksResult, error)
	CreateAccountActivitySubscription(ctx context.Context, webhookID string, opts ...xapi.CallOption) (*xapi.CreateAccountActivitySubscriptionResult, error)
	DeleteAccountActivitySubscription(ctx context.Context, webhookID, userID string, opts ...xapi.CallOption) (*xapi.DeleteAccountActivitySubscriptionResult, error)
	CreateActivitySubscription(ctx context.Context, body xapi.ActivitySubscriptionDraft, opts ...xapi.CallOption) (*xapi.CreateActivitySubscriptionResult, error)
	DeleteActivitySubscription(ctx context.Context, subscriptionID string, opts ...xapi.CallOption) (*xapi.DeleteActivitySubscriptionResult, error)
	CreateWebhooksStreamLink(ctx context.Context, webhookID string, params *xapi.CreateWebhooksStreamLinkParams, opts ...xapi.CallOption) (*xapi.CreateWebhooksStreamLinkResult, error)
	DeleteWebhooksStreamLink(ctx context.Context, webhookID string, opts ...xapi.CallOption) (*xapi.DeleteWebhooksStreamLinkResult, error)
	CreateWebhookReplayJob(ctx context.Context, body xapi.WebhookReplayDraft, opts ...xapi.CallOption) (*xapi.CreateWebhookReplayJobResult, error)
}

// Admin registers webhooks and says what is delivered to them. What X refuses is a *RefusedError with the Reason. It is
// safe for concurrent use.
//
// The client wants the app's own token for most of it, and beside that the token of the user whose account is subscribed:
// an account's activity, and the private kinds of X Activity, are subscribed to in the name of their owner.
type Admin struct{ api API }

// NewAdmin returns an Admin that calls api.
func NewAdmin(api API) *Admin { return &Admin{api: api} }

// errUndone is an answer that says that nothing was done.
var errUndone = errors.New("the answer says that it was not done")

// Register has X deliver to address from now on. X challenges the handler there before it answers, so that the handler
// has to be up and to know the app's secret. An address that X would not take is refused before anything is sent.
func (a *Admin) Register(ctx context.Context, address string) (xapi.Webhook, error) {
	if err := CheckURL(address); err != nil {
		return xapi.Webhook{}, err
	}
	made, err := a.api.CreateWebhooks(ctx, xapi.WebhookDraft{URL: address})
	if err != nil {
		return xapi.Webhook{}, Refused(err)
	}
	return made.Data, nil
}

// List returns the app's webhooks, valid or not.
func (a *Admin) List(ctx context.Context) ([]xapi.Webhook, error) {
	found, err := a.api.GetWebhooks(ctx, &xapi.GetWebhooksParams{WebhookConfigFields: []xapi.WebhookConfigField{
		xapi.WebhookConfigFieldCreatedAt, xapi.WebhookConfigFieldID, xapi.WebhookConfigFieldURL, xapi.WebhookConfigFieldValid,
	}})
	if err != nil {
		return nil, Refused(err)
	}
	return found.Data, nil
}

// Keep looks at all webhooks of the app and has X challenge those again that it holds for invalid: X delivers nothing to
// them. It returns those that are invalid still.
func (a *Admin) Keep(ctx context.Context) ([]xapi.Webhook, error) {
	all, err := a.List(ctx)
	if err != nil {
		return nil, err
	}
	var invalid []xapi.Webhook
	var failed []error
	for _, hook := range all {
		if hook.Valid {
			continue
		}
		if err := a.Revalidate(ctx, hook.ID); err != nil {
			invalid = append(invalid, hook)
			failed = append(failed, fmt.Errorf("%s: %w", hook.URL, err))
		}
	}
	return invalid, errors.Join(failed...)
}

// Revalidate has X challenge a webhook's handler now.
func (a *Admin) Revalidate(ctx context.Context, id string) error {
	answer, err := a.api.ValidateWebhooks(ctx, id)
	if err != nil {
		return Refused(err)
	}
	if !answer.Data.Valid && !answer.Data.Attempted {
		return fmt.Errorf("validateWebhooks: %w: the handler did not answer the challenge", errUndone)
	}
	return nil
}

// Remove has X deliver nothing to a webhook any more, and forget it.
func (a *Admin) Remove(ctx context.Context, id string) error {
	_, err := a.api.DeleteWebhooks(ctx, id)
	return Refused(err)
}

// SubscribeAccount has the activity of the account whose token the client has delivered to a webhook.
func (a *Admin) SubscribeAccount(ctx context.Context, webhookID string) error {
	answer, err := a.api.CreateAccountActivitySubscription(ctx, webhookID)
	if err != nil {
		return Refused(err)
	}
	if !answer.Data.Subscribed {
		return fmt.Errorf("createAccountActivitySubscription: %w", errUndone)
	}
	return nil
}

// UnsubscribeAccount ends what SubscribeAccount began.
func (a *Admin) UnsubscribeAccount(ctx context.Context, webhookID, userID string) error {
	_, err := a.api.DeleteAccountActivitySubscription(ctx, webhookID, userID)
	return Refused(err)
}

// Subscribe asks X Activity for one kind of event. A private kind needs the token of the user whom the filter names.
func (a *Admin) Subscribe(ctx context.Context, wanted xapi.ActivitySubscriptionDraft) (*xapi.ActivitySubscription, error) {
	made, err := a.api.CreateActivitySubscription(ctx, wanted)
	if err != nil {
		return nil, Refused(err)
	}
	if made.Data.Subscription == nil {
		return nil, fmt.Errorf("createActivitySubscription: %w: the answer names no subscription", errUndone)
	}
	return made.Data.Subscription, nil
}

// Unsubscribe ends a subscription of X Activity.
func (a *Admin) Unsubscribe(ctx context.Context, subscriptionID string) error {
	_, err := a.api.DeleteActivitySubscription(ctx, subscriptionID)
	return Refused(err)
}

// LinkRules has the posts that match the app's stream rules delivered to a webhook, with the fields that params ask for.
func (a *Admin) LinkRules(ctx context.Context, webhookID string, params *xapi.CreateWebhooksStreamLinkParams) error {
	answer, err := a.api.CreateWebhooksStreamLink(ctx, webhookID, params)
	if err != nil {
		return Refused(err)
	}
	if !answer.Data.Provisioned {
		return fmt.Errorf("createWebhooksStreamLink: %w", errUndone)
	}
	return nil
}

// UnlinkRules ends what LinkRules began.
func (a *Admin) UnlinkRules(ctx context.Context, webhookID string) error {
	_, err := a.api.DeleteWebhooksStreamLink(ctx, webhookID)
	return Refused(err)
}

// Replay has X deliver the events of a window to a webhook again, and returns the job's id. The handler gets a
// ReplayEnded with that id when all of them are delivered.
func (a *Admin) Replay(ctx context.Context, webhookID string, window ReplayWindow) (jobID string, err error) {
	job, err := a.api.CreateWebhookReplayJob(ctx, xapi.WebhookReplayDraft{
		WebhookID: webhookID, FromDate: window.FromDate(), ToDate: window.ToDate(),
	})
	if err != nil {
		return "", Refused(err)
	}
	return job.Data.JobID, nil
}

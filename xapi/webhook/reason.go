package webhook

import (
	"errors"
	"strings"

	"github.com/xapi-go/xapi-go/xapi"
)

// Reason is why X refused to register, keep, subscribe, link or replay. It is an error for errors.Is: a
// *RefusedError is its Reason.
type Reason string

// The reasons that X documents.
const (
	// CRCFailed says that the URL did not answer X's challenge as it must, within time.
	CRCFailed Reason = "CrcValidationFailed"
	// URLInvalid says that X takes no such URL. CheckURL tells before.
	URLInvalid Reason = "UrlValidationFailed"
	// URLRegistered says that the app has registered this URL before.
	URLRegistered Reason = "DuplicateUrlFailed"
	// WebhookLimit says that the app has all the webhooks that its plan allows.
	WebhookLimit Reason = "WebhookLimitExceeded"
	// WebhookUnknown says that the app has no webhook of this id.
	WebhookUnknown Reason = "WebhookIdInvalid"
	// AlreadySubscribed says that this user is subscribed to this webhook already.
	AlreadySubscribed Reason = "DuplicateSubscriptionFailed"
	// SubscriptionLimit says that the app has all the subscriptions that its plan allows.
	SubscriptionLimit Reason = "SubscriptionLimitExceeded"
	// SubscriptionUnknown says that this user is not subscribed to this webhook.
	SubscriptionUnknown Reason = "SubscriptionNotFound"
	// ReplayRunning says that a replay of this webhook has not ended yet.
	ReplayRunning Reason = "ReplayConflictError"
	// ReplayInvalid says that X does not replay this window. NewReplayWindow tells before.
	ReplayInvalid Reason = "QueryParamInvalid"
	// UserTokenRequired says that events of this kind are private: the user that they are about has to subscribe.
	UserTokenRequired Reason = "OauthAccessTokenRequired"
)

var advice = map[Reason]string{
	CRCFailed:           "see that the URL reaches the handler from outside, and that the handler has the secret of this app",
	URLInvalid:          "use https, no port, and at most 200 characters",
	URLRegistered:       "list the webhooks and use the one that is there",
	WebhookLimit:        "delete a webhook first",
	WebhookUnknown:      "list the webhooks of this app",
	AlreadySubscribed:   "nothing needs to be done",
	SubscriptionLimit:   "end a subscription first",
	SubscriptionUnknown: "list the subscriptions of this webhook",
	ReplayRunning:       "wait for its replay_job_status event",
	ReplayInvalid:       "ask for a window between 24 hours and 10 minutes ago",
	UserTokenRequired:   "call with a token of that user in place of the app's",
}

// Error is the reason in X's word, and what to do.
func (r Reason) Error() string {
	if what := advice[r]; what != "" {
		return string(r) + ": " + what
	}
	return string(r)
}

// RefusedError is a call that X refused for a Reason. It unwraps to the Reason and to the *xapi.Error.
type RefusedError struct {
	Reason Reason
	Err    *xapi.Error
}

// Error says what failed, why, and what to do.
func (e *RefusedError) Error() string { return e.Err.Error() + "; " + e.Reason.Error() }

// Unwrap returns the Reason and the answer.
func (e *RefusedError) Unwrap() []error { return []error{e.Reason, e.Err} }

// Refused finds out why X refused a call of webhooks or subscriptions. It returns err as it is where it is no answer of
// X, or one that gives none of the reasons, and otherwise a *RefusedError.
func Refused(err error) error {
	var answer *xapi.Error
	if !errors.As(err, &answer) {
		return err
	}
	said := []string{answer.Title, answer.Detail, answer.Type}
	for _, message := range answer.Messages {
		said = append(said, message.Text)
	}
	// X puts the reason now into one field, now into another; the body has it in any case.
	for _, text := range append(said, string(answer.Body)) {
		for _, reason := range reasons {
			if strings.Contains(text, string(reason)) {
				return &RefusedError{Reason: reason, Err: answer}
			}
		}
	}
	return err
}

var reasons = []Reason{CRCFailed, URLInvalid, URLRegistered, WebhookLimit, WebhookUnknown, AlreadySubscribed,
	SubscriptionLimit, SubscriptionUnknown, ReplayRunning, ReplayInvalid, UserTokenRequired}

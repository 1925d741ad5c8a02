package webhook_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/webhook"
)

func TestReasonsAreFoundWhereverXPutsThem(t *testing.T) {
	for name, answer := range map[string]*xapi.Error{
		"the title":          {Status: 400, Title: "CrcValidationFailed"},
		"the detail":         {Status: 400, Title: "Invalid Request", Detail: "CrcValidationFailed: wrong answer"},
		"a message":          {Status: 400, Messages: []xapi.Message{{Text: "reason CrcValidationFailed"}}},
		"the type":           {Status: 400, Type: "https://api.x.com/2/problems/CrcValidationFailed"},
		"anything else":      {Status: 400, Body: []byte(`{"errors":[{"reason":"CrcValidationFailed"}]}`)},
		"beside other words": {Status: 400, Detail: "See MyFailed and CrcValidationFailed."},
	} {
		t.Run(name, func(t *testing.T) {
			err := webhook.Refused(fmt.Errorf("register: %w", answer))
			require.ErrorIs(t, err, webhook.CRCFailed)
			require.NotErrorIs(t, err, webhook.URLInvalid)
			require.ErrorIs(t, err, xapi.ErrInvalidRequest)
			var refused *webhook.RefusedError
			require.ErrorAs(t, err, &refused)
			require.Same(t, answer, refused.Err)
			require.ErrorContains(t, err, "see that the URL reaches the handler")
		})
	}
}

func TestEveryReasonIsKnown(t *testing.T) {
	for _, reason := range []webhook.Reason{webhook.CRCFailed, webhook.URLInvalid, webhook.URLRegistered, webhook.WebhookLimit,
		webhook.WebhookUnknown, webhook.AlreadySubscribed, webhook.SubscriptionLimit, webhook.SubscriptionUnknown,
		webhook.ReplayRunning, webhook.ReplayInvalid, webhook.UserTokenRequired} {
		err := webhook.Refused(&xapi.Error{Status: 400, Detail: string(reason) + "ForThis"})
		require.ErrorIs(t, err, reason)
		require.NotEqual(t, string(reason), reason.Error(), "it says what to do")
	}
}

func TestOtherErrorsStayAsTheyAre(t *testing.T) {
	for _, err := range []error{nil, errors.New("CrcValidationFailed"), &xapi.Error{Status: 503, Title: "Service Unavailable"}} {
		require.Equal(t, err, webhook.Refused(err))
	}
}

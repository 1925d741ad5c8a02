package xapi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/validate"
)

func TestAnswersNameANextStep(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		body   string
		want   xapi.Step
	}{
		"no credits":             {402, `{"title":"CreditsDepleted","type":"https://api.x.com/2/problems/credits"}`, xapi.StepBuyCredits},
		"expired":                {401, "", xapi.StepLogIn},
		"a scope":                {403, `{"title":"Forbidden","detail":"Forbidden","type":"about:blank","status":403}`, xapi.StepAddScope},
		"permissions":            {403, `{"title":"x","type":"https://api.twitter.com/2/problems/oauth1-permissions"}`, xapi.StepAddScope},
		"the wrong login":        {403, `{"title":"x","type":"https://api.twitter.com/2/problems/unsupported-authentication"}`, xapi.StepLogIn},
		"no access":              {403, `{"title":"x","type":"https://api.x.com/2/problems/client-forbidden","registration_url":"https://developer.x.com/here"}`, xapi.StepAskForAccess},
		"a plan":                 {403, `{"errors":[{"message":"You currently have access to a subset of endpoints","code":453}]}`, xapi.StepAskForAccess},
		"not one's own":          {403, `{"title":"x","type":"https://api.x.com/2/problems/not-authorized-for-resource"}`, xapi.StepAskForAccess},
		"a duplicate":            {403, `{"title":"Forbidden","detail":"You are not allowed to create a Tweet with duplicate content.","type":"about:blank"}`, xapi.StepFixRequest},
		"a bad request":          {400, "", xapi.StepFixRequest},
		"nothing there":          {404, "", xapi.StepFixRequest},
		"too much":               {413, "", xapi.StepFixRequest},
		"a stream without rules": {409, `{"connection_issue":"RuleConfigurationIssue","type":"https://api.x.com/2/problems/streaming-connection"}`, xapi.StepFixRequest},
		"a job under way":        {409, "", xapi.StepWait},
		"a usage cap":            {429, `{"title":"UsageCapExceeded","period":"Monthly","scope":"Account","type":"https://api.x.com/2/problems/usage-capped"}`, xapi.StepWait},
		"the server failed":      {503, "", ""},
		"elsewhere":              {302, "", xapi.StepFixRequest},
		"errors and no data":     {200, `{"errors":[{"title":"Not Found Error","type":"https://api.x.com/2/problems/resource-not-found"}]}`, xapi.StepFixRequest},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := answering(t, test.status, test.body).CreatePosts(t.Context(), xapi.PostDraft{Text: "hi"})
			next := xapi.NextStepOf(fmt.Errorf("posting: %w", err))
			require.Equal(t, test.want, next.Step, "%v", err)
			require.Equal(t, test.want == "", next.URL == "", "a step has an address")
			require.Equal(t, test.want == "", next.String() == "")
		})
	}
	_, err := answering(t, 503, "").GetUsersMe(t.Context(), nil)
	require.Equal(t, xapi.StepWait, xapi.NextStepOf(err).Step, "a read can be repeated")
	_, err = answering(t, 403, `{"title":"x","type":"https://api.x.com/2/problems/client-forbidden","registration_url":"https://developer.x.com/here"}`).GetUsersMe(t.Context(), nil)
	require.Equal(t, "ask for access (https://developer.x.com/here)", xapi.NextStepOf(err).String())
	_, err = answering(t, 403, `{"title":"Forbidden","type":"about:blank"}`).CreatePosts(t.Context(), xapi.PostDraft{Text: "hi"})
	require.Equal(t, []string{"tweet.read", "tweet.write", "users.read"}, xapi.NextStepOf(err).Scopes)
}

func TestOtherErrorsNameANextStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := scripted(t, []roundTripper{reset, dial, dial}, xapi.WithMaxAttempts(1))
		until := time.Now().Add(time.Hour)
		_, unknown := client.CreatePosts(t.Context(), xapi.PostDraft{Text: "hi"})
		_, away := client.CreatePosts(t.Context(), xapi.PostDraft{Text: "hi"})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, ended := client.GetUsersMe(ctx, nil)
		_, refused := client.CreatePosts(t.Context(), xapi.PostDraft{Text: "hi", ReplySettings: "friends"})
		var request *validate.RequestError
		require.ErrorAs(t, refused, &request)
		for name, test := range map[string]struct {
			err  error
			want xapi.NextStep
			done bool
		}{
			"none":          {nil, xapi.NextStep{}, false},
			"somebody's":    {errors.New("the sun is out"), xapi.NextStep{}, false},
			"may be done":   {unknown, xapi.NextStep{}, true},
			"not reached":   {away, xapi.NextStep{Step: xapi.StepWait}, false},
			"ended":         {ended, xapi.NextStep{}, false},
			"a window":      {&xapi.RateLimitError{RetryAt: until}, xapi.NextStep{Step: xapi.StepWait, Until: until}, false},
			"a request":     {refused, xapi.NextStep{Step: xapi.StepFixRequest}, false},
			"a budget":      {new(xapi.BudgetError), xapi.NextStep{Step: xapi.StepFixRequest}, false},
			"a scope":       {&auth.ScopeError{Missing: []string{"media.write"}}, xapi.NextStep{Step: xapi.StepAddScope, Scopes: []string{"media.write"}}, false},
			"a scheme":      {new(auth.SchemeError), xapi.NextStep{Step: xapi.StepLogIn}, false},
			"no login":      {auth.ErrLoginRequired, xapi.NextStep{Step: xapi.StepLogIn}, false},
			"done, unread":  {&xapi.DecodeError{Err: io.EOF}, xapi.NextStep{}, true},
			"a wrong body":  {new(xapi.BodySizeError), xapi.NextStep{Step: xapi.StepFixRequest}, false},
			"wrapped twice": {fmt.Errorf("a: %w", errors.Join(errors.New("b"), auth.ErrLoginRequired)), xapi.NextStep{Step: xapi.StepLogIn}, false},
		} {
			next := xapi.NextStepOf(test.err)
			require.Equal(t, test.want.Step == "", next.URL == "", name)
			next.URL = ""
			require.Equal(t, test.want, next, "%s: %v", name, test.err)
			require.Equal(t, test.done, xapi.MaybeDone(test.err), "%s: %v", name, test.err)
		}
		require.Equal(t, "wait until "+until.UTC().Format(time.RFC3339)+" (https://docs.x.com/x-api/fundamentals/rate-limits)",
			xapi.NextStepOf(&xapi.RateLimitError{RetryAt: until}).String())
	})
}

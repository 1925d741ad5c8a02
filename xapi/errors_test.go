package xapi_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
)

// answering returns a client whose every call is answered with status, body and headers, which alternate names and
// values. Nothing is repeated.
func answering(t testing.TB, status int, body string, headers ...string) *xapi.Client {
	t.Helper()
	base := roundTripper(func(req *http.Request) (*http.Response, error) {
		return answer(req, status, body, headers...), nil
	})
	client, err := xapi.New(xapi.WithHTTPClient(&http.Client{Transport: base}), xapi.WithAccessToken("token-of-a-user"),
		xapi.WithMaxAttempts(1))
	require.NoError(t, err)
	return client
}

var sentinels = []error{
	xapi.ErrUnauthorized, xapi.ErrForbidden, xapi.ErrNotFound, xapi.ErrRateLimited, xapi.ErrUsageCapExceeded,
	xapi.ErrPaymentRequired, xapi.ErrConflict, xapi.ErrInvalidRequest, xapi.ErrUnavailable,
}

type errorCase struct {
	status   int
	body     string
	sentinel error
	says     []string
}

// sentinels lists those that the error is to match: one at the most.
func (c errorCase) sentinels() []error {
	if c.sentinel == nil {
		return []error{}
	}
	return []error{c.sentinel}
}

// The bodies are those that were seen of the live API.
func TestErrorsSayWhatFailed(t *testing.T) {
	for name, test := range map[string]errorCase{
		"401": {401, `{"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}`,
			xapi.ErrUnauthorized, []string{"createPosts: 401 Unauthorized;", "log in again"}},
		"402, credits": {402, `{"title":"CreditsDepleted","detail":"out of credits","type":"https://api.twitter.com/2/problems/credits","account_id":7}`,
			xapi.ErrPaymentRequired, []string{"CreditsDepleted: out of credits", "add credits"}},
		"402, the other form": {402, `{"detail":"credits depleted","status":402,"title":"Payment Required","type":"https://api.x.com/2/problems/credits-depleted"}`,
			xapi.ErrPaymentRequired, []string{"Payment Required: credits depleted"}},
		"403, no reason": {403, `{"title":"Forbidden","detail":"Forbidden","type":"about:blank","status":403}`,
			xapi.ErrForbidden, []string{"403 Forbidden;", "tweet.read tweet.write users.read", "authorized again"}},
		"403, duplicate": {403, `{"detail":"You are not allowed to create a Tweet with duplicate content.","type":"about:blank","title":"Forbidden","status":403}`,
			xapi.ErrForbidden, []string{"with duplicate content. (request a1b2c3)"}},
		"403, v1": {403, `{"errors":[{"message":"You currently have access to a subset","code":453}]}`,
			xapi.ErrForbidden, []string{"Forbidden: You currently have access to a subset"}},
		"403, client forbidden": {403, `{"client_id":"1","required_enrollment":"Appropriate Level of API Access","reason":"client-not-enrolled","registration_url":"https://developer.x.com","title":"Client Forbidden","detail":"enroll first","type":"https://api.x.com/2/problems/client-forbidden"}`,
			xapi.ErrForbidden, []string{"Client Forbidden: enroll first"}},
		"403, authentication": {403, `{"title":"Unsupported Authentication","detail":"not with an app token","type":"https://api.twitter.com/2/problems/unsupported-authentication","status":403}`,
			xapi.ErrForbidden, []string{"not with an app token"}},
		"404, nothing": {404, ``, xapi.ErrNotFound, []string{"404 Not Found", "base URL"}},
		"409, no rules": {409, `{"title":"ConnectionException","detail":"You must define rules.","connection_issue":"RuleConfigurationIssue","type":"https://api.x.com/2/problems/streaming-connection"}`,
			xapi.ErrConflict, []string{"You must define rules.; add a rule to the stream first, by stream.SyncRules"}},
		"409":          {409, `{"title":"Conflict","type":"https://api.x.com/2/problems/conflict"}`, xapi.ErrConflict, nil},
		"413, nothing": {413, ``, nil, []string{"413 Request Entity Too Large", "send less"}},
		"429":          {429, `{"title":"Too Many Requests","detail":"Too Many Requests","type":"about:blank","status":429}`, xapi.ErrRateLimited, []string{"createPosts: rate limit reached"}},
		"429, v1":      {429, `{"errors":[{"code":88,"message":"Rate limit exceeded"}]}`, xapi.ErrRateLimited, nil},
		"429, usage cap": {429, `{"account_id":7,"product_name":"standard-basic","title":"UsageCapExceeded","period":"Monthly","scope":"Product","detail":"Usage cap exceeded: Monthly product cap","type":"https://api.twitter.com/2/problems/usage-capped"}`,
			xapi.ErrUsageCapExceeded, []string{"Monthly product cap", "next period"}},
		"500":                 {500, `{"title":"Internal Server Error","detail":"Internal Server Error","type":"about:blank","status":500}`, xapi.ErrUnavailable, []string{"may have been carried out"}},
		"500, strings":        {500, `{"errors":["internal server error"]}`, xapi.ErrUnavailable, []string{"internal server error"}},
		"520, a page":         {520, "<html><body>Web server is returning an unknown error</body></html>", xapi.ErrUnavailable, []string{"createPosts: 520 no reason given"}},
		"400, bare":           {400, `{"code":214,"message":"Bad request."}`, xapi.ErrInvalidRequest, []string{"Bad Request: Bad request."}},
		"400, OAuth":          {400, `{"error":"invalid_request","error_description":"Value passed was invalid."}`, xapi.ErrInvalidRequest, []string{"Value passed was invalid."}},
		"400, invalid":        {400, `{"errors":[{"parameters":{"media.media_ids":["[1]"]},"message":"Your media IDs are invalid."}],"title":"Invalid Request","detail":"One or more parameters to your request was invalid.","type":"https://api.twitter.com/2/problems/invalid-request"}`, xapi.ErrInvalidRequest, []string{"Invalid Request: Your media IDs are invalid. (media.media_ids);", "correct the request"}},
		"418, not JSON":       {418, "\x00\xff{", nil, []string{"418 I'm a teapot"}},
		"400, cut":            {400, `{"title":"Invalid Requ`, xapi.ErrInvalidRequest, []string{"400 Bad Request"}},
		"400, of other types": {400, `{"title":7,"detail":null,"type":[],"status":"x","errors":{"message":true}}`, xapi.ErrInvalidRequest, []string{"7: true"}},
		"302, elsewhere":      {302, "", nil, []string{"302 Found"}},
	} {
		t.Run(name, func(t *testing.T) {
			client := answering(t, test.status, test.body, "x-transaction-id", "a1b2c3", "content-type", "text/html")
			_, err := client.CreatePosts(t.Context(), xapi.PostDraft{})
			var failed *xapi.Error
			require.ErrorAs(t, err, &failed)
			require.Equal(t, "createPosts", failed.Operation)
			require.Equal(t, test.status, failed.Status)
			require.Equal(t, test.body, string(failed.Body))
			require.Equal(t, "a1b2c3", failed.RequestID)
			require.Equal(t, 1, failed.Attempts)
			matched := slices.DeleteFunc(slices.Clone(sentinels), func(sentinel error) bool { return !errors.Is(err, sentinel) })
			require.Equal(t, test.sentinels(), matched)
			for _, said := range test.says {
				require.Contains(t, err.Error(), said)
			}
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestErrorsListTheirMessages(t *testing.T) {
	client := answering(t, 400, `{"title":"Invalid Request","errors":[
		{"message":"The ids query parameter value is not valid","parameters":{"ids":["x","y"],"one":"z"},"code":25},
		"a string", 7, null, {}, {"detail":"of a problem","type":"https://api.x.com/2/problems/resource-not-found","value":"12"}]}`)
	_, err := client.GetUsersMe(t.Context(), nil)
	var failed *xapi.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, []xapi.Message{
		{Text: "The ids query parameter value is not valid", Code: 25, Parameters: map[string][]string{"ids": {"x", "y"}, "one": {"z"}}},
		{Text: "a string"}, {Text: "7"}, {Text: "of a problem"},
	}, failed.Messages)
	var missing *xapi.ResourceNotFoundProblem
	require.ErrorAs(t, err, &missing)
	require.Equal(t, "12", missing.Value)
}

func TestErrorsHoldTheirProblemWhicheverHostNamesIt(t *testing.T) {
	for _, host := range []string{"https://api.twitter.com", "https://api.x.com", ""} {
		client := answering(t, 403, fmt.Sprintf(`{"type":"%s/2/problems/client-forbidden","title":"Client Forbidden",
			"reason":"client-not-enrolled","registration_url":"https://developer.x.com/portal","client_id":"99"}`, host))
		_, err := client.GetUsersMe(t.Context(), nil)
		var forbidden *xapi.ClientForbiddenProblem
		require.ErrorAs(t, err, &forbidden)
		require.Equal(t, xapi.ProblemReasonClientNotEnrolled, forbidden.Reason)
		require.Equal(t, "https://developer.x.com/portal", forbidden.RegistrationURL)
		require.Equal(t, "99", forbidden.ClientID)
		var capped *xapi.UsageCapExceededProblem
		require.NotErrorAs(t, err, &capped)
	}
}

func TestErrorsAreLoggedByTheirFields(t *testing.T) {
	client := answering(t, 503, "secret garbage\nlevel=ERROR", "x-transaction-id", "a1b2")
	_, err := client.GetUsersMe(t.Context(), nil)
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Error("failed", "err", err)
	require.Contains(t, log.String(), "err.operation=getUsersMe err.status=503")
	require.Contains(t, log.String(), "err.request_id=a1b2 err.attempts=1")
	require.NotContains(t, log.String(), "garbage")
}

func TestErrorsHoldNoSecret(t *testing.T) {
	client := answering(t, 400, `{"title":"token-of-a-user is bad","detail":"access_token=abcdefgh","errors":["token-of-a-user"]}`)
	_, err := client.GetUsersMe(t.Context(), nil)
	var failed *xapi.Error
	require.ErrorAs(t, err, &failed)
	shown := fmt.Sprintf("%v %+v %#v %s", err, *failed, failed, failed.Body)
	require.NotContains(t, shown, "token-of-a-user")
	require.NotContains(t, shown, "abcdefgh")
}

func TestErrorsSurviveTenThousandBodies(t *testing.T) {
	pieces := []string{
		`{`, `}`, `[`, `]`, `"`, `:`, `,`, `null`, `true`, `7`, `-1e999`, `"errors"`, `"type"`, `"title"`, `"status"`, `"parameters"`,
		`"message"`, `"code"`, `"https://api.x.com/2/problems/invalid-request"`, `"about:blank"`, "\x00", "\xff", "\ufeff", "<html>", `\u0000`,
		`{"errors":`, `{"errors":[{"message":"m","parameters":{"p":`, strings.Repeat("[", 200), strings.Repeat("x", 3000),
	}
	random := rand.New(rand.NewPCG(4, 166))
	var body []byte
	status := 400
	base := roundTripper(func(req *http.Request) (*http.Response, error) { return answer(req, status, string(body)), nil })
	client, err := xapi.New(xapi.WithHTTPClient(&http.Client{Transport: base}), xapi.WithAccessToken("token-of-a-user"), xapi.WithMaxAttempts(1))
	require.NoError(t, err)
	for range 10_000 {
		body, status = body[:0], 400+random.IntN(200)
		for range random.IntN(40) {
			body = append(body, pieces[random.IntN(len(pieces))]...)
		}
		for range random.IntN(4) {
			if len(body) > 0 {
				body[random.IntN(len(body))] = byte(random.IntN(256))
			}
		}
		_, err := client.GetUsersMe(t.Context(), nil)
		var failed *xapi.Error
		require.ErrorAs(t, err, &failed)
		require.Equal(t, status, failed.Status)
		require.LessOrEqual(t, len(err.Error()), 3000)
	}
}

func FuzzError(f *testing.F) {
	for _, seed := range []string{
		"", "<html>", `{"errors":["internal server error"]}`, `{"errors":[{"code":88,"message":"Rate limit exceeded"}]}`,
		`{"title":"Invalid Request","type":"https://api.x.com/2/problems/invalid-request","errors":[{"parameters":{"ids":["x"]},"message":"m"}]}`,
		`{"error":{"message":"nested","code":"32"}}`, `[{"type":"about:blank"}]`, `{"type":"https://api.x.com/2/problems/usage-capped","account_id":{}}`,
	} {
		f.Add(400, []byte(seed))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		status = 400 + (status%200+200)%200
		_, err := answering(t, status, string(body)).GetUsersMe(t.Context(), nil)
		var failed *xapi.Error
		require.ErrorAs(t, err, &failed)
		require.Equal(t, status, failed.Status)
		require.NotEmpty(t, err.Error())
		require.NotContains(t, err.Error(), "\n")
	})
}

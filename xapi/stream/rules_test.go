package stream_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/stream"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// outcomes are the rules of a report, with what became of each.
func outcomes(report *stream.RulesReport) map[string]stream.Outcome {
	out := map[string]stream.Outcome{}
	for _, result := range report.Results {
		out[result.Value+"/"+result.Tag] = result.Outcome
	}
	return out
}

// sandboxed returns a client of a sandbox for an app.
func sandboxed(t testing.TB, opts ...xapitest.Option) (*xapitest.Server, *xapi.Client) {
	t.Helper()
	server := xapitest.New(t, opts...)
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithBearerToken(server.Issue(xapitest.Grant{AppOnly: true}).Access))
	require.NoError(t, err)
	return server, client
}

func rulesOf(t *testing.T, client *xapi.Client) map[string]string {
	t.Helper()
	there := map[string]string{}
	for rule, err := range client.GetRulesPages(nil).Each(t.Context()) {
		require.NoError(t, err)
		there[rule.Value] = rule.Tag
	}
	return there
}

func TestRulesBecomeThoseThatAreWanted(t *testing.T) {
	_, client := sandboxed(t)
	sync := func(opts []stream.SyncOption, rules ...stream.Rule) *stream.RulesReport {
		t.Helper()
		report, err := stream.SyncRules(t.Context(), client, rules, opts...)
		require.NoError(t, err)
		return report
	}
	report := sync(nil, stream.Rule{Value: "cats", Tag: "pets"}, stream.Rule{Value: " dogs ", Tag: "pets"}, stream.Rule{Value: "rivers"})
	require.Equal(t, map[string]stream.Outcome{"cats/pets": stream.Added, "dogs/pets": stream.Added, "rivers/": stream.Added}, outcomes(report))
	require.Equal(t, 1000, report.Cap)
	for _, result := range report.Results {
		require.NotEmpty(t, result.ID)
	}

	wanted := []stream.Rule{{Value: "cats", Tag: "pets"}, {Value: "dogs", Tag: "animals"}, {Value: "birds"}}
	want := map[string]stream.Outcome{
		"cats/pets": stream.Kept, "dogs/pets": stream.Deleted, "dogs/animals": stream.Added, "birds/": stream.Added, "rivers/": stream.Deleted,
	}
	before := rulesOf(t, client)
	dry := sync([]stream.SyncOption{stream.WithDryRun(), nil}, wanted...)
	require.True(t, dry.DryRun)
	require.Equal(t, want, outcomes(dry))
	require.Equal(t, before, rulesOf(t, client), "a dry run changes nothing")

	done := sync(nil, wanted...)
	require.Equal(t, want, outcomes(done))
	require.Equal(t, map[string]string{"cats": "pets", "dogs": "animals", "birds": ""}, rulesOf(t, client))
	require.Equal(t, 2, done.Count(stream.Added))

	require.Equal(t, 3, sync(nil, wanted...).Count(stream.Kept), "there is nothing left to do")
	require.Equal(t, 3, sync(nil).Count(stream.Deleted))
	require.Empty(t, rulesOf(t, client))
}

func TestManyRulesGoInBatches(t *testing.T) {
	server, client := sandboxed(t)
	var rules []stream.Rule
	for n := range 900 {
		rules = append(rules, stream.Rule{Value: fmt.Sprintf("word%d", n), Tag: fmt.Sprint(n)})
	}
	report, err := stream.SyncRules(t.Context(), client, rules)
	require.NoError(t, err)
	require.Equal(t, 900, report.Count(stream.Added))
	require.Len(t, rulesOf(t, client), 900)
	updates := 0
	for _, request := range server.Requests() {
		if request.Operation == "updateRules" {
			updates++
		}
	}
	require.Equal(t, 4, updates)
}

func TestRulesThatXDoesNotTakeAreNamed(t *testing.T) {
	_, client := sandboxed(t)
	report, err := stream.SyncRules(t.Context(), client, []stream.Rule{{Value: "cats"}, {Value: "has:images has:"}, {Value: "dogs"}})
	var refused *stream.RulesError
	require.ErrorAs(t, err, &refused)
	require.Len(t, refused.Refused, 1)
	require.Equal(t, "has:images has:", refused.Refused[0].Value)
	require.Equal(t, stream.Invalid, refused.Refused[0].Outcome)
	require.NotEmpty(t, refused.Refused[0].Reason)
	require.ErrorContains(t, err, `"has:images has:" is invalid`)
	require.Equal(t, 2, report.Count(stream.Added))
	require.Len(t, rulesOf(t, client), 2, "the others are there")
}

func TestASetThatCannotBeIsRefusedBeforeAnythingIsChanged(t *testing.T) {
	server, client := sandboxed(t)
	for _, rules := range [][]stream.Rule{
		{{Value: ""}}, {{Value: "  "}}, {{Value: "cats", Tag: "1"}, {Value: "cats ", Tag: "2"}},
	} {
		_, err := stream.SyncRules(t.Context(), client, rules)
		require.ErrorContains(t, err, "rules: ")
	}
	require.Empty(t, server.Requests())
	var tooMany []stream.Rule
	for n := range 1001 {
		tooMany = append(tooMany, stream.Rule{Value: fmt.Sprint("word", n)})
	}
	_, err := stream.SyncRules(t.Context(), client, tooMany)
	require.ErrorContains(t, err, "1001 are wanted and the app may have 1000: nothing was changed")
	require.Empty(t, rulesOf(t, client))
}

// ruleServer is a server of rules with ways of its own: it refuses a whole call for one rule, puts rules in another form,
// and has caps for a project.
type ruleServer struct {
	rules   []map[string]any
	next    int
	invalid func(value string) bool
	// silent does not say which rule is at fault.
	silent  bool
	project int
	calls   []string
}

func (s *ruleServer) RoundTrip(req *http.Request) (*http.Response, error) {
	reply := func(status int, body any) (*http.Response, error) {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		return answer(req, status, strings.NewReader(string(text))), nil
	}
	switch {
	case strings.HasSuffix(req.URL.Path, "/counts"):
		if s.project == 0 {
			return reply(http.StatusForbidden, map[string]any{"title": "Forbidden", "status": 403})
		}
		return reply(200, map[string]any{"data": map[string]any{
			"cap_per_client_app": "25", "cap_per_project": fmt.Sprint(s.project), "project_rules_count": fmt.Sprint(len(s.rules) + 3),
			"client_app_rules_count": map[string]any{"rule_count": len(s.rules)},
		}})
	case req.Method == http.MethodGet:
		return reply(200, map[string]any{"data": s.rules, "meta": map[string]any{"sent": "2026-11-01T12:00:00Z"}})
	}
	var body struct {
		Add    []map[string]any
		Delete struct{ IDs []string }
	}
	if err := json.NewDecoder(req.Body).Decode(&body); err != nil {
		return nil, err
	}
	s.calls = append(s.calls, fmt.Sprintf("+%d -%d", len(body.Add), len(body.Delete.IDs)))
	if body.Add == nil {
		return s.remove(body.Delete.IDs, reply)
	}
	var complaints []map[string]any
	for _, rule := range body.Add {
		if value, _ := rule["value"].(string); s.invalid != nil && s.invalid(value) {
			complaints = append(complaints, map[string]any{"value": value, "details": []string{"no viable alternative"}, "title": "UnprocessableEntity"})
		}
	}
	switch {
	case complaints != nil && s.silent:
		return reply(400, map[string]any{"title": "Invalid Request", "detail": "One or more parameters to your request was invalid."})
	case complaints != nil:
		return reply(400, map[string]any{"errors": complaints, "title": "Invalid Request", "type": "https://api.x.com/2/problems/invalid-request"})
	}
	var made []map[string]any
	for _, rule := range body.Add {
		s.next++
		value, _ := rule["value"].(string)
		made = append(made, map[string]any{"id": fmt.Sprint(s.next), "value": strings.ReplaceAll(value, "  ", " "), "tag": rule["tag"]})
	}
	s.rules = append(s.rules, made...)
	return reply(201, map[string]any{"data": made, "meta": map[string]any{"sent": "2026-11-01T12:00:00Z"}})
}

// remove refuses to delete any where one is not there.
func (s *ruleServer) remove(ids []string, reply func(int, any) (*http.Response, error)) (*http.Response, error) {
	for _, id := range ids {
		if !slices.ContainsFunc(s.rules, func(r map[string]any) bool { return r["id"] == id }) {
			return reply(400, map[string]any{"title": "Invalid Request", "errors": []any{map[string]any{
				"message": "Rule does not exist", "parameters": map[string]any{"id": []string{id}},
			}}})
		}
	}
	s.rules = slices.DeleteFunc(s.rules, func(r map[string]any) bool { id, _ := r["id"].(string); return slices.Contains(ids, id) })
	return reply(200, map[string]any{"meta": map[string]any{"sent": "2026-11-01T12:00:00Z", "summary": map[string]any{"deleted": len(ids)}}})
}

func TestOneRuleDoesNotKeepTheOthersOut(t *testing.T) {
	for name, silent := range map[string]bool{"where X says which": false, "where it does not": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &ruleServer{silent: silent, invalid: func(value string) bool { return strings.Contains(value, "bad") }}
				var rules []stream.Rule
				for n := range 20 {
					rules = append(rules, stream.Rule{Value: fmt.Sprint("word", n)})
				}
				rules[3].Value, rules[17].Value = "bad 1", "bad 2"
				report, err := stream.SyncRules(t.Context(), newClient(t, server), rules)
				var refused *stream.RulesError
				require.ErrorAs(t, err, &refused)
				require.Len(t, refused.Refused, 2)
				require.Equal(t, "bad 1", refused.Refused[0].Value)
				require.Equal(t, "bad 2", refused.Refused[1].Value)
				require.Equal(t, 18, report.Count(stream.Added))
				require.Len(t, server.rules, 18)
			})
		})
	}
}

func TestRulesThatXPutsInAnotherFormAreTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &ruleServer{}
		report, err := stream.SyncRules(t.Context(), newClient(t, server), []stream.Rule{{Value: "a  b"}, {Value: "c"}})
		require.NoError(t, err)
		require.Equal(t, map[string]stream.Outcome{"a  b/": stream.Added, "c/": stream.Added}, outcomes(report))
		require.Zero(t, report.Cap, "the app may not read it")
	})
}

func TestTheRulesOfOtherAppsCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &ruleServer{project: 5}
		_, err := stream.SyncRules(t.Context(), newClient(t, server), []stream.Rule{{Value: "a"}, {Value: "b"}, {Value: "c"}})
		require.ErrorContains(t, err, "3 are wanted and other apps of the project have 3, of 5 that all may have together")
		require.Empty(t, server.calls)
		report, err := stream.SyncRules(t.Context(), newClient(t, server), []stream.Rule{{Value: "a"}, {Value: "b"}})
		require.NoError(t, err)
		require.Equal(t, 25, report.Cap)
	})
}

func TestARuleThatIsGoneAlreadyIsDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &ruleServer{rules: []map[string]any{{"id": "1", "value": "cats"}, {"id": "2", "value": "dogs"}}}
		interloper := roundTripper(func(req *http.Request) (*http.Response, error) {
			if req.Method == http.MethodPost && len(server.rules) == 2 {
				server.rules = server.rules[1:] // somebody else was faster
			}
			return server.RoundTrip(req)
		})
		report, err := stream.SyncRules(t.Context(), newClient(t, interloper), nil)
		require.NoError(t, err)
		require.Equal(t, map[string]stream.Outcome{"cats/": stream.Deleted, "dogs/": stream.Deleted}, outcomes(report))
		require.Empty(t, server.rules)
	})
}

package validate_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/gen/spec"
	"github.com/xapi-go/xapi-go/xapi/validate"
)

// The differences from openapi3filter, all of them on the strict side, are:
//
//   - a field or a query parameter that is not declared is reported (rule "undeclared");
//   - an object is held to the schema that its discriminator names, and the name must be known;
//   - text after the JSON and numbers beyond a 64-bit float are reported (rule "json");
//   - only 2xx answers are checked, and one that is not declared is never held against the default answer;
//   - a body that is not JSON is not read;
//   - a parameter given several times that takes one value is reported;
//   - a list in the query with an empty item is held against the item's schema.
//
// So: what openapi3filter refuses is refused, and what is refused beyond it falls under the first three.
type judge struct {
	t         *testing.T
	validator *validate.Validator
	route     *routers.Route
	path      map[string]string

	budget                      int
	accepted, refused, stricter int
}

// maxVariants bounds the variants that are judged in all, so that the test takes seconds whatever the document holds.
const maxVariants = 16000

// some returns variants, or as many of them from all over as the budget allows.
func (j *judge) some(variants []variant) []variant {
	if len(variants) <= j.budget {
		return variants
	}
	picked := make([]variant, 0, j.budget)
	for i := range j.budget {
		picked = append(picked, variants[i*len(variants)/j.budget])
	}
	return picked
}

// agree compares both verdicts.
func (j *judge) agree(name string, theirs error, ours []validate.Finding, input string) {
	switch {
	case theirs == nil && len(ours) == 0:
		j.accepted++
	case theirs != nil && len(ours) > 0:
		j.refused++
	case theirs != nil:
		j.t.Errorf("%s: accepted, but openapi3filter says: %v\n%s", name, theirs, input)
	case strings.Contains(name, "discriminated: ") || !slices.ContainsFunc(ours, beyond):
		j.stricter++
	default:
		j.t.Errorf("%s: refused for %v, but accepted by openapi3filter\n%s", name, ours, input)
	}
}

// lenient keeps a pattern that Go's regexp cannot compile from refusing every body.
var lenient = []openapi3.SchemaValidationOption{openapi3.SetSchemaRegexCompiler(func(pattern string) (openapi3.RegexMatcher, error) {
	if compiled, err := regexp.Compile(pattern); err == nil {
		return compiled, nil
	}
	return regexp.MustCompile(""), nil
})}

// beyond reports whether a finding is not of a rule that openapi3filter does not know.
func beyond(f validate.Finding) bool {
	return f.Rule != "undeclared" && f.Rule != "discriminator" && f.Rule != "json"
}

func (j *judge) request(name, target string, body []byte) {
	build := func() *http.Request {
		req, err := http.NewRequestWithContext(j.t.Context(), j.route.Method, "https://api.x.com"+target, bytes.NewReader(body))
		require.NoError(j.t, err)
		if body != nil {
			req.Header.Set("Content-Type", "application/json")
		}
		return req
	}
	req := build()
	theirs := openapi3filter.ValidateRequest(j.t.Context(), &openapi3filter.RequestValidationInput{
		Request: req, Route: j.route, PathParams: j.path,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, SkipSettingDefaults: true, SchemaValidationOptions: lenient},
	})
	var ours []validate.Finding
	if err := j.validator.Request(j.route.Operation.OperationID, build(), body); err != nil {
		var refused *validate.RequestError
		require.ErrorAs(j.t, err, &refused)
		ours = refused.Findings
	}
	j.agree(name, theirs, ours, target+" "+string(body))
}

func (j *judge) response(name string, status int, body []byte) {
	header := http.Header{"Content-Type": {"application/json"}}
	req, err := http.NewRequestWithContext(j.t.Context(), j.route.Method, "https://api.x.com"+j.route.Path, nil)
	require.NoError(j.t, err)
	theirs := openapi3filter.ValidateResponse(j.t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, Route: j.route},
		Status:                 status, Header: header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, SchemaValidationOptions: lenient},
	})
	var ours []validate.Finding
	for _, drift := range j.validator.Response(j.route.Operation.OperationID, status, header, body) {
		ours = append(ours, drift.Finding)
	}
	j.agree(name, theirs, ours, string(body))
}

func TestAgreesWithOpenAPI3Filter(t *testing.T) {
	document, err := spec.Document()
	require.NoError(t, err)
	validator := validate.New()
	operations := slices.DeleteFunc(slices.Collect(gen.Operations()), func(op *gen.Endpoint) bool { return op.Gone })
	for _, op := range operations {
		item := document.Paths.Value(op.Path)
		require.NotNil(t, item, op.Path)
		route := &routers.Route{Spec: document, Path: op.Path, PathItem: item, Method: op.Method, Operation: item.GetOperation(op.Method)}
		t.Run(op.ID, func(t *testing.T) {
			j := &judge{t: t, validator: validator, route: route, budget: maxVariants / len(operations)}
			j.requests(document)
			if !op.Stream {
				j.responses(document)
			}
			t.Logf("%d accepted and %d refused by both, %d refused by us alone", j.accepted, j.refused, j.stricter)
			require.NotZero(t, j.accepted)
		})
	}
}

func (j *judge) requests(document *openapi3.T) {
	c := &corpus{document: document, mutated: make(map[*openapi3.Schema]bool)}
	parameters := make(map[string]any)
	for _, ref := range j.route.Operation.Parameters {
		parameters[ref.Value.Name] = c.sample(ref.Value.Schema.Value, 0)
	}
	var body any
	var schema *openapi3.Schema
	if ref := j.route.Operation.RequestBody; ref != nil && ref.Value.Content["application/json"] != nil {
		schema = ref.Value.Content["application/json"].Schema.Value
		body = c.sample(schema, 0)
	}
	j.send("sample", parameters, body)
	for _, ref := range j.route.Operation.Parameters {
		p := ref.Value
		less := maps.Clone(parameters)
		if delete(less, p.Name); p.In != "path" {
			j.send(p.Name+" dropped", less, body)
		}
		clear(c.mutated)
		for _, v := range c.variants(p.Schema.Value, parameters[p.Name]) {
			if raw(v.value) == "" || strings.Contains(raw(v.value), "\n") && p.In == "path" {
				continue
			}
			j.send(p.Name+": "+v.name, with(parameters, p.Name, v.value), body)
		}
	}
	j.send("undeclared query parameter", with(parameters, "not_in_the_spec", "1"), body)
	if schema == nil {
		return
	}
	if j.route.Operation.RequestBody.Value.Required {
		j.send("no body", parameters, nil)
	}
	clear(c.mutated)
	for _, v := range j.some(c.variants(schema, body)) {
		j.send("body: "+v.name, parameters, v)
	}
}

// send puts the request together and has it judged.
func (j *judge) send(name string, parameters map[string]any, body any) {
	target, query := j.route.Path, make(url.Values)
	j.path = make(map[string]string)
	declared := j.route.Operation.Parameters
	for parameter, value := range parameters {
		if declared.GetByInAndName("path", parameter) != nil {
			j.path[parameter] = raw(value)
			target = strings.ReplaceAll(target, "{"+parameter+"}", url.PathEscape(raw(value)))
			continue
		}
		query.Set(parameter, raw(value))
		if p := declared.GetByInAndName("query", parameter); p != nil && (p.Explode == nil || *p.Explode) {
			if list, ok := value.([]any); ok {
				query.Del(parameter)
				for _, item := range list {
					query.Add(parameter, raw(item))
				}
			}
		}
	}
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	var text []byte
	if v, ok := body.(variant); ok {
		text, _ = json.Marshal(v.value)
	} else if body != nil {
		text, _ = json.Marshal(body)
	}
	j.request(name, target, text)
}

// raw is a parameter's value in the query or the path.
func raw(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case []any:
		texts := make([]string, len(value))
		for i, item := range value {
			texts[i] = raw(item)
		}
		return strings.Join(texts, ",")
	case map[string]any, nil:
		return ""
	}
	return fmt.Sprint(value)
}

func (j *judge) responses(document *openapi3.T) {
	c := &corpus{document: document, mutated: make(map[*openapi3.Schema]bool)}
	for status, ref := range j.route.Operation.Responses.Map() {
		media := ref.Value.Content["application/json"]
		code, err := strconv.Atoi(status)
		if err != nil || code > 299 || media == nil {
			continue
		}
		sample := c.sample(media.Schema.Value, 0)
		text, err := json.Marshal(sample)
		require.NoError(j.t, err)
		j.response("sample", code, text)
		for _, v := range j.some(c.variants(media.Schema.Value, sample)) {
			text, err := json.Marshal(v.value)
			require.NoError(j.t, err)
			j.response("answer: "+v.name, code, text)
		}
		for _, broken := range []string{"{", "<html></html>", `{"data":1e999}`, `{"data":{}}{}`} {
			j.response("answer: no JSON", code, []byte(broken))
		}
	}
}

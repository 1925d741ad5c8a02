package validate_test

import (
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/validate"
)

// other is a document with what X's has little or nothing of.
const other = `{
	"openapi": "3.0.0", "info": {"title": "other", "version": "7"},
	"paths": {
		"/things/{id}/{part}": {
			"parameters": [
				{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}},
				{"name": "part", "in": "path", "required": true, "schema": {"enum": ["a", "b"], "type": "string"}}],
			"get": {
				"operationId": "getThing",
				"parameters": [
					{"name": "tag", "in": "query", "schema": {"type": "array", "uniqueItems": true, "items": {"type": "integer"}}},
					{"name": "piped", "in": "query", "style": "pipeDelimited", "explode": false, "schema": {"type": "array", "items": {"type": "boolean"}}},
					{"name": "ratio", "in": "query", "schema": {"oneOf": [{"type": "number", "maximum": 1}, {"type": "string", "enum": ["auto"]}]}},
					{"name": "blank", "in": "query", "allowEmptyValue": true, "schema": {"type": "string", "minLength": 2}},
					{"name": "X-Version", "in": "header", "required": true, "schema": {"type": "integer"}},
					{"name": "session", "in": "cookie", "schema": {"type": "string"}},
					{"name": "filter", "in": "query", "style": "deepObject", "schema": {"type": "object"}}],
				"responses": {"2XX": {"description": "-", "content": {"application/*": {"schema": {"$ref": "#/components/schemas/Thing"}}}}}}},
		"/things": {
			"post": {
				"operationId": "makeThing",
				"requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
				"responses": {"200": {"description": "-"}}}}},
	"components": {"schemas": {
		"Thing": {
			"allOf": [{"$ref": "#/components/schemas/Base"}, {"type": "object", "properties": {"name": {"type": "string"}, "inner": {"type": "object", "properties": {"b": {"type": "integer"}}}}}],
			"type": "object",
			"properties": {
				"either": {"anyOf": [
					{"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}},
					{"type": "object", "required": ["b"], "properties": {"b": {"type": "integer"}}}]},
				"kind": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
					"discriminator": {"propertyName": "is", "mapping": {"cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog"}}},
				"labels": {"type": "object", "additionalProperties": {"type": "object", "properties": {"color": {"type": "string"}}}},
				"free": {"type": "object"},
				"open": {"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": true},
				"closed": {"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": false},
				"link": {"type": "string", "pattern": "^(?=[\\s\\S]*https?://\\S+)[\\s\\S]{1,}$"},
				"format": {"type": "string", "format": "theirs"},
				"day": {"type": "string", "pattern": "^20", "format": "date"},
				"umlaut": {"type": "string", "pattern": "^[\\u00e4\\u00f6]+$"},
				"made": {"type": "string", "readOnly": true},
				"secret": {"type": "string", "writeOnly": true},
				"odd": {"not": {"type": "string"}},
				"many": {"type": "object", "minProperties": 1, "maxProperties": 2, "additionalProperties": {"type": "integer", "multipleOf": 5}},
				"one": {"oneOf": [{"type": "integer", "minimum": 3}, {"type": "integer", "maximum": 5}, {"type": "boolean"}]},
				"next": {"$ref": "#/components/schemas/Thing"}}},
		"Base": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, "inner": {"type": "object", "properties": {"a": {"type": "integer"}}}}},
		"Cat": {"type": "object", "required": ["is"], "properties": {"is": {"type": "string"}, "purrs": {"type": "boolean"}}},
		"Dog": {"type": "object", "required": ["is"], "properties": {"is": {"type": "string"}, "barks": {"type": "boolean"}}}}}}`

func load() (*openapi3.T, error) { return openapi3.NewLoader().LoadFromData([]byte(other)) }

func TestComposedSchemas(t *testing.T) {
	v := validate.New(validate.WithDocument(load))
	for name, c := range map[string]struct{ body, want string }{
		"all fields of allOf":           {`{"id":1,"name":"n","inner":{"a":1,"b":2}}`, ""},
		"none of allOf":                 {`{"id":1,"inner":{"a":1,"c":2}}`, "/inner/c: is not declared, got 2"},
		"refused by two of allOf":       {`{"name":1}`, "/id: is required and missing; /name: must be a string, got 1"},
		"fields of what holds":          {`{"id":1,"either":{"a":1}}`, ""},
		"fields of both that hold":      {`{"id":1,"either":{"a":1,"b":2}}`, ""},
		"fields of what does not hold":  {`{"id":1,"either":{"a":1,"b":"x"}}`, `/either/b: is not declared, got "x"`},
		"nothing holds":                 {`{"id":1,"either":{}}`, "/either: matches none of the alternatives: (1) /a is required and missing, (2) /b is required and missing"},
		"a kind":                        {`{"id":1,"kind":{"is":"cat","purrs":true}}`, ""},
		"a field of another kind":       {`{"id":1,"kind":{"is":"dog","purrs":true}}`, "/kind/purrs: is not declared, got true"},
		"a wrong field of its kind":     {`{"id":1,"kind":{"is":"dog","barks":1}}`, "/kind/barks: must be a boolean, got 1"},
		"of no known kind":              {`{"id":1,"kind":{"is":"cow"}}`, `/kind/is: is none of the kinds that the spec knows, got "cow"`},
		"of no kind":                    {`{"id":1,"kind":{}}`, "/kind/is: is required and missing: it says of which kind this is"},
		"described additional fields":   {`{"id":1,"labels":{"x":{"color":"red"},"y":{"size":1}}}`, "/labels/y/size: is not declared, got 1"},
		"a free object":                 {`{"id":1,"free":{"any":{"thing":[1]}}}`, ""},
		"an open object":                {`{"id":1,"open":{"any":1}}`, ""},
		"a closed object":               {`{"id":1,"closed":{"any":1}}`, "/closed/any: is not declared, got 1"},
		"an unenforced pattern":         {`{"id":1,"link":"no link"}`, ""},
		"an escape Go spells otherwise": {`{"id":1,"umlaut":"öä"}`, ""},
		"and breaks":                    {`{"id":1,"umlaut":"u"}`, `/umlaut: must match ^[\u00e4\u00f6]+$, got "u"`},
		"read-only in a request":        {`{"id":1,"made":"a"}`, `/made: must not be sent: it is the server's to say, got "a"`},
		"write-only in a request":       {`{"id":1,"secret":"a"}`, ""},
		"not":                           {`{"id":1,"odd":"a"}`, `/odd: must not match the schema that the spec excludes, got "a"`},
		"too few fields":                {`{"id":1,"many":{}}`, "/many: must have at least 1 field"},
		"too many fields":               {`{"id":1,"many":{"a":5,"b":5,"c":6}}`, "/many: must have at most 2 fields; /many/c: must be a multiple of 5, got 6"},
		"matches two":                   {`{"id":1,"one":4}`, "/one: matches more than one of the alternatives (1, 2), must match exactly one"},
		"an object that holds itself":   {`{"id":1,"next":{"id":2,"next":{"id":3,"new":4}}}`, "/next/next/new: is not declared, got 4"},
	} {
		t.Run(name, func(t *testing.T) {
			err := v.Request("makeThing", request(t, http.MethodPost, "/things", c.body), []byte(c.body))
			require.Equal(t, c.want, findings(t, err))
		})
	}
}

func TestParameterStyles(t *testing.T) {
	v := validate.New(validate.WithDocument(load))
	for target, want := range map[string]string{
		"/things/1/a":                      "",
		"/things/x/c":                      `path /id: must be an integer, got "x"; path /part: must be one of a, b, got "c"`,
		"/things/1/a?tag=1&tag=2":          "",
		"/things/1/a?tag=1&tag=1":          "query /tag: must not hold an item twice",
		"/things/1/a?tag=1&tag=x":          `query /tag/1: must be an integer, got "x"`,
		"/things/1/a?piped=true%7Cfalse":   "",
		"/things/1/a?piped=true%7Cmaybe":   `query /piped/1: must be a boolean, got "maybe"`,
		"/things/1/a?ratio=0.5":            "",
		"/things/1/a?ratio=auto":           "",
		"/things/1/a?blank=":               "",
		"/things/1/a?blank=x":              `query /blank: must have at least 2 characters, got "x"`,
		"/things/1/a?filter[a]=1":          `query /filter[a]: is not declared, got "1"`,
		"/base/things/1/a?unknown=1&tag=1": `query /unknown: is not declared, got "1"`,
	} {
		t.Run(target, func(t *testing.T) {
			req := request(t, http.MethodGet, target, "")
			req.Header.Set("X-Version", "2")
			require.Equal(t, want, findings(t, v.Request("getThing", req, nil)))
		})
	}
	req := request(t, http.MethodGet, "/things/1/a", "")
	require.Equal(t, "header /X-Version: is required and missing", findings(t, v.Request("getThing", req, nil)))
	req.Header.Set("X-Version", "two")
	require.Equal(t, `header /X-Version: must be an integer, got "two"`, findings(t, v.Request("getThing", req, nil)))
}

func TestRangesOfStatusAndContentType(t *testing.T) {
	v := validate.New(validate.WithDocument(load))
	thing := http.Header{"Content-Type": {"application/thing+json"}}
	require.Empty(t, v.Response("getThing", 207, thing, []byte(`{"id":1,"made":"a"}`)))
	require.Equal(t, []string{`broken rule /secret [redacted]`}, short(v.Response("getThing", 207, thing, []byte(`{"id":1,"secret":"a"}`))))
	require.Equal(t, []string{"undeclared content type  text/plain"}, short(v.Response("getThing", 200, http.Header{"Content-Type": {"text/plain"}}, []byte(`any`))))
	require.Empty(t, v.Response("getThing", 200, http.Header{"Content-Type": {"application/octet-stream"}}, []byte(`any`)))
	require.Empty(t, v.Response("makeThing", 200, nil, []byte(`any`)), "no answer is described")
}

func TestWhatIsNotEnforcedIsSaid(t *testing.T) {
	v := validate.New(validate.WithDocument(load))
	rules, err := v.Unenforced("makeThing")
	require.NoError(t, err)
	require.Len(t, rules, 1)
	require.Equal(t, `pattern ^(?=[\s\S]*https?://\S+)[\s\S]{1,}$`, rules[0].Rule)
	require.Contains(t, rules[0].String(), "makeThing: pattern ^(?=")
	drift := rules[0].Drift()
	require.Equal(t, validate.RuleNotEnforced, drift.Kind)
	require.Equal(t, "7", drift.SpecVersion)

	rules, err = v.Unenforced("getThing")
	require.NoError(t, err)
	require.Len(t, rules, 3)
	require.Equal(t, "cookie parameter session", rules[0].Rule)
	require.Equal(t, "query parameter filter", rules[1].Rule)
	_, err = v.Unenforced("noThing")
	require.EqualError(t, err, "noThing: not checked: the spec 7 has no such operation")
}

func TestTheDocumentIsLoadedOnce(t *testing.T) {
	var loads atomic.Int32
	v := validate.New(validate.WithDocument(func() (*openapi3.T, error) {
		loads.Add(1)
		return load()
	}))
	require.Zero(t, loads.Load())
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			v.Response("getThing", 200, asJSON, []byte(`{"id":1}`))
		})
	}
	group.Wait()
	require.EqualValues(t, 1, loads.Load())
}

func TestADocumentThatDoesNotLoadIsAnError(t *testing.T) {
	bad := errors.New("bad document")
	v := validate.New(validate.WithDocument(func() (*openapi3.T, error) { return nil, bad }))
	require.ErrorIs(t, v.Request("getThing", request(t, http.MethodGet, "/things/1/a", ""), nil), bad)
	require.Empty(t, v.Response("getThing", 200, asJSON, []byte(`{}`)))
}

func TestRedaction(t *testing.T) {
	v := validate.New(validate.WithDocument(load), validate.WithRedaction(func(string) string { return "taken out" }))
	body := `{"id":"a secret"}`
	err := v.Request("makeThing", request(t, http.MethodPost, "/things", body), []byte(body))
	require.Equal(t, `/id: must be an integer, got "taken out"`, findings(t, err))
}

package xapitest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	table "github.com/xapi-go/xapi-go/gen/wire"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// TestAnswersFitTheContract has, for what the sandbox answers, what goes out under contracts that say otherwise.
func TestAnswersFitTheContract(t *testing.T) {
	for name, c := range map[string]struct{ schema, made, fits string }{
		"a field that is not declared": {`{"type":"object","properties":{"id":{"type":"string"}}}`, `{"id":"1","more":true}`, `{"id":"1"}`},
		"an open object":               {`{"type":"object","additionalProperties":true,"properties":{"id":{"type":"string"}}}`, `{"id":"1","more":true}`, `{"id":"1","more":true}`},
		"another spelling":             {`{"type":"object","properties":{"post_count":{"type":"integer"}}}`, `{"tweet_count":1}`, `{"post_count":1}`},
		"one for a list":               {`{"type":"object","properties":{"id":{"type":"string"}}}`, `[{"id":"1"},{"id":"2"}]`, `{"id":"2"}`},
		"a list for one":               {`{"type":"array","items":{"type":"object","properties":{"id":{"type":"string"}}}}`, `{"id":"1"}`, `[{"id":"1"}]`},
		"a list for what holds one":    {`{"type":"array","items":{"type":"object","properties":{"id":{"type":"string"}}}}`, `{"links":[{"id":"1"}]}`, `[{"id":"1"}]`},
		"a time for milliseconds":      {`{"type":"string","format":"date-time"}`, `"1735732800000"`, `"2025-01-01T12:00:00.000Z"`},
		"a number for a text":          {`{"type":"integer"}`, `"7"`, `7`},
		"a text for a number":          {`{"type":"string"}`, `7`, `"7"`},
		"a text for an object":         {`{"type":"object","properties":{"a":{"type":"object","properties":{"b":{"type":"string"}}}}}`, `{"a":"text"}`, `{}`},
		"what is required in data":     {`{"type":"object","properties":{"data":{"type":"object","required":["is"],"properties":{"is":{"type":"string","enum":["yes"]}}}}}`, `{"data":{}}`, `{"data":{"is":"yes"}}`},
		"what is required beside it":   {`{"type":"object","required":["meta"],"properties":{"meta":{"type":"object"},"errors":{"type":"array"}}}`, `{"errors":[]}`, `{"errors":[]}`},
	} {
		t.Run(name, func(t *testing.T) {
			var schema openapi3.Schema
			require.NoError(t, json.Unmarshal([]byte(c.schema), &schema))
			var made any
			decoder := json.NewDecoder(strings.NewReader(c.made))
			decoder.UseNumber()
			require.NoError(t, decoder.Decode(&made))
			got, err := json.Marshal(xapitest.Fit(made, &schema, table.Names{{Old: "tweet_count", New: "post_count"}}))
			require.NoError(t, err)
			require.JSONEq(t, c.fits, string(got))
		})
	}
}

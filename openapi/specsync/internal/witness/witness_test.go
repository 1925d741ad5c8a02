package witness_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/diff"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/mutate"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/witness"
)

const library = `
openapi: 3.0.0
info: {title: Library, version: '1'}
paths:
  /books/{id}/loan:
    post:
      operationId: lendBook
      parameters:
        - {in: path, name: id, required: true, schema: {type: string, pattern: '^[0-9]{1,19}$'}}
        - {in: query, name: days, schema: {type: integer, maximum: 30}}
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Loan'}}}}
      responses: {'200': {description: Lent., content: {application/json: {schema: {$ref: '#/components/schemas/Answer'}}}}}
components:
  schemas:
    Loan: REQUEST
    Answer: RESPONSE
`

const anything = `{type: object, properties: {id: {type: string}}}`

func parse(t *testing.T, text string) document.Object {
	t.Helper()
	root, err := document.Parse([]byte(text))
	require.NoError(t, err)
	document.Canonicalize(root)
	return root
}

func with(t *testing.T, request, response string) document.Object {
	t.Helper()
	return parse(t, strings.NewReplacer("REQUEST", request, "RESPONSE", response).Replace(library))
}

func proven(t *testing.T, base, head document.Object) diff.Report {
	t.Helper()
	report := diff.Compare(base, head)
	require.NoError(t, witness.Prove(&report, base, head))
	return report
}

func TestWhatBreaksTheWireComesWithAWitness(t *testing.T) {
	for name, c := range map[string]struct{ before, after, request, answer string }{
		"a field less": {
			`{type: object, properties: {to: {type: string}, days: {type: integer}}}`, `{type: object, properties: {to: {type: string}}}`,
			`lendBook takes {"days":1}; days: is not declared`, `lendBook answers {"days":1}; days: is not declared`,
		},
		"a field required": {
			`{type: object, properties: {to: {type: string}}}`, `{type: object, required: [to], properties: {to: {type: string}}}`,
			`lendBook takes {}; to: property "to" is missing`, ``,
		},
		"a field optional": {
			`{type: object, required: [to], properties: {to: {type: string}}}`, `{type: object, properties: {to: {type: string}}}`,
			``, `lendBook answers {}; to: property "to" is missing`,
		},
		"null": {
			`{type: object, properties: {to: {type: string}}}`, `{type: object, properties: {to: {type: string, nullable: true}}}`,
			``, `lendBook answers {"to":null}; to: Value is not nullable`,
		},
		"a narrower limit": {
			`{type: object, properties: {to: {type: string, maxLength: 9}}}`, `{type: object, properties: {to: {type: string, maxLength: 5}}}`,
			`lendBook takes {"to":"aaaaaa"}; to: maximum string length is 5`, ``,
		},
		"a value less": {
			`{type: object, properties: {to: {type: string, enum: [a, b]}}}`, `{type: object, properties: {to: {type: string, enum: [a]}}}`,
			`lendBook takes {"to":"b"}; to: value is not one of the allowed values ["a"]`, ``,
		},
		"another type": {
			`{type: object, properties: {to: {type: string}}}`, `{type: object, properties: {to: {type: array, items: {type: string}}}}`,
			`lendBook takes {"to":"a"}; to: value must be an array`, `lendBook answers {"to":["a"]}; to: value must be a string`,
		},
		"closed": {
			`{type: object, properties: {to: {type: string}}}`, `{type: object, additionalProperties: false, properties: {to: {type: string}}}`,
			`lendBook takes {"undeclared_field":true}; undeclared_field: is not declared, and nothing else may be sent`, ``,
		},
		"a part that requires a field more": {
			`{type: object, properties: {to: {type: string}}}`,
			`{allOf: [{type: object, properties: {to: {type: string}}}, {type: object, required: [days], properties: {days: {type: integer}}}]}`,
			`lendBook takes {}; days: property "days" is missing`, ``,
		},
		"a part that requires a field of what is closed": {
			`{type: object, additionalProperties: false, anyOf: [{required: [to]}, {required: [for]}], properties: {to: {type: string}, for: {type: string}}}`,
			`{allOf: [{type: object, additionalProperties: false, anyOf: [{required: [to]}, {required: [for]}], properties: {to: {type: string}, for: {type: string}}}, {type: object, required: [days], properties: {days: {type: integer}}}]}`,
			`lendBook takes {"to":"a"}; days: property "days" is missing`, ``,
		},
		"a list of many": {
			`{type: object, properties: {to: {type: array, items: {type: boolean}}}}`, `{type: object, properties: {to: {type: array, maxItems: 2, items: {type: boolean}}}}`,
			`lendBook takes {"to":[true,true,true]}; to: maximum number of items is 2`, ``,
		},
		"any object": {
			`{type: object, properties: {to: {type: object, properties: {a: {type: integer}}}}}`, `{type: object, properties: {to: {type: object}}}`,
			``, `lendBook answers {"to":{"a":true}}; to.a: value must be an integer`,
		},
		"null among values": {
			`{type: object, properties: {to: {type: string, enum: [a]}}}`, `{type: object, properties: {to: {type: string, enum: [a], nullable: true}}}`,
			``, `lendBook answers {"to":null}; to: value is not one of the allowed values ["a"]`,
		},
		"no address": {
			`{type: object, properties: {to: {type: string, format: uri}}}`, `{type: object, properties: {to: {type: string}}}`,
			``, `lendBook answers {"to":"a"}; to: is not a URI`,
		},
		"beside a field that is required and described nowhere": {
			`{type: object, required: [secret], properties: {to: {type: string}, days: {type: integer}}}`,
			`{type: object, required: [secret], properties: {to: {type: string}}}`,
			`lendBook takes {"days":1,"secret":{}}; days: is not declared`, `lendBook answers {"days":1,"secret":{}}; days: is not declared`,
		},
		"in the variant that has the field": {
			`{anyOf: [{type: object, required: [to], properties: {to: {type: string}}}, {type: object, required: [days], properties: {days: {type: integer}}}]}`,
			`{anyOf: [{type: object, required: [to], properties: {to: {type: string}}}, {type: object, required: [days], properties: {days: {type: integer, maximum: 7}}}]}`,
			`lendBook takes {"days":8}; doesn't match any schema from "anyOf"`, ``,
		},
		"deep within": {
			`{type: object, properties: {list: {type: array, items: {type: object, properties: {a: {type: string}, b: {type: integer}}}}}}`,
			`{type: object, properties: {list: {type: array, items: {type: object, properties: {a: {type: string}, b: {type: integer, maximum: 7}}}}}}`,
			`lendBook takes {"list":[{"b":8}]}; list[].b: number must be at most 7`, ``,
		},
	} {
		t.Run(name, func(t *testing.T) {
			for way, want := range map[string]string{"request": c.request, "answer": c.answer} {
				base, head := with(t, c.before, anything), with(t, c.after, anything)
				if way == "answer" {
					base, head = with(t, anything, c.before), with(t, anything, c.after)
				}
				report := proven(t, base, head)
				require.Len(t, report.Changes, 1)
				require.Equal(t, want, report.Changes[0].Witness, way)
				require.Equal(t, want != "", report.Class == diff.Wire)
			}
		})
	}
}

func TestUnderAFieldThatIsSpelledOtherwiseTheWitnessIsTooAndSaysSo(t *testing.T) {
	report := proven(t,
		with(t, anything, `{type: object, properties: {tweet: {type: object, properties: {to: {type: string}}}}}`),
		with(t, anything, `{type: object, properties: {post: {type: object, properties: {to: {type: string, nullable: true}}}}}`))
	require.Len(t, report.Changes, 2)
	require.Equal(t, "now-nullable", report.Changes[1].Kind)
	require.Equal(t, `lendBook answers {"post":{"to":null}}; tweet.to: Value is not nullable, in the other spelling`, report.Changes[1].Witness)
}

func TestAPlaceThatIsDeclaredButImpossibleIsNotProven(t *testing.T) {
	// No number is both: the limit that is lowered was never reached.
	report := proven(t,
		with(t, `{type: object, properties: {n: {type: integer, minimum: 5, maximum: 3}}}`, anything),
		with(t, `{type: object, properties: {n: {type: integer, minimum: 5, maximum: 2}}}`, anything))
	require.Equal(t, diff.Wire, report.Class)
	require.Equal(t, witness.NotProven, report.Changes[0].Witness)
}

func TestRoutesAndParametersHaveTheirWitness(t *testing.T) {
	base := with(t, anything, anything)
	text := strings.NewReplacer("REQUEST", anything, "RESPONSE", anything, "maximum: 30", "maximum: 20", "/loan", "/lend").Replace(library)
	report := proven(t, base, parse(t, text))
	require.Equal(t, "POST /books/{id}/loan: no operation is at this route now", report.Changes[0].Witness)
	require.Equal(t, `lendBook takes 21; query parameter days: number must be at most 20`, report.Changes[1].Witness)
}

// schemas are what a body may be; every pair of them is a change.
var schemas = []string{
	anything,
	`{type: object, properties: {id: {type: string, nullable: true}}}`,
	`{type: object, properties: {id: {type: string, maxLength: 5}}}`,
	`{type: object, properties: {id: {type: string, minLength: 2}}}`,
	`{type: object, properties: {id: {type: string, pattern: '^[0-9]{1,19}$'}}}`,
	`{type: object, properties: {id: {type: string, pattern: '^[0-9]{2,5}$'}}}`,
	`{type: object, properties: {id: {type: string, enum: [a, b]}}}`,
	`{type: object, properties: {id: {type: string, enum: [a]}}}`,
	`{type: object, properties: {id: {type: integer}}}`,
	`{type: object, properties: {id: {type: integer, minimum: 3, maximum: 9}}}`,
	`{type: object, properties: {id: {type: number}}}`,
	`{type: object, properties: {id: {type: boolean}}}`,
	`{type: object, required: [id], properties: {id: {type: string}}}`,
	`{type: object, additionalProperties: false, properties: {id: {type: string}}}`,
	`{type: object, additionalProperties: {type: string}, properties: {id: {type: string}}}`,
	`{type: object, properties: {id: {type: string}, more: {type: integer}}}`,
	`{type: object, required: [more], properties: {id: {type: string}, more: {type: integer}}}`,
	`{type: object, properties: {id: {type: array, items: {type: string}}}}`,
	`{type: object, properties: {id: {type: array, maxItems: 2, items: {type: string}}}}`,
	`{type: object, properties: {id: {type: array, minItems: 1, items: {type: string, maxLength: 3}}}}`,
	`{type: object, properties: {id: {type: object, properties: {a: {type: string}}}}}`,
	`{type: object, properties: {id: {type: object, required: [a], properties: {a: {type: string}}}}}`,
	`{type: object, properties: {id: {oneOf: [{type: string}, {type: integer}]}}}`,
	`{type: object, properties: {id: {anyOf: [{type: string}, {type: boolean}]}}}`,
	`{allOf: [{type: object, properties: {id: {type: string}}}, {type: object, required: [id]}]}`,
	`{allOf: [{type: object, properties: {id: {type: string}}}, {type: object, properties: {more: {type: integer, maximum: 9}}}]}`,
	`{type: object, anyOf: [{required: [id]}, {required: [more]}], properties: {id: {type: string}, more: {type: integer}}}`,
}

func TestNoChangeIsToldAsHarmlessThatRefusesWhatWasValid(t *testing.T) {
	for i, before := range schemas {
		for j, after := range schemas {
			if i == j {
				continue
			}
			base, head := with(t, before, anything), with(t, after, anything)
			faults, err := witness.Doubt(diff.Compare(base, head), base, head, 200, 1)
			require.NoError(t, err)
			require.Empty(t, faults, "%s\n%s", before, after)
		}
	}
}

// FuzzHarmless changes two bodies at once and by every rule of publication, and looks for a request that was valid, is
// refused, and is told as harmless.
func FuzzHarmless(f *testing.F) {
	for seed := range 8 {
		f.Add(uint8(seed), uint8(3*seed+1), uint8(seed), uint64(seed))
	}
	rules := mutate.Rules()
	f.Fuzz(func(t *testing.T, before, after, rule uint8, seed uint64) {
		base := with(t, schemas[int(before)%len(schemas)], anything)
		head := with(t, schemas[int(after)%len(schemas)], anything)
		changed := rules[int(rule)%len(rules)].Apply(head)
		if changed["openapi"] != head["openapi"] {
			changed = parse(t, string(document.JSON(changed)))
		}
		document.Identify(changed)
		document.Canonicalize(changed)
		faults, err := witness.Doubt(diff.Compare(base, changed), base, changed, 10_000, seed)
		require.NoError(t, err, fmt.Sprint(rules[int(rule)%len(rules)].Name))
		require.Empty(t, faults, rules[int(rule)%len(rules)].Name)
	})
}

package validate_test

import (
	"encoding/json"
	"regexp"
	"strconv"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/gen/spec"
	"github.com/xapi-go/xapi-go/xapi/validate"
)

// TestOnePassAcceptsNothingThatIsWrong holds both ways of judging an answer against each other, for every operation:
// what is accepted in one pass is right, and of what is right nearly all is accepted.
func TestOnePassAcceptsNothingThatIsWrong(t *testing.T) {
	document, err := spec.Document()
	require.NoError(t, err)
	validator := validate.New()
	right, accepted := 0, 0
	for op := range gen.Operations() {
		if op.Gone || op.Stream {
			continue
		}
		for status, ref := range document.Paths.Value(op.Path).GetOperation(op.Method).Responses.Map() {
			media := ref.Value.Content["application/json"]
			code, err := strconv.Atoi(status)
			if err != nil || code > 299 || media == nil {
				continue
			}
			c := &corpus{document: document, mutated: make(map[*openapi3.Schema]bool)}
			sample := c.sample(media.Schema.Value, 0)
			some := judge{budget: 100}
			values := append(some.some(c.variants(media.Schema.Value, sample)), variant{name: "sample", value: sample})
			for i, v := range values {
				text, err := json.Marshal(v.value)
				require.NoError(t, err)
				if i%3 == 1 {
					text, err = json.MarshalIndent(v.value, " ", "\t")
					require.NoError(t, err)
				}
				passed, holds := validator.Verdicts(op.ID, code, text)
				if passed && !holds {
					t.Fatalf("%s: %s is accepted, and wrong: %s", op.ID, v.name, text)
				}
				if holds {
					right++
				}
				if passed {
					accepted++
				}
			}
		}
	}
	t.Logf("%d of %d right answers are accepted in one pass", accepted, right)
	require.Greater(t, accepted, right*9/10)
}

func TestOnePassReadsJSONAsStrictlyAsTheOther(t *testing.T) {
	validator := validate.New()
	for _, text := range []string{
		`{"data":{"id":"1","name":"n","username":"u"}}`,
		" {\n\"data\" :\t{ \"id\":\"1\" , \"name\":\"caf\u00e9 \\u00e9 \\ud83d\\ude00 \\\"q\\\" \\/\",\"username\":\"u\"} }\r\n",
		`{"data":{"id":"1","name":"` + "\xff" + `","username":"u"}}`,
		`{"data":{"id":"\u0031","name":"n","username":"u"}}`,
		`{"data":{"\u0069d":"1","name":"n","username":"u"}}`,
		`{"data":{"id":"1","name":"n","username":"u","public_metrics":{"followers_count":1e2,"following_count":-0,"tweet_count":1.0,"listed_count":123456789012345678}}}`,
		`{"data":{"id":"1","name":"n","username":"u","public_metrics":{"followers_count":01}}}`,
		`{"data":{"id":"1","name":"n","username":"u","public_metrics":{"followers_count":1.5}}}`,
		`{"data":{"id":"1","name":"n","username":"u","public_metrics":{"followers_count":1e999}}}`,
		`{"data":{"id":"1","name":"n","username":"u","public_metrics":{"followers_count":.5}}}`,
		`{"data":{"id":"1","name":"n","username":"u","public_metrics":{"followers_count":1.}}}`,
		`{"data":{"id":"1","name":"n","username":"u","public_metrics":{"followers_count":1e}}}`,
		`{"data":{"id":"1","name":"n","username":"u","public_metrics":{"followers_count":-}}}`,
		`{"data":{"id":"1","name":"a` + "\x01" + `","username":"u"}}`, `{"data":{"id":"1","name":"a\x","username":"u"}}`,
		`{"data":{"id":"1","name":"a\u12","username":"u"}}`, `{"data":{"id":"1","name":"a\`, `{"data":{"id":"1","name":"a`,
		`{"data":{"id":"1","name":"n","username":"u",}}`, `{"data":{"id":"1","name":"n","username":"u"}}}`, `{"data":{"id":"1" "name":"n"}}`,
		`{"data":{"id":"1","name":"n","username":"u","protected":tru}}`, `{"data":{"id":"1","name":"n","username":"u","protected":truex}}`,
		`{"data":{"id":"1","name":"n","username":"u","protected":null}}`, `{"data":[]}`, `[]`, `null`, ``, ` `, `{`, `{"data"}`, `{"data":}`,
		`{"data":{"id":"1","name":"n","username":"u","id":7}}`, `{"data":{"id":"1","name":"n","username":"u","created_at":"2026-02-31T00:00:00Z"}}`,
		`{"data":{"id":"1","name":"n","username":"u","created_at":"2026-13-31T00:00:00Z"}}`, `{"data":{"id":"1","name":"n","username":"u","withheld":{"country_codes":["DE","DE"]}}}`,
		`{"data":{"id":"1","name":"n","username":"u","withheld":{"country_codes":["DE","FR"],"scope":"user"}}}`, `{"includes":{"media":[{"type":"photo"}]}}`,
	} {
		accepted, right := validator.Verdicts("getUsersMe", 200, []byte(text))
		require.False(t, accepted && !right, text)
	}
	deep := []byte(`{"data":`)
	for range 600 {
		deep = append(deep, '[')
	}
	accepted, right := validator.Verdicts("getUsersMe", 200, deep)
	require.False(t, accepted)
	require.False(t, right)
}

func TestSimplePatternsMatchAsRegularExpressionsDo(t *testing.T) {
	texts := []string{"", "0", "12", "1234567890123456789", "12345678901234567890", "a", "A_1", "3_17", "_", "3_", "_3", "3_1_", "DE", "de", "D", "DEU", "é", "a-b", "1-2", "\n", "1\n"}
	for pattern, simple := range map[string]bool{
		`^[0-9]{1,19}$`: true, `^[A-Za-z0-9_]{1,15}$`: true, `^[A-Z]{2}$`: true, `^[0-9]{2,}$`: true, `^[a-z]*$`: true, `^[a-b]$`: true, `^[A-Z-]+$`: true,
		`^[0-9]{1,19}`: false, `[0-9]`: false, `^([0-9]+)_([0-9]+)$`: false, `^[^a]+$`: false, `^\d+$`: false, `^[0-9]+[0-5]$`: false, `^[0-9]+?$`: false, `^.$`: false,
		`^[0-9]{1}{2}$`: false, `^[0-9]{,2}$`: false, `^[\d]+$`: false, `^[[:alpha:]]+$`: false, `^$`: false, `^[]$`: false, `^[0-9]|[a-z]$`: false,
	} {
		for _, text := range texts {
			is, matches := validate.Simple(pattern, text)
			require.Equal(t, simple, is, pattern)
			if is {
				require.Equal(t, regexp.MustCompile(pattern).MatchString(text), matches, "%s %q", pattern, text)
			}
		}
	}
}

func TestPlainTimesAreThoseOfTheFormat(t *testing.T) {
	format := regexp.MustCompile(openapi3.FormatOfStringDateTime)
	for text, plain := range map[string]bool{
		"2026-08-01T11:00:00.000Z": true, "2026-08-01T11:00:00Z": true, "2026-08-01T23:59:59.1Z": true,
		"2026-08-01T11:00:60Z": false, "2026-08-01T11:00:00+02:00": false, "2026-00-01T11:00:00Z": false, "2026-08-32T11:00:00Z": false,
		"2026-08-01T24:00:00Z": false, "2026-08-01T11:60:00Z": false, "2026-08-01T11:00:00.Z": false, "2026-08-01T11:00:00,0Z": false,
		"2026-08-01T11:00:00": false, "2026-08-01 11:00:00Z": false, "": false, "Z": false, "2026-08-01T11:00:00.0x0Z": false,
	} {
		require.Equal(t, plain, validate.PlainTime(text), text)
		if plain {
			require.True(t, format.MatchString(text), text)
		}
	}
}

func FuzzOnePass(f *testing.F) {
	for _, seed := range []string{
		`{"data":[{"id":"1","text":"a","edit_history_tweet_ids":["1"]}],"includes":{"media":[{"type":"photo","media_key":"3_1"}]},"meta":{"result_count":1}}`,
		`{"errors":[{"title":"t","type":"about:blank","status":404}]}`, `{"data":[{"entities":{"urls":[{"start":0,"end":1,"url":"u"}]}}]}`,
	} {
		f.Add([]byte(seed))
	}
	validator := validate.New()
	f.Fuzz(func(t *testing.T, text []byte) {
		accepted, right := validator.Verdicts("searchPostsRecent", 200, text)
		require.False(t, accepted && !right)
	})
}

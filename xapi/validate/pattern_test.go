package validate_test

import (
	"regexp"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/validate"
)

// TestOtherUsersOfKinOpenAPISeeTheirOwnBehaviour has a check of ours and one of somebody else's meet the same patterns
// and formats, in both orders.
func TestOtherUsersOfKinOpenAPISeeTheirOwnBehaviour(t *testing.T) {
	const lookAhead, umlaut = `^(?=[\s\S]*https?://\S+)[\s\S]{1,}$`, `^[\u00e4\u00f6]+$`
	nothing := regexp.MustCompile(`^\b$`)
	theirs := openapi3.SetSchemaRegexCompiler(func(string) (openapi3.RegexMatcher, error) { return nothing, nil })
	check := func(body string) string {
		v := validate.New(validate.WithDocument(load))
		return findings(t, v.Request("makeThing", request(t, "POST", "/things", body), []byte(body)))
	}

	require.Empty(t, check(`{"id":1,"link":"no link","umlaut":"ä"}`))
	require.Equal(t, `/umlaut: must match `+umlaut+`, got "a"`, check(`{"id":1,"umlaut":"a"}`))
	err := (&openapi3.Schema{Pattern: lookAhead}).VisitJSON("no link")
	require.ErrorContains(t, err, "error parsing regexp", "nobody has compiled it for them")
	require.Error(t, (&openapi3.Schema{Pattern: umlaut}).VisitJSON("ä", theirs))

	require.Error(t, (&openapi3.Schema{Pattern: lookAhead}).VisitJSON("no link", theirs))
	openapi3.DefineStringFormatValidator("theirs", openapi3.NewCallbackValidator(func(string) error { return &openapi3.SchemaError{} }))
	defer delete(openapi3.SchemaStringFormats, "theirs")
	require.Empty(t, check(`{"id":1,"link":"no link","umlaut":"ä","format":"anything"}`))

	document, err := load()
	require.NoError(t, err)
	v := validate.New(validate.WithDocument(func() (*openapi3.T, error) { return document, nil }))
	_, err = v.Unenforced("makeThing")
	require.NoError(t, err)
	require.Equal(t, lookAhead, document.Components.Schemas["Thing"].Value.Properties["link"].Value.Pattern, "the document is not ours to change")
}

func TestAPatternAndAFormatAreBothChecked(t *testing.T) {
	for body, want := range map[string]string{
		`{"id":1,"day":"2026-08-01"}`: "",
		`{"id":1,"day":"1999-08-01"}`: `/day: must match ^20, got "1999-08-01"`,
		`{"id":1,"day":"20"}`:         `/day: must be of the format date, got "20"`,
		`{"id":1,"day":"x"}`:          `/day: must be of the format date, got "x"; /day: must match ^20, got "x"`,
		`{"id":1,"either":{"a":1}}`:   "",
	} {
		v := validate.New(validate.WithDocument(load))
		require.Equal(t, want, findings(t, v.Request("makeThing", request(t, "POST", "/things", body), []byte(body))))
	}
}

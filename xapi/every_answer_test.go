package xapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/gen/spec"
	genwire "github.com/xapi-go/xapi-go/gen/wire"
	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/auth"
)

// TestEveryAnswerSurvivesARoundTrip calls every method of the Client, answers with everything that the contract declares
// for it, each variant by turns, and finds all of it in what the method returns: in the old spelling and in the new one.
func TestEveryAnswerSurvivesARoundTrip(t *testing.T) {
	document, err := spec.Document()
	require.NoError(t, err)
	decided, err := os.ReadFile("../openapi/model.yaml")
	require.NoError(t, err)
	for row := range gen.Operations() {
		if row.Gone || row.Stream {
			continue
		}
		if strings.Contains(strings.ToLower(string(decided)), "\n  "+strings.ToLower(row.ID)+" data: ") {
			continue // the contract declares what the model is known to be right about
		}
		schema := answerSchema(document.Paths.Find(row.Path).GetOperation(row.Method))
		if schema == nil {
			continue
		}
		t.Run(row.ID, func(t *testing.T) {
			for variant := range 3 {
				text, err := json.Marshal((&everything{variant: variant}).value(schema, nil))
				require.NoError(t, err)
				var want any
				require.NoError(t, json.Unmarshal(row.Answer(text), &want))
				old := returned(t, row, text)
				included(t, "", want, old)
				require.Equal(t, old, returned(t, row, row.Answer(text)), "both spellings are one")
			}
		})
	}
}

// answerSchema is that of an operation's success.
func answerSchema(op *openapi3.Operation) *openapi3.Schema {
	for _, status := range []string{"200", "201", "202"} {
		if answer := op.Responses.Value(status); answer != nil {
			if media := answer.Value.Content.Get("application/json"); media != nil && media.Schema != nil && len(media.Schema.Value.Properties) > 0 {
				return media.Schema.Value
			}
		}
	}
	return nil
}

// returned is what the method of an operation returns for an answer, as JSON values.
func returned(t *testing.T, row *gen.Endpoint, answer []byte) any {
	t.Helper()
	var called *gen.Endpoint
	client, err := xapi.New(xapi.WithAccessToken("t"), xapi.WithOAuth1(anyOAuth1()), xapi.WithBearerToken("b"), xapi.WithMaxAttempts(1),
		xapi.WithValidation(xapi.Off, xapi.Off), xapi.WithHTTPClient(&http.Client{Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
			for other := range gen.Operations() {
				if _, ok := genwire.Matches(other.Path, req.URL.Path); ok && other.Method == req.Method && (called == nil || other.ID == row.ID) {
					called = other
				}
			}
			return &http.Response{
				StatusCode: http.StatusOK, Request: req, Header: http.Header{"Content-Type": {"application/json"}},
				Body: io.NopCloser(strings.NewReader(string(answer))),
			}, nil
		})}))
	require.NoError(t, err)
	method := reflect.ValueOf(client).MethodByName(methodOf[row.ID])
	require.True(t, method.IsValid(), "no method for %s", row.ID)
	out := method.Call(arguments(t.Context(), method.Type()))
	if failed := out[1].Interface(); failed != nil {
		// Errors beside data are no failure; a sample of an answer that has errors alone is one.
		require.NoError(t, failed.(error))
	}
	require.Equal(t, row.ID, called.ID)
	text, err := json.Marshal(out[0].Interface())
	require.NoError(t, err)
	var value any
	require.NoError(t, json.Unmarshal(text, &value))
	return value
}

// methodOf has the name of the Client's method for each operation.
var methodOf = func() map[string]string {
	names := map[string]string{}
	client := reflect.TypeFor[*xapi.Client]()
	plain := strings.ToLower
	for row := range gen.Operations() {
		for i := range client.NumMethod() {
			if plain(client.Method(i).Name) == plain(row.ID) {
				names[row.ID] = client.Method(i).Name
			}
		}
	}
	return names
}()

// arguments makes up what a method takes.
func arguments(ctx context.Context, method reflect.Type) []reflect.Value {
	args := []reflect.Value{reflect.ValueOf(ctx)}
	for i := 1; i < method.NumIn()-1; i++ {
		in := method.In(i)
		switch in.Kind() {
		case reflect.String:
			args = append(args, reflect.ValueOf("1"))
		case reflect.Pointer:
			params := reflect.New(in.Elem())
			for j := range in.Elem().NumField() {
				fill(params.Elem().Field(j))
			}
			args = append(args, params)
		default:
			args = append(args, reflect.Zero(in))
		}
	}
	return args
}

func fill(field reflect.Value) {
	switch {
	case field.Type() == reflect.TypeFor[time.Time]():
		field.Set(reflect.ValueOf(time.Unix(1, 0)))
	case field.Kind() == reflect.String:
		field.SetString("x")
	case field.Kind() == reflect.Int:
		field.SetInt(1)
	case field.Kind() == reflect.Bool:
		field.SetBool(true)
	case field.Kind() == reflect.Slice:
		field.Set(reflect.MakeSlice(field.Type(), 1, 1))
		fill(field.Index(0))
	}
}

// everything makes up values that have all that a schema declares.
type everything struct {
	variant int
	n       int
}

func (e *everything) value(schema *openapi3.Schema, above []*openapi3.Schema) any {
	if slices.Contains(above, schema) || len(above) > 14 {
		return nil
	}
	above = append(slices.Clip(above), schema)
	e.n++
	variants := slices.Concat(schema.OneOf, schema.AnyOf)
	switch {
	case len(schema.Properties) > 0 || len(schema.AllOf) > 0:
		return e.object(schema, variants, above)
	case len(variants) > 0:
		return e.value(variants[e.variant%len(variants)].Value, above)
	case len(schema.Enum) > 0:
		return schema.Enum[e.n%len(schema.Enum)]
	case schema.Type.Is("array"):
		if item := e.value(schema.Items.Value, above); item != nil {
			return []any{item}
		}
		return []any{}
	case schema.Type.Is("boolean"):
		return true
	case schema.Type.Is("integer"):
		return e.n
	case schema.Type.Is("number"):
		return float64(e.n) + 0.5
	case schema.Type.Is("object"):
		return map[string]any{}
	case schema.Format == "date-time":
		return fmt.Sprintf("2026-08-07T12:%02d:00.000Z", e.n%60)
	default:
		return fmt.Sprint(e.n)
	}
}

func (e *everything) object(schema *openapi3.Schema, variants openapi3.SchemaRefs, above []*openapi3.Schema) any {
	made := map[string]any{}
	parts := slices.Clone(schema.AllOf)
	if len(variants) > 0 {
		parts = append(parts, variants[e.variant%len(variants)])
	}
	for _, part := range parts {
		if fields, ok := e.value(part.Value, above).(map[string]any); ok {
			maps.Copy(made, fields)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		of := schema.Properties[name].Value
		if of.Type.Is("string") && (strings.HasSuffix(name, "_at") || strings.HasSuffix(name, "_datetime") || slices.Contains([]string{"editable_until", "start", "end", "date"}, name) || strings.HasPrefix(name, "scheduled_start")) {
			made[name] = "2026-08-07T12:30:00.000Z" // some are declared as any text
			continue
		}
		if value := e.value(of, above); value != nil {
			made[name] = value
		}
	}
	return made
}

// included fails the test where something of want is missing in got. What has no content says nothing; a value may have
// become a list of one, and a number in quotes a number.
func included(t *testing.T, at string, want, got any) {
	t.Helper()
	if list, isList := got.([]any); isList && len(list) == 1 {
		if _, wanted := want.([]any); !wanted {
			got = list[0]
		}
	}
	switch want := want.(type) {
	case map[string]any:
		fields, _ := got.(map[string]any)
		for name, value := range want {
			included(t, at+"/"+name, value, fields[name])
		}
	case []any:
		items, _ := got.([]any)
		if len(want) == 0 {
			return
		}
		require.Len(t, items, len(want), at)
		for i, value := range want {
			included(t, fmt.Sprint(at, "/", i), value, items[i])
		}
	default:
		require.Equal(t, fmt.Sprint(want), fmt.Sprint(got), at)
	}
}

func anyOAuth1() auth.OAuth1 {
	secret := auth.NewSecret
	return auth.OAuth1{ConsumerKey: secret("k"), ConsumerSecret: secret("ks"), Token: secret("t"), TokenSecret: secret("ts")}
}

package xapi_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen/spec"
	"github.com/xapi-go/xapi-go/xapi"
)

// The spec names the problems in the discriminator of the schema that they have in common.
func TestEveryProblemOfTheSpecHasItsTypeAndFields(t *testing.T) {
	doc, err := spec.Document()
	require.NoError(t, err)
	known := xapi.Problems()
	kinds := map[string]bool{}
	for _, schema := range doc.Components.Schemas {
		discriminator := schema.Value.Discriminator
		if discriminator == nil || discriminator.PropertyName != "type" || schema.Value.Properties["title"] == nil {
			continue
		}
		for problemType, mapped := range discriminator.Mapping {
			kind := problemType[strings.LastIndex(problemType, "/")+1:]
			require.Contains(t, known, kind)
			kinds[kind] = true
			fields := jsonFields(reflect.TypeOf(known[kind]).Elem())
			require.Subset(t, fields, []string{"type", "title", "detail", "status"}, kind)
			require.Subset(t, fields, ownFields(doc.Components.Schemas[mapped.Ref[strings.LastIndex(mapped.Ref, "/")+1:]]), kind)
		}
	}
	require.NotEmpty(t, kinds)
}

// ownFields lists what a problem has beside the common fields: the properties of those of its parts that are no
// schemas of their own.
func ownFields(schema *openapi3.SchemaRef) []string {
	names := slices.Collect(maps.Keys(schema.Value.Properties))
	for _, part := range schema.Value.AllOf {
		if part.Ref == "" {
			names = append(names, ownFields(part)...)
		}
	}
	return names
}

func jsonFields(t reflect.Type) []string {
	var names []string
	for _, field := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}

func TestEveryProblemIsFoundInAnError(t *testing.T) {
	for kind, problem := range xapi.Problems() {
		problemType := "https://api.x.com/2/problems/" + kind
		if kind == "about:blank" {
			problemType = kind
		}
		body, err := json.Marshal(map[string]any{"type": problemType, "title": "T", "detail": "D", "status": 400})
		require.NoError(t, err)
		_, err = answering(t, 400, string(body)).GetUsersMe(t.Context(), nil)
		target := reflect.New(reflect.TypeOf(problem))
		require.ErrorAs(t, err, target.Interface())
		require.Equal(t, xapi.Problem{Type: problemType, Title: "T", Detail: "D", Status: 400},
			target.Elem().Elem().FieldByName("Problem").Interface())
		require.EqualError(t, target.Elem().Interface().(error), "D")
	}
}

func TestPartialSuccessReturnsDataAndErrors(t *testing.T) {
	client := answering(t, 200, `{"data":[{"media_key":"3_1","type":"photo"}],"errors":[
		{"value":"3_2","detail":"Could not find media with media_keys: [3_2].","title":"Not Found Error","resource_type":"media",
		 "parameter":"media_keys","resource_id":"3_2","type":"https://api.twitter.com/2/problems/resource-not-found"},
		{"title":"New kind","type":"https://api.x.com/2/problems/yet-unknown","detail":"nobody knows"}]}`)
	found, err := client.GetMediaByMediaKeys(t.Context(), &xapi.GetMediaByMediaKeysParams{MediaKeys: []string{"3_1", "3_2"}})
	require.NoError(t, err)
	require.Contains(t, asJSON(t, found), `"media_key":"3_1"`)

	partial := xapi.PartialErrors(found.Errors)
	require.Len(t, partial, 2)
	require.ErrorIs(t, partial[0], xapi.ErrNotFound)
	require.NotErrorIs(t, partial[1], xapi.ErrNotFound)
	var missing *xapi.ResourceNotFoundProblem
	require.ErrorAs(t, partial[0], &missing)
	require.Equal(t, []string{"media_keys", "3_2", "media"}, []string{missing.Parameter, missing.ResourceID, missing.ResourceType})
	require.EqualError(t, partial[0], "Not Found Error: Could not find media with media_keys: [3_2].")
	require.EqualError(t, partial[1], "New kind: nobody knows")
}

// TestPartialErrorsKeepEveryField gives an answer a problem of each kind with all the fields that problems have.
func TestPartialErrorsKeepEveryField(t *testing.T) {
	fields := map[string]any{
		"title": "T", "detail": "D", "status": 403, "value": "v", "parameter": "p", "resource_id": "r", "resource_type": "tweet",
		"section": "includes", "field": "f", "reason": "client-not-enrolled", "registration_url": "https://example.com/enrol",
		"required_enrollment": "Standard", "client_id": "c", "account_id": 7, "product_name": "n", "period": "Monthly", "scope": "Product",
		"connection_issue": "TooManyConnections", "disconnect_type": "ForceDisconnect", "id": "i", "message": "m", "subscription_id": "s",
		"errors": []any{map[string]any{"message": "is wrong", "parameters": map[string]any{"ids": []any{"1", "x"}}}},
	}
	require.Len(t, fields, reflect.TypeFor[xapi.Problem]().NumField()-1, "all but the type")
	var given []map[string]any
	for _, kind := range slices.Sorted(maps.Keys(xapi.Problems())) {
		problem := maps.Clone(fields)
		problem["type"] = "https://api.x.com/2/problems/" + kind
		if kind == "about:blank" {
			problem["type"] = kind
		}
		given = append(given, problem)
	}
	text, err := json.Marshal(given)
	require.NoError(t, err)
	client := answering(t, 200, `{"data":[{"id":"1","name":"n","username":"u"}],"errors":`+string(text)+`}`)
	found, err := client.GetUsersByIDs(t.Context(), &xapi.GetUsersByIDsParams{IDs: []string{"1"}})
	require.NoError(t, err)
	require.JSONEq(t, string(text), asJSON(t, found.Errors))
	var collected []xapi.Problem
	for _, err := range client.GetUsersFollowersPages("1", nil, xapi.CollectProblems(&collected)).Each(t.Context()) {
		require.NoError(t, err)
	}
	require.JSONEq(t, string(text), asJSON(t, collected))
	for i, partial := range xapi.PartialErrors(found.Errors) {
		typed := partial.Unwrap()[0]
		require.Equal(t, found.Errors[i], reflect.ValueOf(typed).Elem().FieldByName("Problem").Interface())
		require.Equal(t, "is wrong (ids)", partial.Messages[0].String())
		require.Equal(t, 403, partial.Status)
		require.JSONEq(t, asJSON(t, given[i]), string(partial.Body))
	}
}

func TestThereAreNoPartialErrorsInAWholeAnswer(t *testing.T) {
	client := answering(t, 200, `{"data":[{"media_key":"3_1","type":"photo"}]}`)
	found, err := client.GetMediaByMediaKeys(t.Context(), &xapi.GetMediaByMediaKeysParams{MediaKeys: []string{"3_1"}})
	require.NoError(t, err)
	require.Empty(t, xapi.PartialErrors(found.Errors))
	require.Empty(t, xapi.PartialErrors(nil))
}

func TestErrorsWithoutDataAreAnError(t *testing.T) {
	client := answering(t, 200, `{"errors":[{"detail":"no such media","title":"Not Found Error","value":"3_2",
		"type":"https://api.x.com/2/problems/resource-not-found"}]}`)
	_, err := client.GetMediaByMediaKeys(t.Context(), &xapi.GetMediaByMediaKeysParams{MediaKeys: []string{"3_2"}})
	var failed *xapi.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, http.StatusOK, failed.Status)
	require.ErrorIs(t, err, xapi.ErrNotFound)
	var missing *xapi.ResourceNotFoundProblem
	require.ErrorAs(t, err, &missing)
	require.Equal(t, "3_2", missing.Value)
}

func TestA2xxThatCannotBeDecodedIsNotLost(t *testing.T) {
	for name, body := range map[string]string{
		"nothing":     "",
		"a page":      "<html>",
		"other types": `{"data":{"id":7,"text":"hello"}}`,
		"no data":     `{}`,
		"no id":       `{"data":{"text":"hello"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			posted, err := answering(t, 201, body).CreatePosts(t.Context(), xapi.PostDraft{})
			var undecoded *xapi.DecodeError
			require.ErrorAs(t, err, &undecoded)
			require.Contains(t, undecoded.LogValue().String(), "operation=")
			require.Equal(t, 201, undecoded.Status)
			require.Equal(t, body, string(undecoded.Body))
			require.ErrorContains(t, err, "createPosts: done, with status 201")
			if strings.Contains(body, "hello") {
				require.Contains(t, asJSON(t, posted), `"text":"hello"`)
			}
		})
	}
	_, err := answering(t, 204, "").CreatePosts(t.Context(), xapi.PostDraft{})
	require.ErrorContains(t, err, "createPosts: done, with status 204")
	_, err = answering(t, 200, "").AppendMediaUploadForm(t.Context(), "1", "multipart/form-data; boundary=b", strings.NewReader("x"))
	require.NoError(t, err, "append answers with nothing")
}

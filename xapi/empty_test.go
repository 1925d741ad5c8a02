package xapi_test

import (
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi"
)

// TestAnEmptyAnswerIsNoNilPointer calls every method with answers that have nothing, and reads what it returns.
func TestAnEmptyAnswerIsNoNilPointer(t *testing.T) {
	for name, answered := range map[string]struct {
		status int
		body   string
	}{
		"an empty object": {200, "{}"}, "null": {200, "null"}, "no data": {200, `{"data":null}`}, "no content": {204, ""},
		"nothing": {200, ""}, "no JSON": {200, "<html>"}, "a failure": {404, ""},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := xapi.New(xapi.WithAccessToken("t"), xapi.WithOAuth1(anyOAuth1()), xapi.WithBearerToken("b"), xapi.WithMaxAttempts(1),
				xapi.WithValidation(xapi.Off, xapi.Off), xapi.WithHTTPClient(&http.Client{Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
					return &http.Response{StatusCode: answered.status, Request: req, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(answered.body))}, nil
				})}))
			require.NoError(t, err)
			for row := range gen.Operations() {
				if row.Stream {
					continue
				}
				method := reflect.ValueOf(client).MethodByName(row.Name)
				out := method.Call(arguments(t.Context(), method.Type()))
				if len(out) < 2 {
					continue
				}
				require.False(t, out[0].IsNil(), row.ID)
				data := out[0].Elem().FieldByName("Data")
				require.True(t, data.IsValid(), row.ID)
				require.NotEqual(t, reflect.Pointer, data.Kind(), "%s: Data can be read as it is", row.ID)
			}
		})
	}
}

package xapi_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
)

func TestRawHandsOverTheAnswerAsItCame(t *testing.T) {
	body := `{"data":{"id":"1","username":"x","name":"x","something_new":[1]}}`
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	defer server.Close()
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithAccessToken("token"))
	require.NoError(t, err)
	var raw []byte

	_, err = client.GetUsersMe(t.Context(), nil, xapi.WithRaw(&raw))
	require.NoError(t, err)
	require.Equal(t, body, string(raw))

	status, raw = http.StatusForbidden, nil
	_, err = client.GetUsersMe(t.Context(), nil, xapi.WithRaw(&raw))
	require.ErrorIs(t, err, xapi.ErrForbidden)
	require.Nil(t, raw)
}

package xapi_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
)

func TestPostWithMedia(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		ids  []string
		body string
	}{
		"text alone":     {"hello", nil, `{"text": "hello"}`},
		"media alone":    {"", []string{"1"}, `{"media": {"media_ids": ["1"]}}`},
		"text and media": {"hello", []string{"2", "1"}, `{"text": "hello", "media": {"media_ids": ["2", "1"]}}`},
	} {
		t.Run(name, func(t *testing.T) {
			body, err := json.Marshal(xapi.PostWithMedia(test.text, test.ids...))
			require.NoError(t, err)
			require.JSONEq(t, test.body, string(body))
		})
	}
}

package webhook_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/webhook"
)

// FuzzSplit holds that JSON is taken apart as encoding/json does.
func FuzzSplit(f *testing.F) {
	for _, body := range samples(f) {
		f.Add(body)
	}
	for _, text := range []string{`{"a":1,"a":{"b":[1,2,"]}"]},"c\"\\":"\\\"" , "" : -1e9}`, `[1,"\\",{},[],null , true]`, `{}`, `[ ]`, `{"\u0061":"\ud83d"}`, "{\"\xff\":0}"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if !json.Valid(raw) {
			return
		}
		var whole json.RawMessage
		require.NoError(t, json.Unmarshal(raw, &whole))
		var members map[string]json.RawMessage
		var list []json.RawMessage
		if json.Unmarshal(whole, &members) != nil {
			members = nil
		}
		if json.Unmarshal(whole, &list) != nil {
			list = nil
		}
		require.Equal(t, members, webhook.Object(whole))
		require.Len(t, webhook.Elements(whole), len(list))
		for i, element := range webhook.Elements(whole) {
			require.Equal(t, list[i], element)
		}
	})
}

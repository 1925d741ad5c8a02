package xapi_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
)

// FuzzStreamMessage holds that nothing with data is taken for a message of the server, and that a message is an error
// whose problem can be found.
func FuzzStreamMessage(f *testing.F) {
	for _, line := range []string{
		`{"data":{"id":"1","text":"disconnect"}}`, `{"errors":[{"title":"operational-disconnect","disconnect_type":"SlowReader"}]}`,
		`{"title":"ConnectionException","connection_issue":"TooManyConnections"}`, `{"disconnect":{"code":4,"reason":"shutdown"}}`,
		`{"matching_rules":[],"data":{},"errors":[{"disconnect_type":"x"}]}`, `{"errors":"disconnect"}`, `disconnect`, `{"disconnect_type":7}`,
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		said := xapi.StreamMessage(line)
		if said == nil {
			return
		}
		var top map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(line, &top))
		if data := top["data"]; len(data) > 0 {
			require.Equal(t, "null", string(bytes.TrimSpace(data)))
		}
		var failed *xapi.Error
		require.True(t, errors.As(said, &failed))
		require.NotEmpty(t, said.Error())
	})
}

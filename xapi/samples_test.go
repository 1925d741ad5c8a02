package xapi_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
)

// TestSamplesSurviveARoundTrip holds the numbers of the generated types: a float32 makes 987654311550976 of an id of
// 987654321098765.
func TestSamplesSurviveARoundTrip(t *testing.T) {
	for name, body := range map[string]any{
		"metadata-english-page":    new(xapi.MediaMetadataUpdate),
		"metadata-korean-page":     new(xapi.MediaMetadataUpdate),
		"initialize-japanese-page": new(xapi.MediaUploadStart),
	} {
		t.Run(name, func(t *testing.T) {
			sample, err := os.ReadFile("testdata/samples/" + name + ".json")
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(sample, body))
			again, err := json.Marshal(body)
			require.NoError(t, err)
			require.Equal(t, exact(t, sample), exact(t, again))
		})
	}
}

// exact decodes with every digit of every number.
func exact(t *testing.T, data []byte) any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	require.NoError(t, decoder.Decode(&value))
	return value
}

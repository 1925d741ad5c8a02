package posttext_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/posttext"
)

// TestTextsAreAsLongAsXTakesThemToBe holds lengths against those that X's reference implementation gives for the same
// texts.
func TestTextsAreAsLongAsXTakesThemToBe(t *testing.T) {
	raw, err := os.ReadFile("testdata/lengths.json")
	require.NoError(t, err)
	var cases []struct {
		Text   string
		Length int
		URLs   []string
	}
	require.NoError(t, json.Unmarshal(raw, &cases))
	require.NotEmpty(t, cases)
	for _, c := range cases {
		require.Equal(t, c.Length, posttext.Length(c.Text), "%q", c.Text)
		require.ElementsMatch(t, c.URLs, posttext.URLs(c.Text), "%q", c.Text)
		require.Equal(t, c.Length > 0 && c.Length <= posttext.Limit, posttext.Fits(c.Text), "%q", c.Text)
	}
}

func FuzzLength(f *testing.F) {
	for _, text := range []string{"", "a.b", "https://example.com/(a)", "👨‍👩‍👧‍👦.com", "\xff.com", "日本語example.com日本"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		require.GreaterOrEqual(t, posttext.Length(text), 0)
		require.GreaterOrEqual(t, posttext.Length("x "+text), 2)
		for _, address := range posttext.URLs(text) {
			require.Contains(t, text, address)
		}
	})
}

func ExampleLength() {
	fmt.Println(posttext.Length("Read this: https://example.com/an/address/of/any/length 👩🏽‍💻"))
	// Output: 37
}

package validate

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// same requires that parse makes of text what encoding/json makes of it.
func same(t *testing.T, text string) {
	t.Helper()
	var want any
	wanted := json.Unmarshal([]byte(text), &want)
	_, got, err := parse(text, nil)
	if wanted != nil {
		require.Error(t, err, "encoding/json says: %v", wanted)
		return
	}
	if strings.Count(text, "[")+strings.Count(text, "{") > maxDepth && err != nil {
		return // deeper than is looked at
	}
	require.NoError(t, err)
	require.Equal(t, want, floats(got))
}

// floats returns value with each json.Number as encoding/json has it by default.
func floats(value any) any {
	switch value := value.(type) {
	case json.Number:
		number, _ := value.Float64()
		return number
	case []any:
		for i := range value {
			value[i] = floats(value[i])
		}
	case map[string]any:
		for name := range value {
			value[name] = floats(value[name])
		}
	}
	return value
}

var texts = []string{
	``, ` `, `null`, `true`, `false`, `nul`, `nulll`, `0`, `-0`, `01`, `-`, `1.`, `1.5`, `.5`, `1e3`, `1E+3`, `1e`, `1e999`, `-1e-999`,
	`123456789012345`, `1146654567674912769`, `99999999999999999999`, `-12`, `17179869184`,
	`""`, `"a"`, `"`, `"\n\t\"\\\/\b\f\r"`, `"\u00e9"`, `"\ud83d\ude00"`, `"\ud83d"`, `"\ud83dx"`, `"\ud83d\ud83d\ude00"`, `"\ude00"`,
	`"\x"`, `"\u12"`, `"\u12G4"`, `"\u+123"`, `"\`, "\"\x01\"", "\"a\\\x01\"", "\"\xff\"", "\"a\xc3\xff\\n\"", `"日本語"`,
	`[]`, `[1]`, `[1,2,[3,[]],{}]`, `[1,]`, `[,1]`, `[1 2]`, `[`, `]`,
	`{}`, `{"a":1}`, `{"a":1,"a":2}`, `{"a":{"b":[{"c":null}]}}`, `{"a"}`, `{"a":}`, `{a:1}`, `{"a":1,}`, `{`, `{"a":1}}`, `{"a":1} {}`,
	" \t\r\n{ \"a\" : [ 1 , 2 ] } \n", "\ufeff{}", `{"é":1}`, `{"\u00e9":1}`,
}

func TestParseAgreesWithEncodingJSON(t *testing.T) {
	for _, text := range texts {
		t.Run(text, func(t *testing.T) { same(t, text) })
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(same)
}

func TestParseBoundsTheDepth(t *testing.T) {
	deep := strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth)
	_, _, err := parse(deep, nil)
	require.NoError(t, err)
	_, _, err = parse("["+deep+"]", nil)
	require.ErrorIs(t, err, errDepth)
	_, _, err = parse(strings.Repeat(`{"a":`, 1<<20), nil)
	require.ErrorIs(t, err, errDepth)
}

func BenchmarkParse(b *testing.B) {
	text := `{"data":{"id":"1146654567674912769","media_key":"7_1146654567674912769","size":17179869184,` +
		`"processing_info":{"state":"in_progress","check_after_secs":5,"progress_percent":42},"tags":["a","b","c"]}}`
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _, _ = parse(text, nil)
		}
	})
	b.Run("encoding/json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var value any
			_ = json.Unmarshal([]byte(text), &value)
		}
	})
}

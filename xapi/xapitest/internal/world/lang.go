package world

import (
	"slices"
	"strings"
	"unicode"
)

// scripts are the languages that a script is written in most often. The first that stands in a text decides, so that
// Japanese, which has Chinese characters too, comes before Chinese.
var scripts = []struct {
	lang   string
	tables []*unicode.RangeTable
}{
	{"ja", []*unicode.RangeTable{unicode.Hiragana, unicode.Katakana}}, {"ko", []*unicode.RangeTable{unicode.Hangul}},
	{"zh", []*unicode.RangeTable{unicode.Han}}, {"ru", []*unicode.RangeTable{unicode.Cyrillic}}, {"ar", []*unicode.RangeTable{unicode.Arabic}},
	{"iw", []*unicode.RangeTable{unicode.Hebrew}}, {"el", []*unicode.RangeTable{unicode.Greek}}, {"hi", []*unicode.RangeTable{unicode.Devanagari}},
	{"th", []*unicode.RangeTable{unicode.Thai}},
}

// words are short words that stand in most sentences of a language and in few of others.
var words = map[string][]string{
	"pt": {"não", "você", "uma", "está", "são", "isso", "obrigado", "muito", "também", "olá"},
	"es": {"está", "los", "las", "una", "el", "pero", "gracias", "muy", "también", "hola"},
	"fr": {"les", "une", "est", "pas", "vous", "avec", "merci", "très", "je", "bonjour"},
	"de": {"der", "die", "das", "und", "nicht", "ein", "ist", "ich", "danke", "mit"},
	"en": {"the", "and", "is", "of", "to", "you", "this", "that", "with", "hello"},
}

// Language guesses what language a text is in, by its letters and its short words. English is what it takes for any.
func Language(text string) string {
	for _, script := range scripts {
		if strings.ContainsFunc(text, func(r rune) bool { return unicode.In(r, script.tables...) }) {
			return script.lang
		}
	}
	found := map[string]int{}
	for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
		for lang, own := range words {
			if slices.Contains(own, word) {
				found[lang]++
			}
		}
	}
	best := "en"
	for _, lang := range []string{"pt", "es", "fr", "de"} {
		if found[lang] > found[best] {
			best = lang
		}
	}
	return best
}

package world

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Entity is something that stands in a text from the character Start to before End.
type Entity struct {
	Start, End int
	// Text is the tag, the name or the address, without the sign before it.
	Text string
}

// Entities is what stands in a text.
type Entities struct {
	Hashtags, Cashtags, Mentions, URLs []Entity
}

// Empty says that nothing was found.
func (e *Entities) Empty() bool {
	return len(e.Hashtags)+len(e.Cashtags)+len(e.Mentions)+len(e.URLs) == 0
}

var (
	urls    = regexp.MustCompile(`https?://[^\s]+[^\s.,;:!?'")\]]`)
	marked  = regexp.MustCompile(`(^|[^\pL\pN_&/])([#$@])([\pL\pN_]+)`)
	letters = regexp.MustCompile(`^[\pL_]*\pL[\pL_]*$`)
	named   = regexp.MustCompile(`^[A-Za-z0-9_]{1,15}$`)
	ticker  = regexp.MustCompile(`^[A-Za-z]{1,6}$`)
	hasWord = regexp.MustCompile(`\pL`)
)

// ParseEntities finds links, tags and names in a text. Places are counted in characters.
func ParseEntities(text string) Entities {
	var found Entities
	place := func(at int) int { return utf8.RuneCountInString(text[:at]) }
	blank := []byte(text)
	var links [][]int
	if strings.Contains(text, "://") {
		links = urls.FindAllStringIndex(text, -1)
	}
	for _, at := range links {
		found.URLs = append(found.URLs, Entity{place(at[0]), place(at[1]), text[at[0]:at[1]]})
		for i := at[0]; i < at[1]; i++ {
			blank[i] = ' '
		}
	}
	for _, at := range marked.FindAllSubmatchIndex(blank, -1) {
		entity := Entity{place(at[4]), place(at[7]), string(blank[at[6]:at[7]])}
		switch blank[at[4]] {
		case '#':
			if hasWord.MatchString(entity.Text) {
				found.Hashtags = append(found.Hashtags, entity)
			}
		case '$':
			if ticker.MatchString(entity.Text) && letters.MatchString(entity.Text) {
				found.Cashtags = append(found.Cashtags, entity)
			}
		default:
			if named.MatchString(entity.Text) {
				found.Mentions = append(found.Mentions, entity)
			}
		}
	}
	return found
}

// linkLength is what a link counts, however long it is.
const linkLength = 23

// Length is how long a text is as the API counts it: after NFC, a character of the Latin and neighbouring scripts and of
// common punctuation is 1, every other 2, a link 23, an emoji 2 with all that joins it.
func Length(text string) int {
	text = norm.NFC.String(text)
	n := 0
	rest := urls.ReplaceAllStringFunc(text, func(string) string { n += linkLength; return "" })
	joined := false
	for _, r := range rest {
		switch {
		case r == 0x200D: // joins two into one
			joined = true
		case r >= 0xFE00 && r <= 0xFE0F || r >= 0x1F3FB && r <= 0x1F3FF: // changes the one before
		case joined:
			joined = false
		case r <= 0x10FF || r >= 0x2000 && r <= 0x200D || r >= 0x2010 && r <= 0x201F || r >= 0x2032 && r <= 0x2037:
			n++
		default:
			n += 2
		}
	}
	return n
}

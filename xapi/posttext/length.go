package posttext

import (
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

const (
	// Limit is the length that a post of any account may have.
	Limit = 280
	// LongLimit is the length that a post of a premium account may have.
	LongLimit = 25000

	urlLength = 23
	heavy     = 2
)

// light are the ranges of characters that count one; all others count two.
var light = [...]struct{ first, last rune }{{0, 0x10ff}, {0x2000, 0x200d}, {0x2010, 0x201f}, {0x2032, 0x2037}}

// Length returns the weighted length of a text, of which a post may have up to Limit. It is computed over the text in
// Unicode's normal form C, the form that X stores.
func Length(text string) int {
	text = norm.NFC.String(text)
	length, at := 0, 0
	for _, found := range find(text) {
		length += plain(text[at:found.start]) + urlLength
		at = found.end
	}
	return length + plain(text[at:])
}

// Fits reports whether a post of any account may have the text: it is not empty, and not longer than Limit.
func Fits(text string) bool {
	length := Length(text)
	return length > 0 && length <= Limit
}

// plain is the length of a text without addresses.
func plain(text string) int {
	length := 0
	for state := -1; text != ""; {
		var cluster string
		cluster, text, _, state = uniseg.FirstGraphemeClusterInString(text, state)
		if isEmoji(cluster) {
			length += heavy
			continue
		}
		for _, r := range cluster {
			length += weight(r)
		}
	}
	return length
}

func weight(r rune) int {
	for _, span := range light {
		if span.first <= r && r <= span.last {
			return 1
		}
	}
	return heavy
}

// What makes an emoji of characters that are none by themselves.
const (
	joiner      = 0x200d
	emojiStyle  = 0xfe0f
	keycap      = 0x20e3
	firstSkin   = 0x1f3fb
	lastSkin    = 0x1f3ff
	firstRegion = 0x1f1e6
	lastRegion  = 0x1f1ff
)

// isEmoji reports whether the character, which a reader sees as one, is an emoji of more than one code point. One of a
// single code point counts two anyway.
func isEmoji(cluster string) bool {
	first, size := utf8.DecodeRuneInString(cluster)
	rest := cluster[size:]
	pictograph := first >= 0x1f000 || first >= 0x2030 && first < 0x3300 || first == 0xa9 || first == 0xae
	for _, r := range rest {
		switch {
		case r == keycap:
			return first == '#' || first == '*' || '0' <= first && first <= '9'
		case !pictograph:
		case r == joiner || r == emojiStyle || firstSkin <= r && r <= lastSkin || firstRegion <= r && r <= lastRegion:
			return true
		case first >= 0x1f000 && r >= 0xe0020 && r <= 0xe007f: // a flag spelled out
			return true
		}
	}
	return false
}

package validate

import (
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// unescape returns the string that stands between its quotes in a JSON text. As in encoding/json, half a surrogate pair
// and bytes that are no UTF-8 become U+FFFD.
func unescape(s string) (string, error) {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			r, n := utf8.DecodeRuneInString(s[i:])
			out = utf8.AppendRune(out, r)
			i += n
			continue
		}
		if i+1 >= len(s) {
			return "", errors.New("an escape in a string ends early")
		}
		c := s[i+1]
		if i += 2; c != 'u' {
			plain, ok := escapes[c]
			if !ok {
				return "", fmt.Errorf("unknown escape \\%q in a string", c)
			}
			out = append(out, plain)
			continue
		}
		r, ok := hex4(s[i:])
		if !ok {
			return "", errors.New("an escape in a string lacks its four hexadecimal digits")
		}
		i += 4
		if utf16.IsSurrogate(r) {
			low, paired := rune(0), false
			if len(s)-i >= 6 && s[i] == '\\' && s[i+1] == 'u' {
				low, paired = hex4(s[i+2:])
			}
			if r = utf16.DecodeRune(r, low); paired && r != utf8.RuneError {
				i += 6
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out), nil
}

var escapes = map[byte]byte{
	'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t',
}

func hex4(s string) (rune, bool) {
	if len(s) < 4 {
		return 0, false
	}
	n, err := strconv.ParseUint(s[:4], 16, 16)
	return rune(n), err == nil
}

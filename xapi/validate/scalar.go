package validate

import (
	"encoding/json"
	"errors"
	"strconv"
	"unicode/utf8"
)

func (t *tree) literal(want string) error {
	if len(t.text)-t.at < len(want) || t.text[t.at:t.at+len(want)] != want {
		return t.unexpected("where " + want + " should stand")
	}
	t.at += len(want)
	return nil
}

func (t *tree) number() (any, error) {
	start := t.at
	negative := t.take('-')
	var whole float64
	first := t.at
	digits := t.digits()
	if digits == 0 || digits > 1 && t.text[first] == '0' {
		t.at = first
		return nil, t.unexpected("in a number")
	}
	plain := digits <= 15 // so many digits are exact in a float64
	if t.take('.') {
		if plain = false; t.digits() == 0 {
			return nil, t.unexpected("in a number")
		}
	}
	if t.at < len(t.text) && t.text[t.at]|0x20 == 'e' {
		plain = false
		if t.at++; !t.take('+') {
			t.take('-')
		}
		if t.digits() == 0 {
			return nil, t.unexpected("in a number")
		}
	}
	if !plain || negative {
		text := t.text[start:t.at]
		number, err := strconv.ParseFloat(text, 64)
		switch {
		case err != nil:
			return nil, errors.New("a number is out of the range of a 64-bit float")
		case digits > 15:
			return json.Number(text), nil // an id, which is to be shown as it is
		}
		return number, nil
	}
	for i := first; i < t.at; i++ {
		whole = whole*10 + float64(t.text[i]-'0')
	}
	return whole, nil
}

// digits passes over digits and returns how many there were.
func (t *tree) digits() int {
	start := t.at
	for t.at < len(t.text) && '0' <= t.text[t.at] && t.text[t.at] <= '9' {
		t.at++
	}
	return t.at - start
}

// string reads the string that starts at the quote where the tree stands.
func (t *tree) string() (string, error) {
	t.at++
	start := t.at
	ascii := true
	for i := start; i < len(t.text); i++ {
		switch c := t.text[i]; {
		case c == '"':
			t.at = i + 1
			if s := t.text[start:i]; ascii || utf8.ValidString(s) {
				return s, nil
			}
			return unescape(t.text[start:i])
		case c == '\\':
			return t.escaped(start, i)
		case c < 0x20:
			t.at = i
			return "", t.unexpected("in a string")
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return "", errors.New("the JSON ends within a string")
}

// escaped reads on in the string that starts at start and has its first escape at i.
func (t *tree) escaped(start, i int) (string, error) {
	for ; i < len(t.text); i++ {
		switch c := t.text[i]; {
		case c == '"':
			t.at = i + 1
			return unescape(t.text[start:i])
		case c == '\\':
			i++
		case c < 0x20:
			t.at = i
			return "", t.unexpected("in a string")
		}
	}
	return "", errors.New("the JSON ends within a string")
}

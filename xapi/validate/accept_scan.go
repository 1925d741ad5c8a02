package validate

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strconv"
)

// string passes over a text, and reports whether there are escapes in it and whether it is sound.
func (a *acceptance) string() (escaped, ok bool) {
	if a.at >= len(a.text) || a.text[a.at] != '"' {
		return false, false
	}
	i := a.at + 1
	for {
		i += plainLength(a.text[i:])
		if i >= len(a.text) {
			return false, false
		}
		switch c := a.text[i]; {
		case c == '"':
			a.at = i + 1
			return escaped, true
		case c != '\\' || i+1 >= len(a.text):
			return false, false
		}
		escaped = true
		if a.text[i+1] == 'u' {
			if len(a.text) < i+6 {
				return false, false
			}
			if _, ok := hex4(string(a.text[i+2 : i+6])); !ok {
				return false, false
			}
			i += 6
			continue
		}
		if _, known := escapes[a.text[i+1]]; !known {
			return false, false
		}
		i += 2
	}
}

// plainLength is how many bytes there are before a quote, a backslash, a control character or the end. It looks at eight
// of them at a time.
func plainLength(text []byte) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; i+8 <= len(text); i += 8 {
		word := binary.LittleEndian.Uint64(text[i:])
		quote, slash := word^(ones*'"'), word^(ones*'\\')
		hits := ((word - ones*0x20) | (quote - ones) | (slash - ones)) &^ word & tops
		// A borrow may mark a byte behind one that is marked rightly: the first is right, but for what a byte with its top
		// bit set hides, which no quote, backslash or control character has.
		if hits != 0 {
			return i + bits.TrailingZeros64(hits)/8
		}
	}
	for ; i < len(text); i++ {
		if c := text[i]; c == '"' || c == '\\' || c < 0x20 {
			break
		}
	}
	return i
}

// number passes over a number that the rule accepts.
func (a *acceptance) number(of *rule) bool {
	start := a.at
	negative := a.take('-')
	first := a.at
	whole := a.digits()
	if whole == 0 || whole > 1 && a.text[first] == '0' {
		return false
	}
	integer := true
	if a.take('.') {
		if integer = false; a.digits() == 0 {
			return false
		}
	}
	if a.at < len(a.text) && a.text[a.at]|0x20 == 'e' {
		integer = false
		if a.at++; !a.take('+') {
			a.take('-')
		}
		if a.digits() == 0 {
			return false
		}
	}
	var value float64
	if integer && whole <= 15 { // so many digits are exact in a float64
		for _, digit := range a.text[first:a.at] {
			value = value*10 + float64(digit-'0')
		}
		if negative {
			value = -value
		}
	} else {
		parsed, err := strconv.ParseFloat(string(a.text[start:a.at]), 64)
		if err != nil || of.integer && parsed != math.Trunc(parsed) {
			return false
		}
		if of.integer && math.Abs(parsed) >= 1<<63 {
			return false
		}
		value = parsed
	}
	if of.narrow && (value < math.MinInt32 || value > math.MaxInt32) {
		return false
	}
	return (of.least == nil || *of.least <= value) && (of.most == nil || *of.most >= value)
}

// digits passes over digits and returns how many there were.
func (a *acceptance) digits() int {
	start := a.at
	for a.at < len(a.text) && '0' <= a.text[a.at] && a.text[a.at] <= '9' {
		a.at++
	}
	return a.at - start
}

func (a *acceptance) literal(want string) bool {
	if len(a.text)-a.at < len(want) || string(a.text[a.at:a.at+len(want)]) != want {
		return false
	}
	a.at += len(want)
	return true
}

func (a *acceptance) space() {
	for a.at < len(a.text) {
		switch a.text[a.at] {
		case ' ', '\n', '\t', '\r':
			a.at++
		default:
			return
		}
	}
}

func (a *acceptance) take(c byte) bool {
	if a.at < len(a.text) && a.text[a.at] == c {
		a.at++
		return true
	}
	return false
}

package posttext

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
)

// span is where an address stands in a text.
type span struct{ start, end int }

// URLs returns the addresses in a text, in order: what X makes links of, with http:// or https:// before it or without.
func URLs(text string) []string {
	var all []string
	for _, found := range find(text) {
		all = append(all, text[found.start:found.end])
	}
	return all
}

// address matches what may be an address: protocol, host, port, path and query. Whether it is one is for its
// surroundings and the end of its host to tell.
var address = sync.OnceValue(func() *regexp.Regexp {
	const (
		letters = `a-z0-9\x{c0}-\x{24f}\x{1e00}-\x{1eff}`
		label   = `[\pL\pN\pM](?:[\pL\pN\pM_-]*[\pL\pN\pM])?`
		inPath  = `[` + letters + `\x{400}-\x{4ff}!*';:=+,.$/%#\[\]\x{2013}_~@|&-]`
		braces  = `\((?:` + inPath + `|\(` + inPath + `+\))+\)`
		endPath = `[` + letters + `\x{400}-\x{4ff}=_#/+-]`
	)
	return regexp.MustCompile(`(?i)(https?://)?((?:` + label + `\.)+` + label + `)` +
		`((?::[0-9]+)?(?:/(?:(?:` + inPath + `|` + braces + `)*(?:` + endPath + `|` + braces + `))?)?` +
		`(?:\?[a-z0-9!?*'@();:&=+$/%#\[\]_.,~|-]*[a-z0-9_&=#/-])?)`)
})

func find(text string) []span {
	if !strings.Contains(text, ".") {
		return nil
	}
	var all []span
	for at := 0; at < len(text); {
		found := address().FindStringSubmatchIndex(text[at:])
		if found == nil {
			break
		}
		for i := range found {
			if found[i] >= 0 {
				found[i] += at
			}
		}
		at = found[5]
		if protocol := found[2] >= 0; begins(text[:found[0]], protocol) {
			host := span{found[4], found[5]}
			if !protocol {
				host = ascii(text, host)
			}
			if end := ends(text, host, found[5], found[1]); end > 0 {
				start := host.start
				if protocol {
					start = found[0]
				}
				all = append(all, span{start, end})
				at = end
			}
		}
	}
	return all
}

// ends returns where the address with that host ends, 0 where it is none. hostEnd and end are where the host, and the
// whole of the address, would end.
func ends(text string, host span, hostEnd, end int) int {
	size := registered(text[host.start:host.end])
	if size == 0 {
		return 0
	}
	if host.start+size < hostEnd {
		end = host.start + size
	}
	if next, _ := utf8.DecodeRuneInString(text[end:]); end <= hostEnd && end < len(text) && continues(next) {
		return 0
	}
	return end
}

// ascii is the first part of a host that is one by itself and consists of the letters that hosts without a protocol have;
// it is empty where there is none.
func ascii(text string, host span) span {
	for at := host.start; at < host.end; {
		part := text[at:host.end]
		if other := strings.IndexFunc(part, foreign); other >= 0 {
			part = part[:other]
		}
		from := at + len(part) - len(strings.TrimLeft(part, ".-"))
		if at += len(part); registered(text[from:at]) > 0 {
			return span{from, at}
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return span{host.start, host.start}
}

// foreign reports whether only hosts behind a protocol have the letter.
func foreign(r rune) bool {
	native := r == '-' || r == '.' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || 0xc0 <= r && r <= 0x24f
	return !native
}

// registered returns how much of the host ends in a domain that is registered somewhere, 0 where nothing does.
func registered(host string) int {
	for size := len(host); ; {
		dot := strings.LastIndexByte(host[:size], '.')
		if dot <= 0 {
			return 0
		}
		top := strings.ToLower(host[dot+1 : size])
		if strings.HasPrefix(top, "xn--") {
			return size
		}
		if _, icann := publicsuffix.PublicSuffix("x." + top); icann {
			return size
		}
		size = dot
	}
}

// begins reports whether an address can begin behind the text.
func begins(before string, protocol bool) bool {
	r, size := utf8.DecodeLastRuneInString(before)
	if size == 0 {
		return true
	}
	if '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || strings.ContainsRune("@＠$#＃\ufffe\ufeff\uffff", r) {
		return false
	}
	return protocol || !strings.ContainsRune("-_./", r)
}

// continues reports whether a host goes on with r, so that what came before is not its end.
func continues(r rune) bool {
	return '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '@' || r == '+' || r == '-'
}

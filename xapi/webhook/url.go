package webhook

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"unicode/utf8"
)

// maxURL is in characters.
const maxURL = 200

// CheckURL says what keeps X from taking a URL as a webhook's, before it is registered: X takes https URLs without a
// port, of up to 200 characters, on a host that it can reach.
func CheckURL(address string) error {
	if n := utf8.RuneCountInString(address); n > maxURL {
		return fmt.Errorf("webhook URL: it has %d characters: X takes up to %d", n, maxURL)
	}
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("webhook URL: %w", err)
	}
	host := u.Hostname()
	ip, ipErr := netip.ParseAddr(host)
	switch {
	case u.Scheme != "https":
		return fmt.Errorf("webhook URL: the scheme is %q: X takes https alone", u.Scheme)
	case host == "":
		return fmt.Errorf("webhook URL: there is no host")
	case strings.HasSuffix(u.Host, ":") || u.Port() != "":
		return fmt.Errorf("webhook URL: it names a port: leave it out, and serve https on 443")
	case u.User != nil:
		return fmt.Errorf("webhook URL: it holds a user: leave it out")
	case u.Fragment != "" || strings.HasSuffix(address, "#"):
		return fmt.Errorf("webhook URL: it has a fragment, which never reaches a server: leave it out")
	case u.Query().Has("crc_token"):
		return fmt.Errorf("webhook URL: its query has crc_token, which is X's to add: leave it out")
	case host == "localhost" || ipErr == nil && (ip.IsLoopback() || ip.IsPrivate() || ip.IsUnspecified() || ip.IsLinkLocalUnicast()):
		return fmt.Errorf("webhook URL: X cannot reach %s from outside: give a public host, or a tunnel to this one", host)
	}
	return nil
}

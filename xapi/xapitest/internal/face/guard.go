// Package face is what people see of the sandbox: its page, and who may look at it. It knows nothing of the API.
package face

import (
	"encoding/json"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Guard keeps what is behind it from pages of other origins: a page on the web must not drive the sandbox of whoever
// looks at it. A browser says in Origin or Sec-Fetch-Site which page asks. A page that has the name of its own server
// lead to this machine (DNS rebinding) is told by that name, which is in Host; programs that are no browsers send neither.
type Guard struct {
	// Names are host names that the sandbox answers to besides localhost and every address.
	Names []string
	// Origins are those of pages that may ask all the same: https://example.com for one, or * for any.
	Origins []string
}

// Around returns next behind the guard.
func (g Guard) Around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.foreign(r) {
			refuse(w, http.StatusForbidden, "pages of other origins may not use this: allow the origin (WithCORS, xapi sandbox --cors)")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Misled refuses a request to a host that the sandbox is not, and returns true. This is for all of the sandbox: what asks
// by such a name may be a page of the web, which knows the sandbox's token as everybody does.
func (g Guard) Misled(w http.ResponseWriter, r *http.Request) bool {
	if r.Host == "" || g.named(r.Host) {
		return false
	}
	refuse(w, http.StatusMisdirectedRequest, "the sandbox does not answer to the name "+r.Host+
		": ask for 127.0.0.1 or localhost, or give the name to the sandbox (WithHosts, xapi sandbox --host)")
	return true
}

// named says whether the host is one that nobody on the web can have as a name: an address, localhost, a name without a dot
// as containers have, or one of ours.
func (g Guard) named(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return !strings.Contains(host, ".") || strings.HasSuffix(host, ".localhost") || slices.Contains(g.Names, host)
}

// foreign says whether a page of another origin asks.
func (g Guard) foreign(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" {
		return origin != own(r) && !g.Allows(origin)
	}
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch site := r.Header.Get("Sec-Fetch-Site"); {
	case site == "" || site == "same-origin" || site == "none":
		return false
	case reads && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document":
		return false // somebody followed a link
	default:
		return !reads || len(g.Origins) == 0
	}
}

// Allows says whether pages of that origin may ask.
func (g Guard) Allows(origin string) bool {
	return slices.Contains(g.Origins, "*") || slices.Contains(g.Origins, origin)
}

// own is the origin of pages that the request's server serves.
func own(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func refuse(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": why})
}

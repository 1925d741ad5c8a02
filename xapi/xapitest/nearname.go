package xapitest

import (
	"strings"

	"github.com/xapi-go/xapi-go/xapi/internal/nearest"
)

// nearName returns the name that somebody meant by another: one that differs by nothing but case and signs, or by few
// letters, or is a part of it. It is empty where none comes near.
func nearName(meant string, names []string) string {
	bare := strings.NewReplacer("_", "", ".", "", "-", "", " ", "").Replace
	meant = strings.ToLower(bare(meant))
	best, least := "", 1+len(meant)/4
	for _, name := range names {
		plain := strings.ToLower(bare(name))
		if steps := nearest.Distance(meant, plain); steps < least || steps == least && best == "" {
			best, least = name, steps
		}
	}
	if best != "" || len(meant) < minPart {
		return best
	}
	for _, name := range names {
		if plain := strings.ToLower(bare(name)); strings.HasPrefix(plain, meant) || strings.HasSuffix(plain, meant) {
			return name
		}
	}
	return ""
}

// minPart is how many letters of a name make one think of it.
const minPart = 4

package wire

import "strings"

// Matches reports whether a path is one of the template, and how many of its segments the template leaves open.
func Matches(template, path string) (open int, ok bool) {
	for {
		want, restOfTemplate, more := strings.Cut(template, "/")
		have, restOfPath, follows := strings.Cut(path, "/")
		if strings.HasPrefix(want, "{") {
			if open++; have == "" {
				return 0, false
			}
		} else if want != have {
			return 0, false
		}
		if more != follows {
			return 0, false
		}
		if !more {
			return open, true
		}
		template, path = restOfTemplate, restOfPath
	}
}

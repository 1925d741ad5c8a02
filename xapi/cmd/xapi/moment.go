package main

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// moments says how a time is given.
const moments = "a date like 2026-08-01, how long ago like 2h or 3d, today, yesterday, or 2026-08-01T15:04:05Z"

var ago = regexp.MustCompile(`^([0-9]{1,6})([smhdw])$`)

// moment reads a time as people say it: how long ago, a day, or a time of a day, in the zone of now. It reports false for
// what is none of these.
func moment(text string, now time.Time) (time.Time, bool) {
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	switch strings.ToLower(text) {
	case "now":
		return now, true
	case "today":
		return today, true
	case "yesterday":
		return today.AddDate(0, 0, -1), true
	}
	if found := ago.FindStringSubmatch(text); found != nil {
		n, _ := strconv.Atoi(found[1])
		switch found[2] {
		case "d":
			return now.AddDate(0, 0, -n), true
		case "w":
			return now.AddDate(0, 0, -7*n), true
		}
		unit := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}[found[2]]
		return now.Add(-time.Duration(n) * unit), true
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02 15:04", "2006-01-02T15:04", time.DateTime, "2006-01-02T15:04:05"} {
		if at, err := time.ParseInLocation(layout, text, now.Location()); err == nil {
			return at, true
		}
	}
	at, err := time.Parse(time.RFC3339, text)
	return at, err == nil
}

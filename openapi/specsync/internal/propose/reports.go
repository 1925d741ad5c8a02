// Package propose makes overlay actions of what was seen in traffic: the reports of a fleet about answers that are not
// what the contract promises. It needs no values, and what it proposes is for people to review.
package propose

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// report is one line of a log: a drift as package validate logs it, alone or within a record of log/slog.
type report struct {
	Time  time.Time `json:"time"`
	Drift *report   `json:"drift"`

	Operation string `json:"operation"`
	Status    int    `json:"status"`
	Kind      string `json:"kind"`
	Pointer   string `json:"pointer"`
	Rule      string `json:"rule"`
	Reason    string `json:"reason"`
	Spec      string `json:"spec"`
	Count     int    `json:"count"`
}

// place is where answers differ, and by what. Pointers have no indices in them.
type place struct {
	operation, pointer, kind, rule string
	status                         int
}

// seen is how often a difference was reported.
type seen struct {
	place

	reason      string
	count       int
	first, last time.Time
	specs       []string
}

// maxLine bounds a line of a log.
const maxLine = 1 << 20

// read adds up the reports of answers. Lines that are none are counted as skipped.
func read(r io.Reader) (all []*seen, skipped int, err error) {
	found := map[place]*seen{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		var one report
		if json.Unmarshal([]byte(line), &one) != nil {
			skipped++
			continue
		}
		at := one.Time
		if one.Drift != nil {
			one = *one.Drift
		}
		if one.Operation == "" || one.Kind == "" || one.Status == 0 {
			skipped++
			continue
		}
		key := place{one.Operation, general(one.Pointer), one.Kind, one.Rule, one.Status}
		s := found[key]
		if s == nil {
			s = &seen{place: key, reason: one.Reason, first: at, last: at}
			found[key] = s
			all = append(all, s)
		}
		s.count += max(1, one.Count)
		if at.Before(s.first) {
			s.first = at
		}
		if at.After(s.last) {
			s.last = at
		}
		if one.Spec != "" && !slices.Contains(s.specs, one.Spec) {
			s.specs = append(s.specs, one.Spec)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, 0, fmt.Errorf("reading the reports: %w", err)
	}
	slices.SortFunc(all, func(a, b *seen) int {
		return cmp.Or(cmp.Compare(b.count, a.count), strings.Compare(a.operation, b.operation), strings.Compare(a.pointer, b.pointer), strings.Compare(a.kind, b.kind))
	})
	return all, skipped, nil
}

// general is a pointer with a star for each index.
func general(pointer string) string {
	parts := strings.Split(pointer, "/")
	for i, part := range parts {
		if part != "" && strings.Trim(part, "0123456789") == "" {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, "/")
}

// evidence is what an action's description says was seen.
func (s *seen) evidence(operations []string, count int) string {
	named := operations
	const most = 5
	if len(named) > most {
		named = append(slices.Clone(named[:most]), fmt.Sprintf("%d more", len(named)-most))
	}
	text := fmt.Sprintf("Observed %d times in answers of %s", count, strings.Join(named, ", "))
	if !s.first.IsZero() {
		text += fmt.Sprintf(", from %s to %s", s.first.UTC().Format(time.DateOnly), s.last.UTC().Format(time.DateOnly))
	}
	if len(s.specs) > 0 {
		slices.Sort(s.specs)
		text += ", held against " + strings.Join(s.specs, ", ")
	}
	return text + "."
}

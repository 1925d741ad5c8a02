package diff

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

// duties says what a caller has to do about each kind of change that breaks the wire, the most severe first. A kind that
// is not here is told by its name, after these.
var duties = []struct{ kind, way, does string }{
	{"operation-removed", "", "call no more, it is gone"},
	{"server-removed", "", "call elsewhere, the server is gone"},
	{"operation-moved", "", "call elsewhere, it has moved"},
	{"streaming-changed", "", "read the answer otherwise, it is a stream or is none any more"},
	{"security-added", "", "authorize"},
	{"security-scheme-removed", "", "authorize otherwise, the scheme is gone"},
	{"scope-added", "", "ask people for a further scope"},
	{"request-body-now-required", "", "send a body"},
	{"request-body-removed", "", "send no body"},
	{"content-type-removed", "request", "send another content type"},
	{"required-parameter-added", "", "send a parameter, it is required"},
	{"parameter-now-required", "", "send a parameter, it is required now"},
	{"parameter-removed", "", "leave a parameter out, it is gone"},
	{"parameter-explode", "", "write a list in the query otherwise"},
	{"parameter-style", "", "write a parameter otherwise"},
	{"required-field-added", "request", "send a field, it is required"},
	{"field-now-required", "request", "send a field, it is required now"},
	{"field-removed", "request", "leave a field of a request out, it is gone"},
	{"closed", "request", "leave out fields that are not declared, they are refused now"},
	{"type-changed", "request", "send another type"},
	{"enum-value-removed", "request", "send another value, it is gone"},
	{"enum-introduced", "request", "send one of certain values"},
	{"limit-narrowed", "request", "stay within a narrower limit"},
	{"not-nullable", "request", "send null no more"},
	{"status-removed", "", "expect another status of success"},
	{"content-type-removed", "answer", "expect another content type"},
	{"type-changed", "answer", "read another type"},
	{"field-removed", "answer", "do without a field of an answer, it is gone"},
	{"fields-freed", "answer", "read with care what may hold anything"},
	{"field-now-optional", "answer", "bear that a field of an answer may be absent"},
	{"now-nullable", "answer", "bear that a field of an answer may be null"},
}

// Summary writes what a caller has to do on one screen: what breaks the wire, by what is to be done; then renames, each
// sort as one line; then what is new. All of it stands in the details, which Text writes.
func (r Report) Summary(w io.Writer) error {
	out := &printer{w: w}
	out.line("%s", r.summary())
	breaking, rest := r.broken()
	if len(breaking) > 0 {
		out.line("\nWhat a caller has to do:")
	}
	for _, duty := range breaking {
		out.wrapped(fmt.Sprintf("  %s (%d): ", duty.title, duty.count), duty.subjects)
	}
	apart := false
	for _, group := range []struct {
		title string
		kinds []string
		class Class
	}{
		{"Spelled otherwise, which package xapi translates", []string{"-respelled"}, Wire},
		{"Renamed, which nobody who calls by package xapi or by the wire sees", []string{"-renamed", "-replaced", "-inlined", "-extracted"}, None},
		{"New", nil, Adds},
		{"No matter to callers", nil, None},
	} {
		counts := map[string]int{}
		for _, change := range rest {
			if change.Class == group.class && matches(change.Kind, group.kinds) {
				counts[change.Kind]++
			}
		}
		if group.kinds == nil {
			for kind := range counts {
				if matches(kind, []string{"-renamed", "-replaced", "-inlined", "-extracted", "-respelled"}) {
					delete(counts, kind)
				}
			}
		}
		if len(counts) > 0 {
			if !apart {
				out.line("")
				apart = true
			}
			out.wrapped(group.title+": ", counted(counts))
		}
	}
	var added []string
	for _, change := range r.Changes {
		if change.Kind == "operation-added" {
			added = append(added, change.Subject.Name)
		}
	}
	if len(added) > 0 {
		out.wrapped("New operations: ", added)
	}
	if len(r.Changes) > 0 {
		out.line("\n--details tells every change, --operation those of one operation.")
	}
	return out.err
}

func matches(kind string, endings []string) bool {
	return endings == nil || slices.ContainsFunc(endings, func(ending string) bool { return strings.HasSuffix(kind, ending) })
}

// counted writes kinds with their counts, the most frequent first.
func counted(counts map[string]int) []string {
	kinds := make([]string, 0, len(counts))
	for kind := range counts {
		kinds = append(kinds, kind)
	}
	slices.SortFunc(kinds, func(a, b string) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	for i, kind := range kinds {
		kinds[i] = fmt.Sprintf("%d %s", counts[kind], strings.ReplaceAll(kind, "-", " "))
	}
	return kinds
}

// duty is one thing to do, and where.
type duty struct {
	title    string
	count    int
	subjects []string
	rank     int
}

// broken groups what breaks the wire by what is to be done, and returns the other changes.
func (r Report) broken() (duties []duty, rest []Change) {
	at := map[string]int{}
	bySubject := map[string]map[string][]string{}
	for _, change := range r.Changes {
		if change.Class != Wire || strings.HasSuffix(change.Kind, "-respelled") {
			rest = append(rest, change)
			continue
		}
		title, rank := dutyOf(change)
		i, known := at[title]
		if !known {
			i = len(duties)
			at[title] = i
			duties = append(duties, duty{title: title, rank: rank})
			bySubject[title] = map[string][]string{}
		}
		duties[i].count++
		name := caller(change)
		bySubject[title][name] = append(bySubject[title][name], placed(change))
	}
	for i := range duties {
		subjects := bySubject[duties[i].title]
		for _, name := range union(subjects, nil) {
			places := slices.DeleteFunc(slices.Compact(subjects[name]), func(place string) bool { return place == "" })
			text := name
			if more := len(places) - mostPlaces; more > 1 {
				places = append(places[:mostPlaces], fmt.Sprintf("and %d more", more))
			}
			if len(places) > 0 {
				text += ": " + strings.Join(places, ", ")
			}
			duties[i].subjects = append(duties[i].subjects, text)
		}
	}
	slices.SortStableFunc(duties, func(a, b duty) int { return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.title, b.title)) })
	return duties, rest
}

// caller names whom a change concerns: the operations, or what they share where it is many.
func caller(change Change) string {
	if n := len(change.Operations); n == 0 || n > 2 {
		return change.Subject.Name
	}
	return strings.Join(change.Operations, " and ")
}

// placed is the place of a change within its subject, where the duty does not say it already.
func placed(change Change) string {
	switch change.Kind {
	case "request-body-now-required", "operation-removed", "status-removed", "closed":
		return strings.TrimPrefix(strings.TrimPrefix(change.At, "request"), "response ")
	case "operation-moved":
		return fmt.Sprintf("%v -> %v", change.From, change.To)
	case "type-changed":
		return strings.TrimSpace(fmt.Sprintf("%s (%v, was %v)", strings.TrimSpace(strings.TrimPrefix(change.At, "request:")), change.To, change.From))
	case "enum-value-removed", "scope-added":
		return strings.TrimSpace(strings.TrimPrefix(change.At+" ", "[] ") + strings.TrimPrefix(change.Message, "enum value removed: "))
	}
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(change.At, "query parameter "), "request:"))
}

// Of is the part of the report that reaches an operation.
func (r Report) Of(operation string) Report {
	part := Report{Base: r.Base, Head: r.Head}
	for _, change := range r.Changes {
		if slices.Contains(change.Operations, operation) || change.Subject.Type == "operation" && (change.Subject.Name == operation || change.Subject.Was == operation) {
			part.Changes = append(part.Changes, change)
			part.Class = max(part.Class, change.Class)
		}
	}
	return part
}

func dutyOf(change Change) (title string, rank int) {
	for i, duty := range duties {
		if duty.kind == change.Kind && (duty.way == "" || duty.way == change.Way || change.Way == "both") {
			return duty.does, i
		}
	}
	way := map[string]string{"request": " in requests", "answer": " in answers", "both": " in requests and answers"}[change.Way]
	return strings.ReplaceAll(change.Kind, "-", " ") + way, len(duties)
}

const (
	width = 118
	// mostLines is how many lines the places of one duty take in the summary.
	mostLines = 3
	// mostPlaces is how many places of one subject it names.
	mostPlaces = 3
)

// wrapped writes items after a title, in lines, and how many more there are where they take too many.
func (p *printer) wrapped(title string, items []string) {
	const indent = "    "
	lines, line := 0, title
	for i, item := range items {
		last, more := i == len(items)-1, fmt.Sprintf("and %d more", len(items)-i)
		if room := width - len(indent) - len(more) - 2; len(item) > room {
			item = item[:room-4] + " ..."
		}
		if len(line)+len(item) > width && line != indent {
			if lines == mostLines-1 {
				p.line("%s", line+more)
				return
			}
			p.line("%s", strings.TrimRight(line, " "))
			lines, line = lines+1, indent
		}
		if lines == mostLines-1 && !last && len(line)+len(item)+len(more)+4 > width {
			p.line("%s", line+more)
			return
		}
		line += item
		if !last {
			line += "; "
		}
	}
	p.line("%s", line)
}

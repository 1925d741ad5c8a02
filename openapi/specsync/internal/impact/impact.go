package impact

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/diff"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// Hit is a change and where the program meets it.
type Hit struct {
	Class   diff.Class `json:"class"`
	Subject string     `json:"subject"`
	At      string     `json:"at,omitempty"`
	Message string     `json:"message"`
	Witness string     `json:"witness,omitempty"`
	Uses    []Use      `json:"uses"`
}

// Report is what a diff means for a program.
type Report struct {
	Base    diff.Side `json:"base"`
	Head    diff.Side `json:"head"`
	Changes int       `json:"changes"` // looked at
	Client  bool      `json:"client"`  // whether the program uses the client at all
	Hits    []Hit     `json:"hits"`
	// Opaque are calls of which it cannot be told which operation they carry out.
	Opaque []Use `json:"opaque,omitempty"`
}

// Find looks for the changes from base to head in the program. Those below the class are passed over.
func (p *Program) Find(report diff.Report, least diff.Class, base, head document.Object) Report {
	r := newResolver(p.m, base, head)
	found := Report{Base: report.Base, Head: report.Head, Client: p.client, Hits: []Hit{}, Opaque: p.opaque}
	for _, change := range report.Changes {
		// What is spelled otherwise the client translates.
		if change.Class < least || strings.HasSuffix(change.Kind, "-respelled") {
			continue
		}
		found.Changes++
		if !r.reaches(change, p) {
			continue
		}
		uses := map[Use]bool{}
		for _, symbol := range r.symbols(change) {
			for _, use := range p.uses[symbol] {
				uses[use] = true
			}
		}
		if len(uses) == 0 {
			continue
		}
		found.Hits = append(found.Hits, Hit{
			Class: change.Class, Subject: change.Subject.Name, At: change.At, Message: change.Message, Witness: change.Witness,
			Uses: slices.SortedFunc(maps.Keys(uses), func(a, b Use) int {
				return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), strings.Compare(a.Text, b.Text), strings.Compare(a.By, b.By))
			}),
		})
	}
	slices.SortStableFunc(found.Hits, func(a, b Hit) int { return cmp.Compare(b.Class, a.Class) })
	return found
}

// reaches reports whether the program carries out an operation that the change reaches, or may.
func (r *resolver) reaches(change diff.Change, p *Program) bool {
	if len(p.opaque) > 0 || len(change.Operations) == 0 {
		return true
	}
	return slices.ContainsFunc(change.Operations, func(id string) bool { return p.operations[r.operation(id)] })
}

// Text writes the report for people: each place in the program with what changes there, by file and line.
func (r Report) Text(w io.Writer) error {
	var lines []string
	say := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	say("%s -> %s, %d changes:", r.Base.Version, r.Head.Version, r.Changes)
	switch {
	case !r.Client:
		say("nothing of yours: no package of the program imports %s/xapi", Module)
	case len(r.Hits) == 0:
		say("nothing of yours")
	}
	type place struct {
		file string
		line int
	}
	told := map[place][]string{}
	for _, hit := range r.Hits {
		for _, use := range hit.Uses {
			what := use.Text
			if use.By != "" {
				what += ", by way of " + use.By
			}
			at := place{use.File, use.Line}
			told[at] = append(told[at], fmt.Sprintf("%s: %s: %s", what, strings.TrimRight(hit.Subject+" "+hit.At, ": "), hit.Message))
		}
	}
	for _, at := range slices.SortedFunc(maps.Keys(told), func(a, b place) int { return cmp.Or(strings.Compare(a.file, b.file), cmp.Compare(a.line, b.line)) }) {
		for i, text := range told[at] {
			if i == mostTold && len(told[at]) > mostTold+1 {
				say("%s:%d: and %d more", at.file, at.line, len(told[at])-i)
				break
			}
			say("%s:%d: %s", at.file, at.line, text)
		}
	}
	for _, use := range r.Opaque {
		say("%s:%d: %s carries out an operation that cannot be told here", use.File, use.Line, use.Text)
	}
	_, err := fmt.Fprintln(w, strings.Join(lines, "\n"))
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// mostTold is how many changes of one line are told.
const mostTold = 5

package diff

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

var verdicts = [...]string{
	None: "nothing changes for callers", Adds: "adds only", Wire: "breaks the wire",
}

var sections = []struct{ title, subject string }{
	{"Document", "document"}, {"Operations", "operation"}, {"Shared parameters", "parameter"},
	{"Shared request bodies", "request body"}, {"Shared responses", "response"}, {"Shared schemas", "schema"},
	{"Security schemes", "security scheme"},
}

// inOneLine are the kinds that are told as a list of names, where a bump has hundreds of them.
var inOneLine = []struct{ kind, title string }{
	{"operation-removed", "removed"}, {"operation-added", "added"},
	{"schema-removed", "removed"}, {"schema-added", "added"}, {"schema-renamed", "renamed"}, {"schema-replaced", "replaced"},
	{"schema-inlined", "written in place where they stood by name"}, {"schema-extracted", "named where they were written in place"},
	{"parameter-removed", "removed"}, {"parameter-added", "added"}, {"parameter-renamed", "renamed"}, {"parameter-replaced", "replaced"},
}

// summary is the report's first line.
func (r Report) summary() string {
	if len(r.Changes) == 0 {
		return fmt.Sprintf("%s -> %s: no change", r.Base.Version, r.Head.Version)
	}
	var counts []string
	for class := Wire; class >= None; class-- {
		if count := r.Count(class); count > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", count, class))
		}
	}
	return fmt.Sprintf("%s -> %s: %s (%s)", r.Base.Version, r.Head.Version, verdicts[r.Class], strings.Join(counts, ", "))
}

// Text writes the report for people.
func (r Report) Text(w io.Writer) error {
	out := &printer{w: w}
	out.line("%s", r.summary())
	for _, section := range sections {
		listed, rest := r.in(section.subject)
		if len(listed)+len(rest) == 0 {
			continue
		}
		out.line("\n%s", section.title)
		for _, group := range listed {
			out.line("  %s, %s (%d)", group.title, group.class, len(group.names))
			for _, name := range group.names {
				out.line("    %s", name)
			}
		}
		for _, group := range rest {
			out.line("  %s", group.title())
			for _, change := range group.changes {
				out.line("    %-5s %s", change.Class, change.told())
				if change.Witness != "" {
					out.line("          witness: %s", change.Witness)
				}
			}
		}
	}
	return out.err
}

// Markdown writes the report for a pull request.
func (r Report) Markdown(w io.Writer) error {
	out := &printer{w: w}
	out.line("**%s**\n\n```text", r.summary())
	if out.err == nil {
		out.err = r.Summary(w)
	}
	out.line("```\n\n<details><summary>Every change</summary>")
	for _, section := range sections {
		listed, rest := r.in(section.subject)
		if len(listed)+len(rest) == 0 {
			continue
		}
		out.line("\n### %s\n", section.title)
		for _, group := range listed {
			out.line("<details><summary>%s, %s (%d)</summary>\n", group.title, group.class, len(group.names))
			for _, name := range group.names {
				out.line("- %s", code(name))
			}
			out.line("\n</details>\n")
		}
		for _, group := range rest {
			out.line("- %s", code(group.title()))
			for _, change := range group.changes {
				out.line("  - **%s** %s", change.Class, code(change.told()))
				if change.Witness != "" {
					out.line("    witness: %s", code(change.Witness))
				}
			}
		}
	}
	out.line("\n</details>")
	return out.err
}

// code quotes text that comes from the spec, so that none of it is read as markup.
func code(text string) string {
	return "`" + strings.NewReplacer("`", "'", "\n", " ").Replace(text) + "`"
}

// told is the change in one line, without its subject.
func (c Change) told() string {
	if c.At == "" {
		return c.Message
	}
	return strings.TrimSuffix(c.At, ":") + ": " + c.Message
}

// listing is the subjects to which one thing happened.
type listing struct {
	title string
	class Class
	names []string
}

// group is the changes of one subject.
type group struct {
	subject    Subject
	operations []string
	changes    []Change
}

// maxNamed is how many operations a heading names; JSON names all.
const maxNamed = 5

func (g group) title() string {
	title := g.subject.Name
	if g.subject.Was != "" {
		title += " (was " + g.subject.Was + ")"
	}
	if g.subject.Type == "operation" || g.subject.Type == "document" || len(g.operations) == 0 {
		return strings.TrimSpace(title)
	}
	named := g.operations
	if len(named) > maxNamed {
		named = append(slices.Clone(named[:maxNamed]), fmt.Sprintf("and %d more", len(named)-maxNamed))
	}
	return title + ", in " + strings.Join(named, ", ")
}

// in groups the changes of one type of subject: those told as a list, and the rest by subject, the worst first.
func (r Report) in(subject string) (listed []listing, rest []group) {
	for _, line := range inOneLine {
		of := listing{title: line.title}
		for _, change := range r.Changes {
			if change.Subject.Type == subject && change.Kind == line.kind && change.At == "" {
				of.class = max(of.class, change.Class)
				of.names = append(of.names, listedAs(change))
			}
		}
		if len(of.names) > 0 {
			listed = append(listed, of)
		}
	}
	for _, change := range r.Changes {
		if change.Subject.Type != subject || isListed(change) {
			continue
		}
		if last := len(rest) - 1; last < 0 || rest[last].subject != change.Subject {
			rest = append(rest, group{subject: change.Subject})
		}
		into := &rest[len(rest)-1]
		into.changes = append(into.changes, change)
		for _, operation := range change.Operations {
			if !slices.Contains(into.operations, operation) {
				into.operations = append(into.operations, operation)
			}
		}
	}
	for _, group := range rest {
		slices.Sort(group.operations)
	}
	slices.SortStableFunc(rest, func(a, b group) int { return int(b.worst()) - int(a.worst()) })
	return listed, rest
}

func (g group) worst() Class {
	worst := None
	for _, change := range g.changes {
		worst = max(worst, change.Class)
	}
	return worst
}

func isListed(change Change) bool {
	for _, line := range inOneLine {
		if change.Kind == line.kind && change.At == "" {
			return true
		}
	}
	return false
}

func listedAs(change Change) string {
	switch {
	case change.Subject.Was != "":
		return change.Subject.Was + " -> " + change.Subject.Name
	case change.Subject.Type == "operation":
		route, _ := change.From.(string)
		if route == "" {
			route, _ = change.To.(string)
		}
		return change.Subject.Name + "  " + route
	default:
		return change.Subject.Name
	}
}

// printer writes lines until one fails.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

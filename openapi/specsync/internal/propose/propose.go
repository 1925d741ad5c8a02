package propose

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// Action is a proposed action of the overlay.
type Action struct {
	Target, Description string
	// Update is merged into the target, or Remove takes it away.
	Update document.Object
	Remove bool
}

// Proposal is what reports amount to.
type Proposal struct {
	Actions []Action
	// Left are the differences of which no action can be made, in words.
	Left []string
	// Skipped are lines that were no report of an answer.
	Skipped int
}

// From makes a proposal of reports, one JSON document a line, for a contract with its overlay applied. What answers of
// several operations show of one schema is one action.
func From(reports io.Reader, contract document.Object, least int) (Proposal, error) {
	all, skipped, err := read(reports)
	if err != nil {
		return Proposal{}, err
	}
	f := finder{contract}
	made := Proposal{Skipped: skipped}
	type merged struct {
		Action
		*seen

		operations []string
		count      int
	}
	byTarget, order := map[string]*merged{}, []string{}
	for _, s := range all {
		if s.count < least {
			made.Left = append(made.Left, s.String()+": seen too seldom")
			continue
		}
		action, reason := f.action(s)
		if reason != "" {
			made.Left = append(made.Left, s.String()+": "+reason)
			continue
		}
		key := action.Target + string(document.JSON(action.Update))
		m := byTarget[key]
		if m == nil {
			m = &merged{Action: action, seen: s}
			byTarget[key], order = m, append(order, key)
		}
		m.count += s.count
		if !slices.Contains(m.operations, s.operation) {
			m.operations = append(m.operations, s.operation)
		}
		if s.first.Before(m.first) {
			m.first = s.first
		}
		if s.last.After(m.last) {
			m.last = s.last
		}
	}
	for _, key := range order {
		m := byTarget[key]
		slices.Sort(m.operations)
		m.Description = m.Description + " " + m.evidence(m.operations, m.count)
		made.Actions = append(made.Actions, m.Action)
	}
	return made, nil
}

func (s *seen) String() string {
	return fmt.Sprintf("%s %d %s: %s (%d times)", s.operation, s.status, cmp.Or(s.pointer, "/"), s.kind, s.count)
}

// action is what would make the contract agree with what was seen, or the reason why nothing would.
func (f finder) action(s *seen) (Action, string) {
	at, ok := f.answer(s.operation, s.status)
	switch {
	case s.kind == "undeclared status" || s.kind == "undeclared content type":
		return f.response(s, at)
	case s.kind == "other spelling" || s.kind == "rule not enforced":
		return Action{}, "nothing that a contract can say"
	case !ok:
		return Action{}, "the contract has no answer of it in JSON"
	}
	pointer, name := s.pointer[:max(0, strings.LastIndex(s.pointer, "/"))], s.pointer[strings.LastIndex(s.pointer, "/")+1:]
	holder, held := f.below(at, pointer)
	here, there := f.below(at, s.pointer)
	switch s.kind {
	case "undeclared field":
		if !held {
			return Action{}, "the contract has nothing there that could hold it"
		}
		inner, has := f.with(holder, "properties", 0)
		if !has {
			return Action{}, "the contract has no fields there"
		}
		return Action{Target: f.target(inner, name) + ".properties", Description: "The contract lacks " + name + ".", Update: document.Object{name: document.Object{}}}, ""
	case "missing required field":
		inner, has := f.with(holder, "required", 0)
		if !held || !has {
			return Action{}, "the contract requires nothing there"
		}
		return Action{Target: f.target(inner, "") + fmt.Sprintf(".required[?@ == '%s']", name), Description: name + " is not always there.", Remove: true}, ""
	}
	if !there {
		return Action{}, "the contract has nothing there"
	}
	key := map[string]string{"unknown enum value": "enum", "wrong type": "type"}[s.kind]
	if s.rule == "nullable" || strings.Contains(s.reason, "null") && s.kind == "wrong type" {
		return Action{Target: f.target(here, ""), Description: "It may be null.", Update: document.Object{"nullable": true}}, ""
	}
	inner, has := f.with(here, cmp.Or(key, s.rule), 0)
	if !has {
		return Action{}, "the contract has no rule " + cmp.Or(key, s.rule) + " there"
	}
	return Action{Target: f.target(inner, "") + "." + cmp.Or(key, s.rule), Description: fmt.Sprintf("Answers do not keep to the %s.", cmp.Or(key, s.rule)), Remove: true}, ""
}

// response declares a status or a content type.
func (f finder) response(s *seen, success spot) (Action, string) {
	if s.kind == "undeclared content type" {
		return Action{}, "say which one by hand: a report has no values"
	}
	response := document.Object{"description": "As other answers of success."}
	if success.component != "" {
		response["content"] = document.Object{"application/json": document.Object{"schema": document.Object{"$ref": "#/components/schemas/" + success.component}}}
	}
	return Action{
		Target:      fmt.Sprintf("$.paths[*][?@.operationId == '%s' && !@.responses['%d']].responses", s.operation, s.status),
		Description: fmt.Sprintf("The contract lacks the status %d.", s.status),
		Update:      document.Object{fmt.Sprint(s.status): response},
	}, ""
}

// YAML writes the actions as they stand in the overlay. Each is optional: it does nothing once X has mended what it
// corrects.
func (p Proposal) YAML() []byte {
	var out strings.Builder
	for _, action := range p.Actions {
		fmt.Fprintf(&out, "  - target: %s\n    x-optional: true\n    description: %s\n", quoted(action.Target), quoted(action.Description))
		if action.Remove {
			out.WriteString("    remove: true\n")
		} else {
			fmt.Fprintf(&out, "    update: %s\n", document.JSON(action.Update))
		}
	}
	return []byte(out.String())
}

// quoted is a text as YAML.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

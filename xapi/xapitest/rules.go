package xapitest

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"unicode/utf8"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// Rules of the filtered stream.
var ruleHandlers = map[string]handler{
	"getRules":      inWorld((*view).rules),
	"updateRules":   inWorld((*view).updateRules),
	"getRuleCounts": inWorld((*view).ruleCounts),
}

// How many rules there may be, and how long each.
const (
	maxRules = 1000
	maxRule  = 1024
)

// rule shows a rule.
func rule(d *world.Doc) object {
	shown := object{"id": d.ID, "value": d.Text("value")}
	if tag := d.Text("tag"); tag != "" {
		shown["tag"] = tag
	}
	return shown
}

func (v *view) rules() answer {
	ids := v.c.list("ids")
	all := slices.DeleteFunc(v.w.All("rules"), func(d *world.Doc) bool { return len(ids) > 0 && !slices.Contains(ids, d.ID) })
	found, meta, refused := page(v, pager{most: maxRules, oneWay: true}, all, func(d *world.Doc) int64 { return -d.Seq() })
	if refused != nil {
		return *refused
	}
	meta["sent"] = stamp(v.c.now)
	if len(found) == 0 {
		return v.answer(nil, meta)
	}
	data := make([]object, 0, len(found))
	for _, d := range found {
		data = append(data, rule(d))
	}
	return v.answer(data, meta)
}

// ruleChange is the body of updateRules.
type ruleChange struct {
	Add []struct {
		Value string `json:"value"`
		Tag   string `json:"tag"`
	} `json:"add"`
	Delete *struct {
		IDs    []string `json:"ids"`
		Values []string `json:"values"`
	} `json:"delete"`
}

func (v *view) updateRules() answer {
	var body ruleChange
	_ = v.c.decode(&body)
	dry, all := v.c.query.Get("dry_run") == "true", v.c.query.Get("delete_all") == "true"
	if all || body.Delete != nil {
		return v.deleteRules(body, dry, all)
	}
	return v.addRules(body, dry)
}

func (v *view) addRules(body ruleChange, dry bool) answer {
	var made []object
	invalid, hint := 0, ""
	existing := v.w.All("rules")
	for _, add := range body.Add {
		same := slices.IndexFunc(existing, func(d *world.Doc) bool { return d.Text("value") == add.Value })
		query, why, err := readRule(add.Value)
		if err != nil {
			hint = why
		}
		switch {
		case same >= 0:
			invalid++
			hint = "there is this rule already, with the id " + existing[same].ID + ": a rule whose tag is to change is deleted first"
			v.errors = append(v.errors, object{
				"value": add.Value, "id": existing[same].ID, "title": "DuplicateRule", "type": v.s.problemType("duplicate-rules"),
			})
			continue
		case err == nil && len(existing) >= maxRules:
			err = fmt.Errorf("there are %d rules already, as many as there may be", maxRules)
		}
		if err != nil {
			invalid++
			v.errors = append(v.errors, object{
				"value": add.Value, "detail": err.Error(), "details": []string{err.Error()}, "title": "UnprocessableEntity", "type": v.s.problemType("invalid-rules"),
			})
			continue
		}
		d := v.w.AddDoc("rules", v.w.NewID(v.c.now), object{"value": add.Value, "tag": add.Tag, "_query": query})
		existing = append(existing, d)
		made = append(made, rule(d))
		if dry {
			v.w.DeleteDoc("rules", d.ID)
		}
	}
	meta := object{"sent": stamp(v.c.now), "summary": object{
		"created": len(made), "not_created": invalid, "valid": len(made), "invalid": invalid,
	}}
	answered := answer{status: v.status(http.StatusOK), body: v.body(made, meta)}
	if made == nil {
		answered = v.answer(nil, meta)
	}
	answered.hint = hint
	return answered
}

// readRule reads the value of a rule. Beside an error it says what to write instead, where that is known.
func readRule(value string) (query *world.Query, hint string, err error) {
	if n := utf8.RuneCountInString(value); n > maxRule {
		return nil, "cut the rule into several", fmt.Errorf("Rule length %d exceeds the maximum of %d", n, maxRule) //nolint:staticcheck // the API's words
	}
	query, err = world.ParseQuery(value)
	var wrong *world.QueryError
	if errors.As(err, &wrong) {
		hint = wrong.Hint
	}
	return query, hint, err
}

// status returns the status of a successful call: that which the options set, if they do.
func (v *view) status(otherwise int) int {
	if set := v.s.settings.statuses[v.c.operation.ID]; set != 0 {
		return set
	}
	return otherwise
}

func (v *view) deleteRules(body ruleChange, dry, all bool) answer {
	deleted, missing := 0, 0
	remove := func(matches func(*world.Doc) bool) (found bool) {
		for _, d := range v.w.All("rules") {
			if !matches(d) {
				continue
			}
			found = true
			deleted++
			if !dry {
				v.w.DeleteDoc("rules", d.ID)
			}
		}
		return found
	}
	if all {
		remove(func(*world.Doc) bool { return true })
		return v.answer(nil, object{"sent": stamp(v.c.now), "summary": object{"deleted": deleted, "not_deleted": 0}})
	}
	for _, id := range body.Delete.IDs {
		if !remove(func(d *world.Doc) bool { return d.ID == id }) {
			missing++
			v.errors = append(v.errors, v.noRule("id", id))
		}
	}
	for _, value := range body.Delete.Values {
		if !remove(func(d *world.Doc) bool { return d.Text("value") == value }) {
			missing++
			v.errors = append(v.errors, v.noRule("value", value))
		}
	}
	return v.answer(nil, object{"sent": stamp(v.c.now), "summary": object{"deleted": deleted, "not_deleted": missing}})
}

func (v *view) noRule(by, value string) object {
	return object{
		"title": "Invalid Request", "detail": "Rule does not exist: " + by + " [" + value + "]", "type": v.s.problemType("invalid-request"),
		"errors": []object{{"message": "Rule does not exist", "parameters": object{by: []string{value}}}},
	}
}

func (v *view) ruleCounts() answer {
	n := len(v.w.All("rules"))
	whole := object{
		"cap_per_client_app": maxRules, "cap_per_project": maxRules, "project_rules_count": n,
		"client_app_rules_count":  object{"client_app_id": v.s.accounts.app.ID, "rule_count": n},
		"all_project_client_apps": []object{{"client_app_id": v.s.accounts.app.ID, "rule_count": n}},
	}
	shown := object{}
	for name, value := range whole {
		if v.asks("rules_count.fields", name, name != "all_project_client_apps") {
			shown[name] = value
		}
	}
	return v.answer(shown, nil)
}

// matchingRules returns the rules that a post is sent for, oldest first.
func (v *view) matchingRules(p *world.Post) (found []object) {
	for _, d := range v.w.All("rules") {
		if query, ok := d.Fields["_query"].(*world.Query); ok && query.Matches(v.w, p) {
			matched := object{"id": d.ID}
			if tag := d.Text("tag"); tag != "" {
				matched["tag"] = tag
			}
			found = append(found, matched)
		}
	}
	return found
}

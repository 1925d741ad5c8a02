package main

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/gen/wire"
	"github.com/xapi-go/xapi-go/xapi/internal/nearest"
)

// findOperation returns the operation of an id, whatever its capitals.
func findOperation(name string) (*gen.Endpoint, error) {
	best, distance := "", 1<<30
	for row := range gen.Operations() {
		if strings.EqualFold(row.ID, name) {
			return row, nil
		}
		if d := nearest.Distance(strings.ToLower(name), strings.ToLower(row.ID)); d < distance {
			best, distance = row.ID, d
		}
	}
	return nil, usage("there is no operation %q; the nearest name is %s: see xapi operations", name, best)
}

// placeholders are the names of an operation's arguments, as they stand in its path.
func placeholders(path string) []string {
	return (&gen.Endpoint{Operation: gen.Operation{Path: path}}).Placeholders()
}

// arguments reads name=value pairs as an operation takes them. A list is values joined by commas; a parameter may be named
// in either spelling, and a time may be given as people say it.
func arguments(row *gen.Endpoint, pairs []string, everything bool, now time.Time) (map[string]string, error) {
	given := map[string]string{}
	known := placeholders(row.Path)
	for _, param := range row.Params {
		known = append(known, param.Wire)
	}
	for _, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, usage("%q is no name=value: %s takes %s", pair, row.ID, list(known))
		}
		if param := parameter(row, name); param != nil {
			name = param.Wire
		} else if !slices.Contains(known, name) {
			return nil, unknownParameter(row, name, known)
		}
		if strings.HasSuffix(name, "_time") && value != "" {
			at, ok := moment(value, now)
			if !ok {
				return nil, usage("%s=%s is no time: give %s", name, value, moments)
			}
			value = at.UTC().Format(time.RFC3339)
		}
		given[name] = value
	}
	for _, param := range row.Params {
		_, has := given[param.Wire]
		if isFields := strings.HasSuffix(param.Name, ".fields") || param.Name == "expansions"; everything && isFields && !has && len(param.Values) > 0 {
			given[param.Wire] = wire.All
		}
		if param.Required && given[param.Wire] == "" {
			return nil, usage("%s needs %s: give %s=VALUE", row.ID, param.Wire, param.Wire)
		}
	}
	for _, name := range placeholders(row.Path) {
		if given[name] == "" {
			return nil, usage("%s needs %s: give %s=VALUE", row.ID, name, name)
		}
	}
	return given, nil
}

// unknownParameter says what an operation takes in place of name.
func unknownParameter(row *gen.Endpoint, name string, known []string) error {
	switch {
	case len(known) > 0:
		return usage("%s has no parameter %q; the nearest name is %s: it takes %s; --query sends what X has beyond that",
			row.ID, name, nearName(name, known), list(known))
	case row.Body != "":
		return usage("%s takes its data as JSON: give --body '{%q: …}'; --query sends parameters", row.ID, name)
	}
	return usage("%s takes no parameters; --query sends what X has beyond that", row.ID)
}

// parameter returns the query parameter of a name, in either spelling, or nil.
func parameter(row *gen.Endpoint, name string) *gen.Param {
	for i := range row.Params {
		if p := &row.Params[i]; name != "" && (p.Name == name || p.Wire == name || p.Was == name) {
			return &row.Params[i]
		}
	}
	return nil
}

func list(names []string) string {
	if len(names) == 0 {
		return "no parameters"
	}
	return strings.Join(names, ", ")
}

// nearName returns the name that takes the fewest changes.
func nearName(name string, names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return slices.MinFunc(names, func(a, b string) int { return cmp.Compare(nearest.Distance(name, a), nearest.Distance(name, b)) })
}

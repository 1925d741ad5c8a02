package main

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi"
)

// findOperation returns the operation of an id, whatever its capitals.
func findOperation(name string) (*gen.Endpoint, error) {
	best, distance := "", 1<<30
	for row := range gen.Operations() {
		if strings.EqualFold(row.ID, name) {
			return row, nil
		}
		if d := apart(strings.ToLower(name), strings.ToLower(row.ID)); d < distance {
			best, distance = row.ID, d
		}
	}
	return nil, usage("there is no operation %q; the nearest name is %s: see xapi operations", name, best)
}

// placeholders are the names of an operation's arguments, as they stand in its path.
func placeholders(path string) []string {
	var names []string
	for _, part := range strings.Split(path, "{")[1:] {
		name, _, _ := strings.Cut(part, "}")
		names = append(names, name)
	}
	return names
}

// request makes the request of an operation from name=value pairs. A list is values joined by commas; a parameter may be
// named in either spelling.
func request(row *gen.Endpoint, pairs []string, everything bool) (xapi.Request, error) {
	args, query := map[string]string{}, url.Values{}
	known := placeholders(row.Path)
	for _, param := range row.Params {
		known = append(known, param.Wire)
	}
	for _, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return xapi.Request{}, usage("%q is no name=value: %s takes %s", pair, row.ID, list(known))
		}
		switch param := parameter(row, name); {
		case slices.Contains(placeholders(row.Path), name):
			args[name] = value
		case param != nil:
			query.Set(param.Wire, value)
		default:
			return xapi.Request{}, usage("%s has no parameter %q; the nearest name is %s: it takes %s", row.ID, name, nearest(name, known), list(known))
		}
	}
	if everything {
		askForEverything(row, query)
	}
	path := row.Path
	for _, name := range placeholders(row.Path) {
		if args[name] == "" {
			return xapi.Request{}, usage("%s needs %s: give %s=VALUE", row.ID, name, name)
		}
		path = strings.Replace(path, "{"+name+"}", url.PathEscape(args[name]), 1)
	}
	for _, param := range row.Params {
		if param.Required && query.Get(param.Wire) == "" {
			return xapi.Request{}, usage("%s needs %s: give %s=VALUE", row.ID, param.Wire, param.Wire)
		}
	}
	return xapi.Request{Method: row.Method, Path: path, Query: query}, nil
}

// parameter returns the query parameter of a name, in either spelling, or nil.
func parameter(row *gen.Endpoint, name string) *gen.Param {
	for i := range row.Params {
		if row.Params[i].Name == name || row.Params[i].Wire == name {
			return &row.Params[i]
		}
	}
	return nil
}

// ownerOnly are fields that only the owner of a post or of media may ask for.
var ownerOnly = map[string]bool{"non_public_metrics": true, "organic_metrics": true, "promoted_metrics": true, "confirmed_email": true}

// askForEverything fills in all fields and expansions that were not given, but for those of owners alone.
func askForEverything(row *gen.Endpoint, query url.Values) {
	for _, param := range row.Params {
		isFields := strings.HasSuffix(param.Name, ".fields") || param.Name == "expansions"
		if !isFields || len(param.Values) == 0 || query.Has(param.Wire) {
			continue
		}
		values := slices.DeleteFunc(slices.Clone(param.Values), func(value string) bool { return ownerOnly[value] })
		query.Set(param.Wire, strings.Join(values, ","))
	}
}

func list(names []string) string {
	if len(names) == 0 {
		return "no parameters"
	}
	return strings.Join(names, ", ")
}

// nearest returns the name that takes the fewest changes.
func nearest(name string, names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return slices.MinFunc(names, func(a, b string) int { return cmp.Compare(apart(name, a), apart(name, b)) })
}

// apart counts the letters that have to be changed, added or taken away to make b of a.
func apart(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// scopes says what may authorize an operation.
func scopes(row *gen.Endpoint) string {
	ways := map[string]string{"BearerToken": "app", "UserToken": "oauth1"}
	var all []string
	for _, way := range row.Security {
		all = append(all, cmp.Or(ways[way.Scheme], strings.Join(way.Scopes, "+"), way.Scheme))
	}
	return strings.Join(all, " or ")
}

// tags are the families of operations, in order.
func tags() []string {
	found := map[string]bool{}
	for row := range gen.Operations() {
		found[row.Tag] = true
	}
	return slices.Sorted(maps.Keys(found))
}

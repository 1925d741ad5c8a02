package wire

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Values are the arguments of a call by name, in either spelling: placeholders of the path and query parameters. Several
// values of a parameter are joined by commas.
type Values map[string]string

// Split returns the arguments of the path, in its order, and the others. One that the operation does not have is an
// error that lists those that it has.
func (v Values) Split(op *Endpoint) (args []string, query Values, err error) {
	query = maps.Clone(v)
	for _, name := range op.Placeholders() {
		args = append(args, query[name])
		delete(query, name)
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if op.param(name) < 0 {
			return nil, nil, fmt.Errorf("%s: there is no argument %s; it takes %s", op.ID, name, op.takes())
		}
	}
	return args, query, nil
}

// Placeholders are the names of what the path leaves open, in order.
func (op *Endpoint) Placeholders() []string {
	var names []string
	for rest := op.Path; ; {
		_, after, open := strings.Cut(rest, "{")
		if !open {
			return names
		}
		name, after, _ := strings.Cut(after, "}")
		names, rest = append(names, name), after
	}
}

// takes lists the operation's arguments in words.
func (op *Endpoint) takes() string {
	names := op.Placeholders()
	for i := range op.Params {
		names = append(names, op.Params[i].Name)
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// param returns which parameter has that name, in either spelling, or -1.
func (op *Endpoint) param(name string) int {
	return slices.IndexFunc(op.Params, func(p Param) bool { return name != "" && (p.Name == name || p.Wire == name || p.Was == name) })
}

// collect returns the values of each parameter. Only where the contract lists what a parameter takes is a comma more
// than a character, and All stands for all that is for everybody.
func (v Values) collect(op *Endpoint) ([][]string, error) {
	values := make([][]string, len(op.Params))
	for name, value := range v {
		i := op.param(name)
		if i < 0 {
			return nil, fmt.Errorf("%s: there is no argument %s; it takes %s", op.ID, name, op.takes())
		}
		if value == "" {
			continue
		}
		values[i] = []string{value}
		if len(op.Params[i].Values) > 0 {
			values[i] = strings.Split(value, ",")
			for j, each := range values[i] {
				values[i][j] = op.Params[i].renewed(each)
			}
			values[i] = offered(&op.Params[i], values[i])
		}
	}
	for i := range op.Params {
		if op.Params[i].Required && len(values[i]) == 0 {
			return nil, fmt.Errorf("%s: the parameter %s is required: give it", op.ID, op.Params[i].Name)
		}
	}
	return values, nil
}

// renewed returns the new name of a value that is given by its old one.
func (p *Param) renewed(value string) string {
	for _, pair := range p.Old {
		if pair.Old == value {
			return pair.New
		}
	}
	return value
}

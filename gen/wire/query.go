package wire

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/oapi-codegen/runtime"
)

// expansions is the parameter by which answers bring along what they refer to.
const expansions = "expansions"

// query writes the parameters of a call: what is zero is left out, times go out as whole seconds of UTC, lists are
// joined by commas, and names and values are spelled as the operation declares them.
func query(op *Endpoint, params any, override []string) (string, error) {
	values, err := collect(op, params)
	if err != nil {
		return "", err
	}
	promote(op, values)
	for i := range op.Params {
		for j := 0; j+1 < len(override); j += 2 {
			if op.Params[i].Wire == override[j] {
				values[i] = override[j+1 : j+2 : j+2]
			}
		}
	}
	var out strings.Builder
	for i := range op.Params {
		param := &op.Params[i]
		if len(values[i]) == 0 {
			continue
		}
		words := make([]string, len(values[i]))
		for j, value := range values[i] {
			words[j] = spelled(op, param, value)
		}
		styled, err := runtime.StyleParamWithOptions("form", false, param.Wire, words,
			runtime.StyleParamOptions{ParamLocation: runtime.ParamLocationQuery, Type: "array"})
		if err != nil {
			return "", fmt.Errorf("%s: %s: %w", op.ID, param.Wire, err)
		}
		if out.Len() > 0 {
			out.WriteByte('&')
		}
		out.WriteString(styled)
	}
	return out.String(), nil
}

// collect reads the fields of params, a pointer to the operation's struct of parameters or nil, in the order of
// op.Params. Values are taken as they are.
func collect(op *Endpoint, params any) ([][]string, error) {
	if named, ok := params.(Values); ok {
		return named.collect(op)
	}
	values := make([][]string, len(op.Params))
	structure := reflect.ValueOf(params)
	present := structure.IsValid() && !structure.IsNil()
	var plan []int
	if structure.IsValid() {
		plan = planOf(structure.Type().Elem(), op)
	}
	for i := range op.Params {
		param := &op.Params[i]
		if present {
			field := structure.Elem().Field(plan[i])
			if !field.IsZero() || param.Required && field.Kind() == reflect.Bool {
				values[i] = offered(param, texts(field))
			}
		}
		if param.Required && len(values[i]) == 0 {
			return nil, fmt.Errorf("%s: the parameter %s is required: give it", op.ID, param.Name)
		}
	}
	return values, nil
}

var plans sync.Map // of reflect.Type to []int

// planOf returns, for each parameter of op, which field of the struct it is.
func planOf(structure reflect.Type, op *Endpoint) []int {
	if known, ok := plans.Load(structure); ok {
		return known.([]int) //nolint:errcheck // nothing else is stored
	}
	plan := make([]int, len(op.Params))
	for i := range structure.NumField() {
		name, _, _ := strings.Cut(structure.Field(i).Tag.Get("form"), ",")
		if at := slices.IndexFunc(op.Params, func(p Param) bool { return p.Name == name }); at >= 0 {
			plan[at] = i
		}
	}
	plans.Store(structure, plan)
	return plan
}

var timeType = reflect.TypeFor[time.Time]()

// texts writes a field that is not zero.
func texts(field reflect.Value) []string {
	if field.Type() == timeType {
		return []string{field.Interface().(time.Time).UTC().Format(time.RFC3339)} //nolint:errcheck // it is one
	}
	switch field.Kind() {
	case reflect.Slice:
		all := make([]string, field.Len())
		for i := range all {
			all[i] = field.Index(i).String()
		}
		return all
	case reflect.Int, reflect.Int64:
		return []string{strconv.FormatInt(field.Int(), 10)}
	case reflect.Bool:
		return []string{strconv.FormatBool(field.Bool())}
	default:
		return []string{field.String()}
	}
}

// promote turns a field that the contract offers as an expansion only into one.
func promote(op *Endpoint, values [][]string) {
	at := slices.IndexFunc(op.Params, func(p Param) bool { return p.Name == expansions })
	if at < 0 {
		return
	}
	for i := range op.Params {
		param := &op.Params[i]
		if !strings.HasSuffix(param.Name, ".fields") || param.Values == nil {
			continue
		}
		values[i] = slices.DeleteFunc(values[i], func(value string) bool {
			if declared(param, value) || !declared(&op.Params[at], value) {
				return false
			}
			if !slices.Contains(values[at], value) {
				values[at] = append(values[at], value)
			}
			return true
		})
	}
}

// declared reports whether the contract has the value, in either spelling.
func declared(param *Param, value string) bool {
	return slices.Contains(param.Values, value) || slices.Contains(param.Values, param.old(value))
}

// spelled returns the value as the operation declares it: in the spelling in which it is listed, else in the
// operation's own.
func spelled(op *Endpoint, param *Param, value string) string {
	before := param.old(value)
	if before == "" || slices.Contains(param.Values, value) || !op.Old && !slices.Contains(param.Values, before) {
		return value
	}
	return before
}

// old returns what a value was called before, or nothing.
func (p *Param) old(value string) string {
	for _, pair := range p.Old {
		if pair.New == value {
			return pair.Old
		}
	}
	return ""
}

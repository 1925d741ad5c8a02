package xapi

import (
	"encoding/json"
	"reflect"
	"strings"
)

// PartialErrors returns the errors that a successful answer has beside its data: what could not be found, or may not be
// seen, among what was asked for. result is what an operation's method returns. There are none where the answer is
// whole.
//
// Each unwraps to its problem, as the error of a failed call does, and answers to the same sentinels; it has no status
// but the one that the problem itself names.
func PartialErrors(result any) []*Error {
	list := errorsField(reflect.ValueOf(result))
	if !list.IsValid() {
		return nil
	}
	partial := make([]*Error, 0, list.Len())
	for i := range list.Len() {
		raw, err := json.Marshal(list.Index(i).Interface())
		if err != nil {
			continue
		}
		body := parseErrorBody(raw)
		e := &Error{
			Type: body.Type, Title: body.Title, Detail: body.Detail, Messages: body.Messages, Body: raw, problems: body.problems,
		}
		var named struct{ Status int }
		if json.Unmarshal(raw, &named) == nil {
			e.Status = named.Status
		}
		partial = append(partial, e)
	}
	return partial
}

// errorsField returns the list under the name errors in the result: the schemas' names change with the spec, the name in
// the JSON does not.
func errorsField(v reflect.Value) reflect.Value {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if name != "errors" {
			continue
		}
		list := v.Field(i)
		for list.Kind() == reflect.Pointer {
			list = list.Elem()
		}
		if list.IsValid() && list.Kind() == reflect.Slice {
			return list
		}
	}
	return reflect.Value{}
}

package xapitest

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/xapi-go/xapi-go/gen/wire"
)

// asDeclared returns the body of an answer as the contract has it: in its spelling, without the fields that it does not
// declare, and with one thing where it declares one in place of a list. Versions of the contract differ in all that, and
// the sandbox answers by the one that it has.
func (s *Server) asDeclared(operation string, body object) any {
	op := s.declared[operation]
	raw, err := json.Marshal(body)
	if op == nil || err != nil {
		return body
	}
	if row := endpoints()[operation]; row != nil {
		raw = wire.Rename(raw, s.declaredNames(row))
	}
	var declared []*openapi3.Schema
	for status, response := range op.Responses.Map() {
		media := response.Value.Content.Get("application/json")
		if strings.HasPrefix(status, "2") && media != nil && media.Schema != nil {
			declared = append(declared, media.Schema.Value)
		}
	}
	var plain any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if decoder.Decode(&plain) != nil {
		return body
	}
	return fitted(plain, declared)
}

// fitted fits a value to the schemas of its place.
func fitted(value any, declared []*openapi3.Schema) any {
	isOf := func(kind string) bool {
		return slices.ContainsFunc(declared, func(schema *openapi3.Schema) bool { return schema.Type.Is(kind) })
	}
	switch of := value.(type) {
	case map[string]any:
		fields, open := map[string][]*openapi3.Schema{}, false
		for _, schema := range declared {
			for name, schemas := range properties(schema) {
				fields[name] = append(fields[name], schemas...)
			}
			open = open || schema.AdditionalProperties.Has != nil && *schema.AdditionalProperties.Has || schema.AdditionalProperties.Schema != nil
		}
		if len(fields) == 0 {
			return value
		}
		maps.DeleteFunc(of, func(name string, _ any) bool { return fields[name] == nil && !open })
		for name, member := range of {
			of[name] = fitted(member, fields[name])
		}
	case []any:
		if len(of) > 0 && isOf(openapi3.TypeObject) && !isOf(openapi3.TypeArray) {
			return fitted(of[len(of)-1], declared)
		}
		var items []*openapi3.Schema
		for _, schema := range declared {
			if schema.Items != nil {
				items = append(items, schema.Items.Value)
			}
		}
		for i, item := range of {
			of[i] = fitted(item, items)
		}
	}
	return value
}

// properties are the fields that the schema declares, in any of its parts.
func properties(schema *openapi3.Schema) map[string][]*openapi3.Schema {
	found := map[string][]*openapi3.Schema{}
	for name, ref := range schema.Properties {
		found[name] = append(found[name], ref.Value)
	}
	for _, part := range slices.Concat(schema.AllOf, schema.OneOf, schema.AnyOf) {
		for name, schemas := range properties(part.Value) {
			found[name] = append(found[name], schemas...)
		}
	}
	return found
}

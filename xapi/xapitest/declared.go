package xapitest

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/xapi-go/xapi-go/gen/wire"
)

// asDeclared returns an answer of success as the contract has it: with a status and fields that it declares, in its
// spelling, with one thing where it declares one in place of a list or the reverse, with numbers and times written as
// it has them, and with what it requires in its data. Versions of the contract differ in all that, and the sandbox
// answers by the one that it has.
func (s *Server) asDeclared(c *call, made answer) answer {
	op := s.declared[c.operation.ID]
	if _, isBytes := made.body.([]byte); op == nil || isBytes || made.status/100 != 2 {
		return made
	}
	if op.Responses.Status(made.status) == nil && s.settings.statuses[c.operation.ID] == 0 {
		made.status, _ = s.success(c)
	}
	var declared []*openapi3.Schema
	for status, response := range op.Responses.Map() {
		media := response.Value.Content.Get("application/json")
		if strings.HasPrefix(status, "2") && media != nil && media.Schema != nil {
			declared = append(declared, media.Schema.Value)
		}
	}
	var plain any
	decoder := json.NewDecoder(bytes.NewReader(made.bytes()))
	decoder.UseNumber()
	if made.body == nil || len(declared) == 0 || decoder.Decode(&plain) != nil {
		return made
	}
	f := fitting{names: endpoints()[c.operation.ID].Names, schemas: s.schemas, made: s.newSampler(c)}
	made.body = f.fit(f.wrapped(plain, declared), declared)
	return made
}

// wrapped puts what the answer is about into data, or takes it out, as the contract has it.
func (f fitting) wrapped(value any, declared []*openapi3.Schema) any {
	of, isObject := value.(map[string]any)
	fields := map[string]bool{}
	for _, schema := range declared {
		for name := range f.properties(schema) {
			fields[name] = true
		}
	}
	if !isObject || len(fields) == 0 {
		return value
	}
	known := 0
	for name := range of {
		if fields[name] {
			known++
		}
	}
	data, has := of["data"].(map[string]any)
	switch {
	case known > 0:
	case fields["data"]:
		return map[string]any{"data": of}
	case has:
		return data
	}
	return value
}

// fitting fits values to what is declared in their place.
type fitting struct {
	names   wire.Names
	schemas openapi3.Schemas
	// made makes up what a contract requires and the sandbox knows nothing of.
	made *sampler
	// inside says that the value stands within the answer's data, where what is required is made up.
	inside bool
}

func (f fitting) fit(value any, declared []*openapi3.Schema) any {
	isOf := func(kind string) bool {
		return slices.ContainsFunc(declared, func(schema *openapi3.Schema) bool { return schema.Type.Is(kind) })
	}
	switch of := value.(type) {
	case map[string]any:
		if isOf(openapi3.TypeArray) && !isOf(openapi3.TypeObject) {
			return f.fit(asList(of), declared)
		}
		fields, open := map[string][]*openapi3.Schema{}, false
		for _, schema := range declared {
			for name, schemas := range f.properties(schema) {
				fields[name] = append(fields[name], schemas...)
			}
			open = open || schema.AdditionalProperties.Has != nil && *schema.AdditionalProperties.Has || schema.AdditionalProperties.Schema != nil
		}
		if len(fields) == 0 {
			return value
		}
		for _, pair := range f.names {
			if old, has := of[pair.Old]; has && fields[pair.Old] == nil && fields[pair.New] != nil {
				of[pair.New] = old
			}
		}
		maps.DeleteFunc(of, func(name string, _ any) bool { return fields[name] == nil && !open })
		for name, member := range of {
			within := f
			within.inside = f.inside || name == "data" || name == "includes"
			if of[name] = within.fit(member, fields[name]); isUnfit(of[name], fields[name]) {
				delete(of, name)
			}
		}
		if f.inside && len(declared) == 1 {
			f.complete(of, declared[0], fields)
		}
	case []any:
		if len(of) > 0 && isOf(openapi3.TypeObject) && !isOf(openapi3.TypeArray) {
			return f.fit(of[len(of)-1], declared)
		}
		var items []*openapi3.Schema
		for _, schema := range declared {
			if schema.Items != nil {
				items = append(items, schema.Items.Value)
			}
		}
		for i, item := range of {
			of[i] = f.fit(item, items)
		}
	case json.Number:
		if isOf(openapi3.TypeString) && !isOf(openapi3.TypeInteger) && !isOf(openapi3.TypeNumber) {
			return f.fit(of.String(), declared)
		}
	case string:
		millis, err := strconv.ParseInt(of, 10, 64)
		isTime := func(schema *openapi3.Schema) bool { return schema.Format == "date-time" }
		switch {
		case err != nil || len(declared) == 0:
		case !slices.ContainsFunc(declared, func(schema *openapi3.Schema) bool { return !isTime(schema) }):
			return stamp(time.UnixMilli(millis))
		case !isOf(openapi3.TypeString) && (isOf(openapi3.TypeInteger) || isOf(openapi3.TypeNumber)):
			return json.Number(of)
		}
	}
	return value
}

// complete makes up the fields that the schema requires and the object lacks.
func (f fitting) complete(of map[string]any, schema *openapi3.Schema, fields map[string][]*openapi3.Schema) {
	for _, name := range schema.Required {
		if _, has := of[name]; !has && len(fields[name]) > 0 {
			of[name] = f.made.value(fields[name][0], maxDepth)
		}
	}
	for _, part := range schema.AllOf {
		f.complete(of, part.Value, fields)
	}
}

// asList is the list that an object holds and nothing else, or a list of the object alone.
func asList(object map[string]any) []any {
	for _, member := range object {
		if list, isList := member.([]any); isList && len(object) == 1 {
			return list
		}
	}
	return []any{object}
}

// isUnfit says that a plain value stands where the contract has objects alone: what cannot be said is left out.
func isUnfit(value any, declared []*openapi3.Schema) bool {
	switch value.(type) {
	case string, json.Number, bool:
		return len(declared) > 0 && !slices.ContainsFunc(declared, func(schema *openapi3.Schema) bool { return !schema.Type.Is(openapi3.TypeObject) })
	}
	return false
}

// properties are the fields that the schema declares, in any of its parts, and in what its discriminator names.
func (f fitting) properties(schema *openapi3.Schema, within ...*openapi3.Schema) map[string][]*openapi3.Schema {
	found := map[string][]*openapi3.Schema{}
	if slices.Contains(within, schema) {
		return found
	}
	for name, ref := range schema.Properties {
		found[name] = append(found[name], ref.Value)
	}
	parts := slices.Concat(schema.AllOf, schema.OneOf, schema.AnyOf)
	if schema.Discriminator != nil {
		for _, target := range schema.Discriminator.Mapping {
			if named := f.schemas[target.Ref[strings.LastIndex(target.Ref, "/")+1:]]; named != nil {
				parts = append(parts, named)
			}
		}
	}
	for _, part := range parts {
		for name, schemas := range f.properties(part.Value, append(slices.Clip(within), schema)...) {
			found[name] = append(found[name], schemas...)
		}
	}
	return found
}

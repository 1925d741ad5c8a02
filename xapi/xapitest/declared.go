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

// asDeclared returns an answer of success as the contract has it: with a status and fields that it declares, in its
// spelling, and with one thing where it declares one in place of a list. Versions of the contract differ in all that, and
// the sandbox answers by the one that it has.
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
	made.body = fitting{endpoints()[c.operation.ID].Names, s.schemas}.fit(plain, declared)
	return made
}

// fitting fits values to what is declared in their place.
type fitting struct {
	names   wire.Names
	schemas openapi3.Schemas
}

func (f fitting) fit(value any, declared []*openapi3.Schema) any {
	isOf := func(kind string) bool {
		return slices.ContainsFunc(declared, func(schema *openapi3.Schema) bool { return schema.Type.Is(kind) })
	}
	switch of := value.(type) {
	case map[string]any:
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
			of[name] = f.fit(member, fields[name])
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
	}
	return value
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

package validate

import "github.com/getkin/kin-openapi/openapi3"

// own returns the contract's copy of a schema of the document, which belongs to others as well. References may form
// cycles; each schema has one copy. The copies have formats in place of patterns.
func (s *shapes) own(schema *openapi3.Schema) *openapi3.Schema {
	if schema == nil {
		return nil
	}
	if made := s.copies[schema]; made != nil {
		return made
	}
	made := new(openapi3.Schema)
	s.copies[schema] = made
	*made = *schema
	if len(made.Properties) > 0 {
		made.Properties = make(openapi3.Schemas, len(schema.Properties))
		for name, ref := range schema.Properties {
			made.Properties[name] = s.ownRef(ref)
		}
	}
	made.Items, made.Not = s.ownRef(schema.Items), s.ownRef(schema.Not)
	made.AllOf, made.OneOf, made.AnyOf = s.ownRefs(schema.AllOf), s.ownRefs(schema.OneOf), s.ownRefs(schema.AnyOf)
	made.AdditionalProperties.Schema = s.ownRef(schema.AdditionalProperties.Schema)
	s.adopt(made)
	return made
}

func (s *shapes) ownRef(ref *openapi3.SchemaRef) *openapi3.SchemaRef {
	if ref == nil {
		return nil
	}
	made := *ref
	made.Value = s.own(ref.Value)
	return &made
}

func (s *shapes) ownRefs(refs openapi3.SchemaRefs) openapi3.SchemaRefs {
	if len(refs) == 0 {
		return refs
	}
	made := make(openapi3.SchemaRefs, len(refs))
	for i, ref := range refs {
		made[i] = s.ownRef(ref)
	}
	return made
}

// adopt remembers what the whole document must know of a copy: whether requests and answers differ, and how its format
// is checked.
func (s *shapes) adopt(schema *openapi3.Schema) {
	if schema.ReadOnly || schema.WriteOnly {
		s.directional = true
	}
	asFormat(schema)
	if schema.Format == "" || s.formats[schema.Format] != nil {
		return
	}
	pattern, format := patternAndFormat(schema)
	if pattern == "" {
		s.formats[schema.Format] = standardFormat(format)
		return
	}
	compiled, err := translate(pattern)
	if err != nil {
		s.refused[pattern] = err
	}
	s.formats[schema.Format] = matcher{pattern: compiled, format: standardFormat(format)}
}

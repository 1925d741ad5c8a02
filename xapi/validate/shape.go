package validate

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// shape is what a schema says of the fields of a value: which are declared, and what each holds. It says nothing of
// types and limits, which are kin-openapi's.
type shape struct {
	leaf   bool // nothing below to look at: a text, a number
	plain  bool // fields, extra and items alone say all, and no other shape applies as well
	open   bool // undeclared fields are allowed
	answer bool // stands in answers alone (readOnly)
	asked  bool // stands in requests alone (writeOnly)
	fields map[string]*shape
	extra  *shape // of undeclared fields, where they are allowed and described
	items  *shape

	all          []*shape // all of these apply as well
	alternatives []alternative
	uniform      bool // the alternatives declare the same fields, so that it does not matter which of them holds
	pick         *pick
}

// alternative is one branch of a oneOf or an anyOf.
type alternative struct {
	schema *openapi3.Schema
	shape  *shape
}

// pick is a discriminator: the value of a property names the schema that applies as well.
type pick struct {
	property string
	targets  map[string]target
	// visited says that kin-openapi holds the value against the target by itself, as it does below oneOf and anyOf.
	visited bool
}

// target is what a discriminator names: its shape, and the schemas that the value is held against on top of the one
// with the discriminator.
type target struct {
	shape   *shape
	schemas []*openapi3.Schema
}

// shapes makes shapes, one for each schema.
type shapes struct {
	document    *openapi3.T
	known       map[*openapi3.Schema]*shape
	directional bool
	refused     map[string]error // patterns that Go's regexp refuses
	copies      map[*openapi3.Schema]*openapi3.Schema
	formats     map[string]openapi3.StringFormatValidator
}

func newShapes(document *openapi3.T) *shapes {
	return &shapes{
		document: document, known: make(map[*openapi3.Schema]*shape),
		refused: make(map[string]error), copies: make(map[*openapi3.Schema]*openapi3.Schema),
		formats: make(map[string]openapi3.StringFormatValidator),
	}
}

// anything is the shape of what no schema describes.
var anything = &shape{leaf: true, plain: true, open: true}

// of returns the shape of schema, one of the contract's own, whose references may form cycles.
func (s *shapes) of(schema *openapi3.Schema) *shape {
	if schema == nil {
		return anything
	}
	if known := s.known[schema]; known != nil {
		return known
	}
	made := &shape{answer: schema.ReadOnly, asked: schema.WriteOnly}
	s.known[schema] = made

	for name, ref := range schema.Properties {
		if made.fields == nil {
			made.fields = make(map[string]*shape, len(schema.Properties))
		}
		made.fields[name] = s.of(ref.Value)
	}
	for _, name := range schema.Required {
		if made.fields != nil && made.fields[name] == nil {
			made.fields[name] = anything // demanded but not described: still no stranger
		}
	}
	if ref := schema.Items; ref != nil {
		made.items = s.of(ref.Value)
	}
	additional := schema.AdditionalProperties
	made.open = additional.Has != nil && *additional.Has || additional.Schema != nil
	if additional.Schema != nil {
		made.extra = s.of(additional.Schema.Value)
	}
	if schema.Not != nil {
		s.of(schema.Not.Value)
	}
	for _, ref := range schema.AllOf {
		made.all = append(made.all, s.of(ref.Value))
	}
	made.pick = s.pick(schema)
	for _, ref := range slices.Concat(schema.OneOf, schema.AnyOf) {
		made.alternatives = append(made.alternatives, alternative{schema: ref.Value, shape: s.of(ref.Value)})
	}
	if made.pick != nil && made.pick.visited {
		made.alternatives = nil
	}
	made.uniform = alike(made.alternatives)
	if made.uniform && made.fields == nil && made.all == nil && made.pick == nil {
		made.become(made.alternatives[0].shape)
	}
	made.plain = len(made.all) == 0 && len(made.alternatives) == 0 && made.pick == nil
	made.leaf = made.isLeaf()
	return made
}

func (s *shapes) pick(schema *openapi3.Schema) *pick {
	d := schema.Discriminator
	if d == nil || len(d.Mapping) == 0 || s.document.Components == nil {
		return nil
	}
	made := &pick{
		property: d.PropertyName, targets: make(map[string]target, len(d.Mapping)),
		visited: len(schema.OneOf)+len(schema.AnyOf) > 0,
	}
	for value, ref := range d.Mapping {
		if strings.Contains(value, "://") {
			// The types of problems (RFC 9457) are URIs, an open set, and a problem may have members of its own.
			return &pick{}
		}
		name := ref.Ref[strings.LastIndexByte(ref.Ref, '/')+1:]
		if named := s.document.Components.Schemas[name]; named != nil && named.Value != nil {
			own := s.own(named.Value)
			made.targets[value] = target{shape: s.of(own), schemas: beyond(own, schema)}
		}
	}
	return made
}

// beyond returns what schema demands on top of base. Most often it is an allOf of base and one more.
func beyond(schema, base *openapi3.Schema) []*openapi3.Schema {
	own := *schema
	if own.AllOf = nil; !own.IsEmpty() {
		return []*openapi3.Schema{schema}
	}
	var more []*openapi3.Schema
	for _, ref := range schema.AllOf {
		if ref.Value != base {
			more = append(more, ref.Value)
		}
	}
	return more
}

// become makes s say what only says, which each of its alternatives does.
func (s *shape) become(only *shape) {
	s.fields, s.items, s.extra, s.open, s.alternatives = only.fields, only.items, only.extra, only.open, nil
}

func (s *shape) isLeaf() bool {
	if s.fields != nil || s.pick != nil || s.extra != nil && !s.extra.leaf || s.items != nil && !s.items.leaf {
		return false
	}
	for _, other := range s.all {
		if !other.leaf {
			return false
		}
	}
	for _, other := range s.alternatives {
		if !other.shape.leaf {
			return false
		}
	}
	return true
}

// alike reports whether the alternatives declare the same fields and nothing below them that could differ.
func alike(alternatives []alternative) bool {
	if len(alternatives) == 0 {
		return false
	}
	for _, other := range alternatives {
		first := alternatives[0].shape
		plain := len(other.shape.all) == 0 && len(other.shape.alternatives) == 0 && other.shape.pick == nil &&
			other.shape.open == first.open
		plain = plain && first.items == nil && other.shape.items == nil && first.extra == nil && other.shape.extra == nil
		same := maps.EqualFunc(first.fields, other.shape.fields, func(a, b *shape) bool { return a == b || a.leaf && b.leaf })
		if !plain || !same {
			return false
		}
	}
	return true
}

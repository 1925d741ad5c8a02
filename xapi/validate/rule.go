package validate

import (
	"cmp"
	"maps"
	"slices"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

// rule is a schema made ready to be held against JSON text in one pass, which nearly all of what the server answers
// stands. It accepts only what the schema accepts and the shape declares; what it does not accept, the schema judges.
type rule struct {
	schema *openapi3.Schema
	shape  *shape
	// exact says that one pass cannot tell, so that the value is decoded and held against the schema.
	exact bool
	kinds kinds

	text    text
	integer bool // a number must be whole
	narrow  bool // and fit into 32 bits
	least   *float64
	most    *float64

	fewest, atMost int // items, where atMost is not negative
	items          *rule

	fields   map[string]member
	required uint64 // the bits of the fields that must be there
	extra    *rule  // of fields that are not described, where they are
	open     bool   // undeclared fields are allowed
	// opens says that the schema itself allows them, and not only by describing none.
	opens bool

	// pick is the field whose value names which of targets an object is held against, nil where there is none.
	pick    string
	targets map[string]*rule
}

// text is what a schema demands of texts.
type text struct {
	enum          map[string]bool
	fewest, most  int // characters, where most is not negative
	matches       func([]byte) bool
	patterned     bool // matches is a pattern alone
	unconstrained bool
}

// member is a field of an object.
type member struct {
	rule *rule
	bit  uint64
}

// kinds is a set of kinds of values.
type kinds uint8

const (
	isNull kinds = 1 << iota
	isBool
	isNumber
	isText
	isList
	isObject
	isAnything = isNull | isBool | isNumber | isText | isList | isObject
)

// mostRequired is how many fields a rule can demand.
const mostRequired = 64

// described is the rule of what no schema describes.
var described = &rule{kinds: isAnything, open: true, opens: true, atMost: -1, text: text{unconstrained: true}}

// rules makes rules, one for each schema.
type rules struct {
	shapes *shapes
	made   map[*openapi3.Schema]*rule
}

// ruleOf makes the rule of a body when it is first needed.
func (s *shapes) ruleOf(schema *openapi3.Schema) func() *rule {
	return sync.OnceValue(func() *rule {
		made := &rules{shapes: s, made: make(map[*openapi3.Schema]*rule)}
		return made.of(schema)
	})
}

// of returns the rule of a schema, one of the contract's own.
func (s *rules) of(schema *openapi3.Schema) *rule {
	if schema == nil {
		return described
	}
	if known := s.made[schema]; known != nil {
		return known
	}
	made := &rule{schema: schema, shape: s.shapes.known[schema], exact: true}
	s.made[schema] = made // a schema that holds itself in an allOf is left to kin-openapi
	if made.shape != nil {
		s.fill(made)
	}
	return made
}

// isSet compares with the zero value, since these fields are of another type in later versions of kin-openapi, which a
// program may have by another of its dependencies.
func isSet[T comparable](field T) bool {
	var zero T
	return field != zero
}

func (s *rules) fill(r *rule) {
	schema := r.schema
	if schema.Not != nil || len(schema.OneOf)+len(schema.AnyOf) > 0 || schema.UniqueItems || schema.MultipleOf != nil ||
		isSet(schema.ExclusiveMin) || isSet(schema.ExclusiveMax) || schema.MinProps != 0 || schema.MaxProps != nil || len(schema.Required) > mostRequired {
		return
	}
	var all []*rule
	for _, ref := range schema.AllOf {
		all = append(all, s.of(ref.Value))
	}
	filled := rule{
		schema: schema, shape: r.shape, kinds: kindsOf(schema), fewest: int(schema.MinItems), atMost: -1, //nolint:gosec // small
		integer: schema.Type.Permits(openapi3.TypeInteger) && !schema.Type.Permits(openapi3.TypeNumber),
		least:   schema.Min, most: schema.Max,
	}
	filled.narrow = filled.integer && schema.Format != "" && schema.Format != "int64"
	if schema.MaxItems != nil {
		filled.atMost = int(*schema.MaxItems) //nolint:gosec // small
	}
	if !filled.texts(s.shapes.formats, schema) {
		return
	}
	// The rule is good from here on, so that what it holds may hold it again.
	if len(all) == 0 && (r.shape.pick == nil || r.shape.pick.targets == nil) {
		*r = filled
		s.within(r)
		return
	}
	s.within(&filled)
	for _, other := range all {
		if !filled.join(other) {
			return
		}
	}
	if pick := r.shape.pick; pick != nil && pick.targets != nil {
		filled.targets = make(map[string]*rule, len(pick.targets))
		for value, target := range pick.targets {
			whole := filled
			whole.targets, whole.fields = nil, maps.Clone(filled.fields)
			for _, more := range target.schemas {
				if !whole.join(s.of(more)) {
					return
				}
			}
			filled.targets[value] = &whole
		}
		filled.pick = pick.property
	}
	*r = filled
}

func kindsOf(schema *openapi3.Schema) kinds {
	var all kinds
	for kind, name := range map[kinds]string{
		isBool: openapi3.TypeBoolean, isText: openapi3.TypeString, isList: openapi3.TypeArray, isObject: openapi3.TypeObject,
	} {
		if schema.Type.Permits(name) {
			all |= kind
		}
	}
	if schema.Type.Permits(openapi3.TypeInteger) || schema.Type.Permits(openapi3.TypeNumber) {
		all |= isNumber
	}
	if schema.PermitsNull() {
		all |= isNull
	}
	return all
}

// texts takes in what the schema demands of texts, and reports whether that is all that its enum and its format demand.
func (r *rule) texts(formats map[string]openapi3.StringFormatValidator, schema *openapi3.Schema) bool {
	t := text{fewest: int(schema.MinLength), most: -1} //nolint:gosec // small
	if schema.MaxLength != nil {
		t.most = int(*schema.MaxLength) //nolint:gosec // small
	}
	for _, value := range schema.Enum {
		name, ok := value.(string)
		if !ok {
			return false
		}
		if t.enum == nil {
			t.enum = make(map[string]bool, len(schema.Enum))
		}
		t.enum[name] = true
	}
	if t.enum != nil {
		r.kinds &= isText | isNull
	}
	if format := formats[schema.Format]; schema.Format != "" && format != nil {
		t.matches, t.patterned = matching(schema, format)
	}
	t.unconstrained = t.enum == nil && t.fewest == 0 && t.most < 0 && t.matches == nil
	r.text = t
	return true
}

// within takes in what the schema says of what its value holds.
func (s *rules) within(r *rule) {
	schema := r.schema
	if schema.Items != nil {
		r.items = s.of(schema.Items.Value)
	}
	additional := schema.AdditionalProperties
	r.opens = additional.Has != nil && *additional.Has || additional.Schema != nil
	if pick := r.shape.pick; pick != nil && pick.targets == nil {
		r.opens = true // as it is for a problem, see shapes.pick
	}
	r.open = r.opens || len(schema.Properties) == 0 && (additional.Has == nil || *additional.Has)
	if additional.Schema != nil {
		r.extra = s.of(additional.Schema.Value)
	}
	r.fields = make(map[string]member, len(schema.Properties))
	for name, ref := range schema.Properties {
		r.fields[name] = member{rule: s.of(ref.Value)}
	}
	for i, name := range schema.Required {
		r.require(name, 1<<i)
	}
}

func (r *rule) require(name string, bit uint64) {
	of, known := r.fields[name]
	if !known {
		of.rule = cmp.Or(r.extra, described)
	}
	of.bit |= bit
	r.fields[name] = of
	r.required |= bit
}

// join adds what another rule of the same object demands. It reports false where one pass cannot tell both.
func (r *rule) join(other *rule) bool {
	if other == described || other.schema == r.schema {
		return true
	}
	strict := func(of *rule) bool {
		has := of.schema.AdditionalProperties.Has
		return of.exact || of.targets != nil || of.extra != nil || has != nil && !*has
	}
	if strict(r) && r.schema != nil || strict(other) {
		return false
	}
	declares := len(r.fields)+len(other.fields) > 0
	r.kinds &= other.kinds
	if r.kinds&^(isObject|isNull) != 0 {
		return false
	}
	for _, name := range slices.Sorted(maps.Keys(other.fields)) {
		theirs := other.fields[name]
		mine, both := r.fields[name]
		if both && mine.rule != theirs.rule && mine.rule != described && theirs.rule != described {
			return false
		}
		if !both || mine.rule == described {
			r.fields[name] = member{rule: theirs.rule, bit: mine.bit}
		}
		if theirs.bit != 0 && mine.bit == 0 {
			bit := r.required + 1 // the lowest bit that is free
			if bit == 0 || r.required&bit != 0 {
				return false
			}
			r.require(name, bit)
		}
	}
	r.opens = r.opens || other.opens
	r.open = r.opens || !declares
	return true
}

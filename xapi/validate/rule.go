package validate

import (
	"cmp"
	"maps"

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
	unconstrained bool
	matching
}

// matching tells whether a text is of a format and a pattern.
type matching struct {
	matches   func([]byte) bool // nil where any is
	patterned bool              // it is a pattern alone
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
	// matching has what tells whether a text is of a format, for those that are met.
	matching map[string]matching
	// leaves are the rules of values that hold nothing, which many schemas share.
	leaves map[leaf]*rule
}

// leaf is what the rule of a text, a number or a boolean consists of, where it has no limits of its own.
type leaf struct {
	kinds           kinds
	integer, narrow bool
	format          string
}

// newRules makes the rules of all bodies of the operations.
func (s *shapes) newRules(operations map[string]*operation) {
	made := &rules{shapes: s, made: make(map[*openapi3.Schema]*rule), matching: make(map[string]matching), leaves: make(map[leaf]*rule)}
	for _, op := range operations {
		for _, body := range op.declared {
			body.rule = made.of(body.schema)
		}
	}
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
		if shared := s.fill(made); shared != nil {
			s.made[schema] = shared
			return shared
		}
	}
	return made
}

// isSet compares with the zero value, since these fields are of another type in later versions of kin-openapi, which a
// program may have by another of its dependencies.
func isSet[T comparable](field T) bool {
	var zero T
	return field != zero
}

// limitless reports whether only its format bounds the value.
func (r *rule) limitless() bool {
	return r.text.enum == nil && r.text.fewest == 0 && r.text.most < 0 && r.least == nil && r.most == nil
}

// fill makes the rule what its schema says, or returns one that says the same.
func (s *rules) fill(r *rule) (shared *rule) {
	schema := r.schema
	if schema.Not != nil || len(schema.OneOf)+len(schema.AnyOf) > 0 || schema.UniqueItems || schema.MultipleOf != nil ||
		isSet(schema.ExclusiveMin) || isSet(schema.ExclusiveMax) || schema.MinProps != 0 || schema.MaxProps != nil || len(schema.Required) > mostRequired {
		return nil
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
	if !s.texts(&filled) {
		return nil
	}
	if filled.kinds&(isObject|isList) == 0 && len(all) == 0 && filled.limitless() {
		key := leaf{filled.kinds, filled.integer, filled.narrow, schema.Format}
		if s.leaves[key] == nil {
			s.leaves[key] = &filled
		}
		return s.leaves[key]
	}
	// The rule is good from here on, so that what it holds may hold it again.
	if len(all) == 0 && (r.shape.pick == nil || r.shape.pick.targets == nil) {
		*r = filled
		s.within(r)
		return nil
	}
	s.within(&filled)
	for _, other := range all {
		if !filled.join(other) {
			return nil
		}
	}
	if pick := r.shape.pick; pick != nil && pick.targets != nil {
		filled.targets = make(map[string]*rule, len(pick.targets))
		for value, target := range pick.targets {
			whole := filled
			whole.targets, whole.fields = nil, maps.Clone(filled.fields)
			for _, more := range target.schemas {
				if !whole.join(s.of(more)) {
					return nil
				}
			}
			filled.targets[value] = &whole
		}
		filled.pick = pick.property
	}
	*r = filled
	return nil
}

func kindsOf(schema *openapi3.Schema) kinds {
	all := isAnything &^ isNull
	if schema.Type != nil {
		all = 0
		for _, name := range *schema.Type {
			switch name {
			case openapi3.TypeBoolean:
				all |= isBool
			case openapi3.TypeString:
				all |= isText
			case openapi3.TypeArray:
				all |= isList
			case openapi3.TypeObject:
				all |= isObject
			case openapi3.TypeInteger, openapi3.TypeNumber:
				all |= isNumber
			}
		}
	}
	if schema.PermitsNull() {
		all |= isNull
	}
	return all
}

// texts takes in what the schema demands of texts, and reports whether one pass can tell.
func (s *rules) texts(r *rule) bool {
	schema := r.schema
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
	if format := s.shapes.formats[schema.Format]; schema.Format != "" && format != nil {
		known, met := s.matching[schema.Format]
		if !met {
			known = newMatching(schema, format)
			s.matching[schema.Format] = known
		}
		t.matching = known
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
	if len(schema.Properties)+len(schema.Required) > 0 || len(schema.AllOf) > 0 || r.shape.pick != nil {
		r.fields = make(map[string]member, len(schema.Properties))
	}
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
	for name, theirs := range other.fields {
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

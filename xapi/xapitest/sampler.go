package xapitest

import (
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// sampler makes up values that a schema allows. The same seed gives the same values.
type sampler struct {
	random *rand.Rand
	// asked are the fields that the request asks for beside those that are always sent.
	asked map[string]bool
}

// newSampler returns a sampler whose values depend on the sandbox's seed and on what was asked for alone.
func (s *Server) newSampler(c *call) *sampler {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(c.operation.ID + " " + c.request.URL.RequestURI()))
	m := &sampler{random: rand.New(rand.NewPCG(s.settings.seed, hash.Sum64())), asked: map[string]bool{}} //nolint:gosec // made-up data
	for name, values := range c.request.URL.Query() {
		if strings.HasSuffix(name, ".fields") {
			for field := range strings.SplitSeq(strings.Join(values, ","), ",") {
				m.asked[field] = true
			}
		}
	}
	return m
}

// maxDepth bounds how deep made-up data is nested where the schema does not demand more.
const maxDepth = 6

// value makes up a value of the schema.
func (m *sampler) value(schema *openapi3.Schema, depth int) any {
	switch {
	case schema.Discriminator != nil:
		return m.discriminated(schema, depth)
	case len(schema.Enum) > 0:
		return m.choice(schema)
	case len(schema.AllOf) > 0, len(schema.Properties) > 0:
		return m.object(schema, depth)
	case len(schema.OneOf) > 0:
		return m.value(schema.OneOf[0].Value, depth)
	case len(schema.AnyOf) > 0:
		return m.value(schema.AnyOf[0].Value, depth)
	}
	switch {
	case schema.Type.Is(openapi3.TypeString):
		return m.text(schema)
	case schema.Type.Is(openapi3.TypeInteger):
		return m.integer(schema)
	case schema.Type.Is(openapi3.TypeNumber):
		return float64(m.integer(schema))
	case schema.Type.Is(openapi3.TypeBoolean):
		return m.random.IntN(2) == 0
	case schema.Type.Is(openapi3.TypeArray):
		return m.array(schema, depth)
	default:
		return m.object(schema, depth)
	}
}

// choice picks a value of the enum that its schema's pattern matches too: the spec has some that it does not.
func (m *sampler) choice(schema *openapi3.Schema) any {
	pattern, err := regexp.Compile(codepoint.ReplaceAllString(schema.Pattern, `\x{$1}`))
	fitting := slices.DeleteFunc(slices.Clone(schema.Enum), func(value any) bool {
		text, isText := value.(string)
		return err == nil && isText && !pattern.MatchString(text)
	})
	if len(fitting) == 0 {
		fitting = schema.Enum
	}
	return fitting[m.random.IntN(len(fitting))]
}

// discriminated makes up a value of one of the schemas that a discriminator names, with that name in its place.
func (m *sampler) discriminated(schema *openapi3.Schema, depth int) any {
	by := schema.Discriminator
	names := slices.Sorted(maps.Keys(by.Mapping))
	if len(names) == 0 {
		return m.object(schema, depth)
	}
	name := names[m.random.IntN(len(names))]
	for _, choice := range slices.Concat(schema.OneOf, schema.AnyOf) {
		if choice.Ref == by.Mapping[name].Ref {
			schema = choice.Value
		}
	}
	made := m.object(schema, depth)
	if schema.Properties[by.PropertyName] != nil {
		made[by.PropertyName] = name
	}
	return made
}

func (m *sampler) array(schema *openapi3.Schema, depth int) any {
	n := max(1, schema.MinItems)
	if !schema.UniqueItems && depth == 1 {
		n = max(2, n)
	}
	if schema.MaxItems != nil {
		n = min(n, *schema.MaxItems)
	}
	list := make([]any, 0, n)
	for range n {
		list = append(list, m.value(schema.Items.Value, depth+1))
	}
	return list
}

// left are fields that are never made up: errors, what goes with other objects, and pages that would not end.
var left = map[string]bool{"errors": true, "includes": true, "next_token": true, "previous_token": true}

// object makes up an object: what is required and what was asked for, or everything where nothing is required.
func (m *sampler) object(schema *openapi3.Schema, depth int) object {
	made := object{}
	m.fill(made, schema, depth)
	return made
}

func (m *sampler) fill(made object, schema *openapi3.Schema, depth int) {
	for _, part := range schema.AllOf {
		m.fill(made, part.Value, depth)
	}
	required := schema.Required
	for _, alternatives := range []openapi3.SchemaRefs{schema.OneOf, schema.AnyOf} {
		if len(alternatives) > 0 && len(schema.Properties) > 0 {
			m.fill(made, alternatives[0].Value, depth)
			// An alternative may demand fields that only the schema around it describes.
			required = slices.Concat(required, alternatives[0].Value.Required)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		needed := slices.Contains(required, name)
		wanted := depth < 2*maxDepth && m.asked[name] || len(required) == 0 && !left[name] && depth < maxDepth
		if _, has := made[name]; has || !needed && (!wanted || elsewhere(schema.Properties[name].Value)) {
			continue
		}
		made[name] = m.value(schema.Properties[name].Value, depth+1)
	}
}

// elsewhere says that a schema's discriminator points out of the value itself, as in ../event_type: no value can then be
// told to be right.
func elsewhere(schema *openapi3.Schema) bool {
	return schema.Discriminator != nil && strings.Contains(schema.Discriminator.PropertyName, "/")
}

// integer makes up a whole number within the schema's limits.
func (m *sampler) integer(schema *openapi3.Schema) int64 {
	low, high := int64(0), int64(1000)
	if schema.Min != nil {
		low = int64(*schema.Min)
		high = max(high, low+1000)
	}
	if schema.Max != nil {
		high = min(high, int64(*schema.Max))
		low = min(low, high)
	}
	return low + m.random.Int64N(high-low+1)
}

// text makes up a string of the schema's format or pattern.
func (m *sampler) text(schema *openapi3.Schema) string {
	switch schema.Format {
	case "date-time":
		return time.Unix(1_740_787_200+m.random.Int64N(30_000_000), 0).UTC().Format(time.RFC3339)
	case "uri", "url":
		return "https://example.com/" + m.word()
	case "byte":
		return "c2FuZGJveA=="
	}
	made := ""
	if schema.Pattern != "" {
		made = m.matching(schema.Pattern)
	}
	if made == "" {
		made = m.word()
	}
	for uint64(len(made)) < schema.MinLength && schema.Pattern == "" {
		made += m.word()
	}
	if schema.MaxLength != nil && uint64(len(made)) > *schema.MaxLength {
		made = made[:*schema.MaxLength]
	}
	return made
}

// words are what made-up texts consist of.
var words = []string{"amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "island", "juniper"}

func (m *sampler) word() string { return words[m.random.IntN(len(words))] }

package xapitest

import (
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
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

// sample answers an operation without state of its own by data made from its schema.
func (s *Server) sample(c *call) answer {
	status, contentType, schema := s.success(c)
	m := s.newSampler(c)
	switch {
	case contentType != "" && contentType != jsonType:
		return answer{status: status, contentType: contentType, body: []byte(m.word())}
	case schema == nil:
		return answer{status: status}
	}
	value := m.value(schema, 0)
	if body, isObject := value.(object); isObject {
		agree(body, c)
	}
	return answer{status: status, body: value}
}

// jsonType is the content type of whatever the API answers but media itself.
const jsonType = "application/json"

// success returns the status of the operation's answer, its content type, JSON where there is a choice, and its schema.
// An answer without content has neither.
func (s *Server) success(c *call) (status int, contentType string, schema *openapi3.Schema) {
	op := s.declared[c.operation.ID]
	if op == nil || op.Responses == nil {
		return http.StatusOK, "", nil
	}
	for _, declared := range slices.Sorted(maps.Keys(op.Responses.Map())) {
		code, err := strconv.Atoi(declared)
		if err != nil || code > 299 {
			continue
		}
		content := op.Responses.Value(declared).Value.Content
		types := slices.Sorted(maps.Keys(content))
		if slices.Contains(types, jsonType) {
			types = []string{jsonType}
		}
		if len(types) > 0 && content[types[0]].Schema != nil {
			return code, types[0], content[types[0]].Schema.Value
		}
	}
	return http.StatusOK, "", nil
}

// agree makes what was made up fit the request and itself: the id asked for, and the number of results.
func agree(body object, c *call) {
	data, isObject := body["data"].(object)
	if id, asked := c.params["id"]; asked && isObject && strings.HasSuffix(c.operation.Path, "/{id}") {
		if _, has := data["id"]; has {
			data["id"] = id
		}
	}
	list, isList := body["data"].([]any)
	meta, hasMeta := body["meta"].(object)
	if _, counted := meta["result_count"]; isList && hasMeta && counted {
		meta["result_count"] = len(list)
	}
}

// maxDepth bounds how deep made-up data is nested where the schema does not demand more.
const maxDepth = 6

// value makes up a value of the schema.
func (m *sampler) value(schema *openapi3.Schema, depth int) any {
	switch {
	case schema.Discriminator != nil:
		return m.discriminated(schema, depth)
	case len(schema.Enum) > 0:
		return schema.Enum[m.random.IntN(len(schema.Enum))]
	case len(schema.AllOf) > 0:
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

// discriminated makes up a value of one of the schemas that a discriminator names.
func (m *sampler) discriminated(schema *openapi3.Schema, depth int) any {
	names := slices.Sorted(maps.Keys(schema.Discriminator.Mapping))
	made := m.object(schema, depth)
	if len(names) > 0 {
		made[schema.Discriminator.PropertyName] = names[m.random.IntN(len(names))]
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
	for _, alternatives := range []openapi3.SchemaRefs{schema.OneOf, schema.AnyOf} {
		if len(alternatives) > 0 && len(schema.Properties) > 0 {
			m.fill(made, alternatives[0].Value, depth)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		needed := slices.Contains(schema.Required, name)
		wanted := m.asked[name] || len(schema.Required) == 0 && !left[name] && depth < maxDepth
		if _, made1 := made[name]; !made1 && (needed || wanted) && (needed || depth < 2*maxDepth) {
			made[name] = m.value(schema.Properties[name].Value, depth+1)
		}
	}
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

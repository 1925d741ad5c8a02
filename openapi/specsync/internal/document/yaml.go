package document

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// parseYAML reads one YAML document. Aliases are expanded here rather than by the library, under a bound.
func parseYAML(data []byte) (any, error) {
	var node yaml.Node
	if err := yaml.Unmarshal(data, &node); err != nil {
		return nil, fmt.Errorf("the YAML is invalid: %w", err)
	}
	if node.Kind != yaml.DocumentNode || len(node.Content) != 1 {
		return nil, errors.New("the YAML holds no document")
	}
	reader := yamlReader{}
	return reader.value(node.Content[0], 0)
}

type yamlReader struct{ values int }

func (r *yamlReader) value(node *yaml.Node, depth int) (any, error) {
	r.values++
	if r.values > maxValues {
		return nil, fmt.Errorf("the YAML holds more than %d values, its aliases expanded", maxValues)
	}
	if depth > maxDepth {
		return nil, fmt.Errorf("line %d: values nest more than %d deep", node.Line, maxDepth)
	}
	switch node.Kind {
	case yaml.AliasNode:
		return r.value(node.Alias, depth+1)
	case yaml.MappingNode:
		return r.object(node, depth)
	case yaml.SequenceNode:
		list := make([]any, 0, len(node.Content))
		for _, child := range node.Content {
			item, err := r.value(child, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, item)
		}
		return list, nil
	}
	return scalar(node)
}

func (r *yamlReader) object(node *yaml.Node, depth int) (any, error) {
	object := make(Object, len(node.Content)/2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if key.Kind != yaml.ScalarNode || key.Tag == "!!merge" {
			return nil, fmt.Errorf("line %d: a key must be plain text", key.Line)
		}
		if _, twice := object[key.Value]; twice {
			return nil, fmt.Errorf("line %d: the key %q is given twice", key.Line, key.Value)
		}
		value, err := r.value(node.Content[i+1], depth+1)
		if err != nil {
			return nil, err
		}
		object[key.Value] = value
	}
	return object, nil
}

func scalar(node *yaml.Node) (any, error) {
	switch node.ShortTag() {
	case "!!null":
		return nil, nil
	case "!!bool":
		var value bool
		err := node.Decode(&value)
		return value, err
	case "!!int":
		value, ok := new(big.Int).SetString(node.Value, 0)
		if !ok {
			return nil, fmt.Errorf("line %d: %q is no number", node.Line, node.Value)
		}
		return json.Number(value.String()), nil
	case "!!float":
		number, err := canonicalNumber(node.Value)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", node.Line, err)
		}
		return number, nil
	default: // timestamps too are text in JSON
		return node.Value, nil
	}
}

// canonicalNumber writes equal numbers alike: integers in plain digits, the rest in Go's shortest form.
func canonicalNumber(text string) (json.Number, error) {
	if value, ok := new(big.Int).SetString(text, 10); ok {
		return json.Number(value.String()), nil
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(value, 0) || math.IsNaN(value) {
		return "", fmt.Errorf("%q is no JSON number", text)
	}
	if value == math.Trunc(value) && math.Abs(value) < 1<<53 {
		return json.Number(strconv.FormatInt(int64(value), 10)), nil
	}
	return json.Number(strconv.FormatFloat(value, 'g', -1, 64)), nil
}

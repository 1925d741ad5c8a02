package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"
)

// YAML writes a document with sorted keys, under a heading of comment lines.
func YAML(root Object, heading string) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(heading)
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	node, err := toNode(root)
	if err != nil {
		return nil, err
	}
	if err := encoder.Encode(node); err != nil {
		return nil, fmt.Errorf("writing the document as YAML: %w", err)
	}
	if err := encoder.Close(); err != nil {
		return nil, fmt.Errorf("writing the document as YAML: %w", err)
	}
	return out.Bytes(), nil
}

func toNode(value any) (*yaml.Node, error) {
	node := &yaml.Node{}
	switch value := value.(type) {
	case Object:
		node.Kind, node.Tag = yaml.MappingNode, "!!map"
		if len(value) == 0 {
			node.Style = yaml.FlowStyle
		}
		for _, key := range slices.Sorted(maps.Keys(value)) {
			keyNode, err := toNode(key)
			if err != nil {
				return nil, err
			}
			child, err := toNode(value[key])
			if err != nil {
				return nil, err
			}
			node.Content = append(node.Content, keyNode, child)
		}
	case []any:
		node.Kind, node.Tag = yaml.SequenceNode, "!!seq"
		if len(value) == 0 {
			node.Style = yaml.FlowStyle
		}
		for _, item := range value {
			child, err := toNode(item)
			if err != nil {
				return nil, err
			}
			node.Content = append(node.Content, child)
		}
	case json.Number:
		node.Kind, node.Value, node.Tag = yaml.ScalarNode, value.String(), "!!int"
		if !json.Valid([]byte(node.Value)) || bytes.ContainsAny([]byte(node.Value), ".eE") {
			node.Tag = "!!float"
		}
	default:
		if err := node.Encode(value); err != nil {
			return nil, fmt.Errorf("writing %T as YAML: %w", value, err)
		}
	}
	return node, nil
}

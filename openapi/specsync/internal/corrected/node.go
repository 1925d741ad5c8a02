package corrected

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"

	"gopkg.in/yaml.v3"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// nodeOf writes plain data as the nodes that the overlay's library works on.
func nodeOf(value any) *yaml.Node {
	switch value := value.(type) {
	case document.Object:
		node := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: make([]*yaml.Node, 0, 2*len(value))}
		for _, key := range slices.Sorted(maps.Keys(value)) {
			node.Content = append(node.Content, scalarNode("!!str", key), nodeOf(value[key]))
		}
		return node
	case []any:
		node := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: make([]*yaml.Node, 0, len(value))}
		for _, item := range value {
			node.Content = append(node.Content, nodeOf(item))
		}
		return node
	case json.Number:
		if _, isInt := new(big.Int).SetString(value.String(), 10); isInt {
			return scalarNode("!!int", value.String())
		}
		return scalarNode("!!float", value.String())
	case bool:
		return scalarNode("!!bool", strconv.FormatBool(value))
	case string:
		return scalarNode("!!str", value)
	default:
		return scalarNode("!!null", "null")
	}
}

func scalarNode(tag, value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
}

// valueOf reads nodes back.
func valueOf(node *yaml.Node) (any, error) {
	switch node.Kind {
	case yaml.DocumentNode:
		return valueOf(node.Content[0])
	case yaml.AliasNode:
		return valueOf(node.Alias)
	case yaml.MappingNode:
		object := make(document.Object, len(node.Content)/2)
		for i := 0; i+1 < len(node.Content); i += 2 {
			value, err := valueOf(node.Content[i+1])
			if err != nil {
				return nil, err
			}
			object[node.Content[i].Value] = value
		}
		return object, nil
	case yaml.SequenceNode:
		list := make([]any, 0, len(node.Content))
		for _, child := range node.Content {
			value, err := valueOf(child)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, nil
	}
	switch node.ShortTag() {
	case "!!null":
		return nil, nil
	case "!!bool":
		return strconv.ParseBool(node.Value)
	case "!!int":
		whole, ok := new(big.Int).SetString(node.Value, 0)
		if !ok {
			return nil, fmt.Errorf("%q is no number", node.Value)
		}
		return json.Number(whole.String()), nil
	case "!!float":
		number, err := strconv.ParseFloat(node.Value, 64)
		return json.Number(strconv.FormatFloat(number, 'g', -1, 64)), err
	}
	return node.Value, nil
}

// copied is a node with everything below it.
func copied(node *yaml.Node) *yaml.Node {
	whole := *node
	whole.Content = make([]*yaml.Node, len(node.Content))
	for i, child := range node.Content {
		whole.Content[i] = copied(child)
	}
	return &whole
}

// alike reports whether two nodes say the same.
func alike(a, b *yaml.Node) bool {
	return a.Kind == b.Kind && a.Value == b.Value && a.ShortTag() == b.ShortTag() && slices.EqualFunc(a.Content, b.Content, alike)
}

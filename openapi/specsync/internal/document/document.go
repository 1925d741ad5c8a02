// Package document reads an OpenAPI document in any form it is published in, and gives it one canonical form.
//
// A document is plain data: Object, []any, string, bool, nil and json.Number. Numbers keep their digits, so an int64
// limit is not rounded on its way through.
package document

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Object is a JSON object.
type Object = map[string]any

// MaxSize is the most bytes that a source may have: twenty times the largest spec X has published.
const MaxSize = 16 << 20

const (
	// maxDepth bounds nesting; the published spec nests 20 deep.
	maxDepth = 200
	// maxValues bounds what YAML aliases may expand to; the published spec has 19,000 values.
	maxValues = 200_000
)

// Parse reads a document from data: OpenAPI as JSON or YAML, or a documentation page that carries it as a fenced YAML
// block. The form is told by the content, not by the name. It repairs what pages print differently. What it returns is
// some OpenAPI 3.0 document, perhaps a part of one: Check tells whether it is whole. One of OpenAPI 3.1 is written as the
// 3.0 that means the same, and refused where there is none.
func Parse(data []byte) (Object, error) {
	root, err := parse(data)
	if err != nil {
		return nil, err
	}
	if version, _ := root["openapi"].(string); version == "3.1" || strings.HasPrefix(version, "3.1.") {
		if err := downgrade(root); err != nil {
			return nil, err
		}
	}
	if err := checkKind(root); err != nil {
		return nil, err
	}
	repairMappings(root)
	return root, nil
}

func parse(data []byte) (Object, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("the document has more than %d MiB", MaxSize>>20)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	trimmed := bytes.TrimSpace(data)
	switch {
	case len(trimmed) == 0:
		return nil, fmt.Errorf("the document is empty")
	case !utf8.Valid(data):
		return nil, fmt.Errorf("the document is not UTF-8 text")
	case trimmed[0] == '<':
		return nil, fmt.Errorf("this is an HTML or XML page, not an OpenAPI document; give the address of the document itself")
	case trimmed[0] == '{' || trimmed[0] == '[':
		return objectOf(parseJSON(data))
	}
	block, found, err := Extract(string(data))
	if err != nil {
		return nil, err
	}
	if found {
		root, err := objectOf(parseYAML([]byte(block)))
		if err != nil {
			return nil, fmt.Errorf("the page's OpenAPI block: %w", err)
		}
		return root, nil
	}
	return objectOf(parseYAML(data))
}

func objectOf(value any, err error) (Object, error) {
	if err != nil {
		return nil, err
	}
	root, ok := value.(Object)
	if !ok {
		return nil, fmt.Errorf("the document is not an object; an OpenAPI document starts with its version, as in openapi: 3.0.0")
	}
	return root, nil
}

// repairMappings turns a discriminator's mapping values from {$ref: X}, as documentation pages print them, into X, as
// OpenAPI wants them.
func repairMappings(value any) {
	switch value := value.(type) {
	case Object:
		if discriminator, ok := value["discriminator"].(Object); ok {
			if mapping, ok := discriminator["mapping"].(Object); ok {
				for key, target := range mapping {
					if object, ok := target.(Object); ok && len(object) == 1 {
						if ref, ok := object["$ref"].(string); ok {
							mapping[key] = ref
						}
					}
				}
			}
		}
		for _, child := range value {
			repairMappings(child)
		}
	case []any:
		for _, child := range value {
			repairMappings(child)
		}
	}
}

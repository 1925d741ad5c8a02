package document

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
)

// Canonicalize sorts, in place, every array whose order means nothing: required, enum, security and its scopes, tags,
// parameters, oneOf, anyOf and allOf. X shuffles them from one publication to the next. Defaults, examples and
// extensions are values of somebody else's and stay as they are.
func Canonicalize(root Object) { canonicalize(root, false) }

// nameMaps are the keys whose object maps names, not keywords, to objects: a property may well be named "required".
var nameMaps = map[string]bool{
	"properties": true, "patternProperties": true, "schemas": true, "responses": true, "headers": true,
	"content": true, "paths": true, "callbacks": true, "links": true, "requestBodies": true, "securitySchemes": true,
	"mapping": true, "scopes": true, "encoding": true, "definitions": true, "variables": true, "parameters": true,
}

func canonicalize(value any, names bool) {
	switch value := value.(type) {
	case Object:
		for key, child := range value {
			if names {
				canonicalize(child, false)
				continue
			}
			if key == "example" || key == "examples" || key == "default" || strings.HasPrefix(key, "x-") {
				continue
			}
			if list, ok := child.([]any); ok {
				for _, item := range list {
					canonicalize(item, false)
				}
				sortSet(key, list)
				continue
			}
			canonicalize(child, nameMaps[key])
		}
	case []any:
		for _, child := range value {
			canonicalize(child, false)
		}
	}
}

func sortSet(key string, list []any) {
	switch key {
	case "security":
		for _, item := range list {
			requirement, _ := item.(Object)
			for _, scopes := range requirement {
				if scopes, ok := scopes.([]any); ok {
					sortByText(scopes)
				}
			}
		}
		sortByText(list)
	case "parameters":
		slices.SortStableFunc(list, func(a, b any) int { return strings.Compare(parameterKey(a), parameterKey(b)) })
	case "required", "enum", "tags", "oneOf", "anyOf", "allOf":
		sortByText(list)
	}
}

func parameterKey(value any) string {
	parameter, _ := value.(Object)
	if ref, ok := parameter["$ref"].(string); ok {
		return "~" + ref // references after what is written in place
	}
	in, _ := parameter["in"].(string)
	name, _ := parameter["name"].(string)
	return in + " " + name
}

func sortByText(list []any) {
	slices.SortStableFunc(list, func(a, b any) int { return bytes.Compare(JSON(a), JSON(b)) })
}

// JSON writes a value compactly, with sorted keys.
func JSON(value any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic("document: a value that is not plain data: " + err.Error())
	}
	return bytes.TrimRight(out.Bytes(), "\n")
}

// Digest is "sha256:" and the hex digest of the document's canonical form. The document must be canonical.
func Digest(root Object) string { return Sum(JSON(root)) }

// Sum is "sha256:" and the hex digest of data.
func Sum(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

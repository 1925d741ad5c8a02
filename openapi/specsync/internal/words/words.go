// Package words keeps what we say of the API apart from what X does: published prose is taken out of a document before
// our own is put in, and words for what a version does not have wait in a file for one that does.
package words

import (
	"bytes"
	"fmt"
	"maps"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/model"
)

const heading = `# Our words for what the contract has no place for at present: "Thing", "Thing.field", "Operation" and "Operation
# parameter", by their names in model.yaml. A sync moves words here when something is published no more, and writes them
# into the contract when it is again. They may be edited; they stand before those of the contract.
`

// Read reads the words of a file.
func Read(data []byte) (model.Words, error) {
	words := model.Words{}
	if err := yaml.Unmarshal(data, &words); err != nil {
		return nil, fmt.Errorf("not readable: %w", err)
	}
	return words, nil
}

// Bytes is the words as a file.
func Bytes(words model.Words) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(heading)
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(words); err != nil {
		return nil, fmt.Errorf("writing the words: %w", err)
	}
	return out.Bytes(), encoder.Close()
}

// Over returns the words of below with those of above in their place.
func Over(above, below model.Words) model.Words {
	all := maps.Clone(below)
	maps.Copy(all, above)
	return all
}

// Left are the words that the document, whose own are given, does not have in their place.
func Left(words, document model.Words) model.Words {
	left := maps.Clone(words)
	maps.DeleteFunc(left, func(key, text string) bool { return document[key] == text })
	return left
}

// Strip takes the prose and the examples out of a published document. What OpenAPI wants described is described as
// ours has it, or as what it is.
func Strip(root, ours document.Object) {
	document.Walk(root, func(path []string, object document.Object) {
		if len(path) == 1 && path[0] == "info" {
			delete(object, "description")
			if text := document.Resolve(ours, "#/info/description"); text != nil {
				object["description"] = text
			}
			return
		}
		for _, key := range []string{"description", "summary", "example", "externalDocs"} {
			delete(object, key)
		}
		delete(object, "examples")
		if _, isSchema := object["type"].(string); isSchema {
			delete(object, "title")
		}
		if flows, ok := object["flows"].(document.Object); ok {
			scopes(flows, document.Resolve(ours, "#/"+strings.Join(path, "/")))
		}
	})
	responses(root, ours)
	tags(root, ours)
}

// scopes describes the scopes of a scheme's flows, which OpenAPI wants to have a text each.
func scopes(flows document.Object, ours any) {
	scheme, _ := ours.(document.Object)
	before, _ := scheme["flows"].(document.Object)
	for name, flow := range flows {
		flow, _ := flow.(document.Object)
		was, _ := before[name].(document.Object)
		known, _ := was["scopes"].(document.Object)
		all, _ := flow["scopes"].(document.Object)
		for scope := range all {
			text, _ := known[scope].(string)
			all[scope] = text
		}
	}
}

// responses describes answers, which OpenAPI wants to have a text each.
func responses(root, ours document.Object) {
	described := map[string]string{}
	pairs, _, _ := document.Pair(ours, root)
	for _, pair := range pairs {
		before, _ := pair[0].Object["responses"].(document.Object)
		for status, answer := range before {
			answer, _ := answer.(document.Object)
			if text, ok := answer["description"].(string); ok {
				described[pair[1].Route()+" "+status] = text
			}
		}
	}
	say := func(answer any, status, text string) {
		object, _ := answer.(document.Object)
		if object == nil || object["$ref"] != nil {
			return
		}
		if text == "" {
			text = "What went wrong."
			if strings.HasPrefix(status, "2") {
				text = "Done."
			}
		}
		object["description"] = text
	}
	for _, operation := range document.Operations(root) {
		answers, _ := operation.Object["responses"].(document.Object)
		for status, answer := range answers {
			say(answer, status, described[operation.Route()+" "+status])
		}
	}
	components, _ := root["components"].(document.Object)
	shared, _ := components["responses"].(document.Object)
	for name, answer := range shared {
		text, _ := document.Resolve(ours, "#/components/responses/"+name+"/description").(string)
		say(answer, "", text)
	}
}

// tags describes the tags that ours describes.
func tags(root, ours document.Object) {
	described := map[string]any{}
	before, _ := ours["tags"].([]any)
	for _, tag := range before {
		if tag, ok := tag.(document.Object); ok {
			described[fmt.Sprint(tag["name"])] = tag["description"]
		}
	}
	all, _ := root["tags"].([]any)
	for _, tag := range all {
		if tag, ok := tag.(document.Object); ok && described[fmt.Sprint(tag["name"])] != nil {
			tag["description"] = described[fmt.Sprint(tag["name"])]
		}
	}
}

package validate

import (
	"maps"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/getkin/kin-openapi/openapi3"
)

// bodies are the bodies of one request or answer by media type, in lower case.
type bodies map[string]*body

// body is what the document says of one body.
type body struct {
	schema *openapi3.Schema // nil where the document says nothing of it
	shape  *shape
	// rule accepts in one pass what nearly all bodies are.
	rule *rule
	// drifts says that the latest of them broke a rule of the schema, so that the next is likely to.
	drifts atomic.Bool
}

func (o *operation) newBodies(content openapi3.Content, shapes *shapes) bodies {
	prepared := make(bodies, len(content))
	for media, declared := range content {
		b := &body{}
		if declared.Schema != nil && declared.Schema.Value != nil {
			b.schema = shapes.own(declared.Schema.Value)
			b.shape = shapes.of(b.schema)
			o.roots = append(o.roots, b.schema)
			o.declared = append(o.declared, b)
		}
		prepared[strings.ToLower(strings.TrimSpace(media))] = b
	}
	return prepared
}

// of returns the body declared for a Content-Type header, or nil where there is none.
func (b bodies) of(contentType string) *body {
	media := mediaType(contentType)
	if found := b[media]; found != nil {
		return found
	}
	kind, _, _ := strings.Cut(media, "/")
	if found := b[kind+"/*"]; found != nil {
		return found
	}
	return b["*/*"]
}

// json returns the body declared for JSON, or nil.
func (b bodies) json() *body {
	if found := b["application/json"]; found != nil {
		return found
	}
	for media, found := range b {
		if isJSON(media) {
			return found
		}
	}
	return nil
}

// names lists the declared media types.
func (b bodies) names() string {
	return strings.Join(slices.Sorted(maps.Keys(b)), " or ")
}

// mediaType is a Content-Type without its parameters, in lower case.
func mediaType(contentType string) string {
	media, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(media))
}

// isJSON reports whether bodies of that media type are JSON.
func isJSON(media string) bool {
	return media == "application/json" || strings.HasSuffix(media, "+json")
}

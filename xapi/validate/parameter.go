package validate

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// parameter is a parameter of an operation made ready: a single value, or a list of them.
type parameter struct {
	name, in   string
	required   bool
	allowEmpty bool
	schema     *openapi3.Schema
	list       bool
	// separator joins the items of a list. Empty means that each item is a parameter of its own.
	separator string
}

// newParameter prepares a parameter, or says why it cannot be checked.
func newParameter(declared *openapi3.Parameter, shapes *shapes) (*parameter, string) {
	switch {
	case declared.Schema == nil || declared.Schema.Value == nil:
		return nil, "it has no schema"
	case declared.In == openapi3.ParameterInCookie:
		return nil, "cookies are not checked"
	}
	method, err := declared.SerializationMethod()
	if err != nil {
		return nil, err.Error()
	}
	p := &parameter{
		name: declared.Name, in: declared.In, required: declared.Required, allowEmpty: declared.AllowEmptyValue,
		schema: shapes.own(declared.Schema.Value),
	}
	types := p.schema.Type
	p.list = types.Is(openapi3.TypeArray)
	switch style := method.Style; {
	case types.Is(openapi3.TypeObject):
		return nil, "parameters that are objects are not checked"
	case style == openapi3.SerializationForm && p.in == openapi3.ParameterInQuery:
		if !method.Explode {
			p.separator = ","
		}
	case style == openapi3.SerializationSimple:
		p.separator = ","
	case style == openapi3.SerializationSpaceDelimited && !method.Explode:
		p.separator = " "
	case style == openapi3.SerializationPipeDelimited && !method.Explode:
		p.separator = "|"
	default:
		return nil, "its style " + style + " is not checked"
	}
	return p, ""
}

// check reports what is wrong with the parameter in req.
func (p *parameter) check(found *findings, path map[string]string, query url.Values, header http.Header) {
	raw := p.raw(path, query, header)
	if len(raw) == 0 {
		if p.required {
			found.add(Finding{In: p.in, Pointer: pointer(p.name), Rule: "required", Reason: "is required and missing"})
		}
		return
	}
	empty := len(raw) == 1 && raw[0] == ""
	if empty && p.allowEmpty {
		return
	}
	if empty && (p.list || p.in == openapi3.ParameterInPath) {
		found.add(Finding{In: p.in, Pointer: pointer(p.name), Rule: "required", Reason: "is empty"})
		return
	}
	found.in, found.base = p.in, []string{p.name}
	if !p.list {
		if len(raw) > 1 {
			found.add(Finding{In: p.in, Pointer: pointer(p.name), Rule: "type", Reason: "takes a single value and is given several"})
		}
		found.visit(p.schema, found.typed(raw[0], p.schema))
		return
	}
	items := make([]any, len(raw))
	for i := range raw {
		items[i] = raw[i]
		if p.schema.Items != nil && p.schema.Items.Value != nil {
			items[i] = found.typed(raw[i], p.schema.Items.Value)
		}
	}
	found.visit(p.schema, items)
}

// raw returns the parameter's texts, none where it is absent.
func (p *parameter) raw(path map[string]string, query url.Values, header http.Header) []string {
	var raw []string
	switch p.in {
	case openapi3.ParameterInPath:
		if value, ok := path[p.name]; ok {
			raw = []string{value}
		}
	case openapi3.ParameterInQuery:
		raw = query[p.name]
	case openapi3.ParameterInHeader:
		raw = header.Values(p.name)
	}
	if p.list && p.separator != "" && len(raw) > 0 {
		raw = strings.Split(strings.Join(raw, p.separator), p.separator)
	}
	return raw
}

// typed returns raw as the type that the schema asks for, or as it is where it is none of that type: the schema then
// refuses it.
func (f *findings) typed(raw string, schema *openapi3.Schema) any {
	for _, alternatives := range []openapi3.SchemaRefs{schema.AllOf, schema.OneOf, schema.AnyOf} {
		for _, ref := range alternatives {
			if ref.Value == nil {
				continue
			}
			if value := f.typed(raw, ref.Value); ref.Value.VisitJSON(value, f.fast()...) == nil {
				return value
			}
		}
	}
	for _, want := range schema.Type.Slice() {
		switch want {
		case openapi3.TypeString:
			return raw
		case openapi3.TypeInteger:
			if number, err := strconv.ParseInt(raw, 10, 64); err == nil {
				return number
			}
		case openapi3.TypeNumber:
			if number, err := strconv.ParseFloat(raw, 64); err == nil {
				return number
			}
		case openapi3.TypeBoolean:
			if raw == "true" || raw == "false" {
				return raw == "true"
			}
		}
	}
	return raw
}

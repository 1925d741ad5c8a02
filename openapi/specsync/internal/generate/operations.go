package generate

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/model"
)

// endpoint is an operation of the model with what the contract says of it.
type endpoint struct {
	Name    string
	ID      string
	Method  string
	Path    string
	Tag     string
	Summary string
	About   string
	Args    []argument
	Params  []parameter
	Body    string
	Form    bool
	Data    string
	Kind    string // of its answer: result, none, stream or bytes

	Security   []requirement
	Repeatable bool
	Reason     string
	Raw        bool // the answer is handed over unread
	Gone       bool
	Last       string
	Late       []string // what came after its method was first made
	Old        bool
	Bare       bool
	Names      []pair
	BodyOld    []pair // fields of the body that the contract has under their old names
	BodyNew    []pair // and under their new ones, of those that have both
	Paging     *paging
	Partitions int

	Limits []limit
	Unit   string // that a call is charged by
	Price  string // in words
	Batch  string // the parameter that lists what to look up
	Most   int    // elements of an answer, or of Batch
}

type (
	paging struct {
		Token          string
		Floor, Ceiling int
	}
	argument    struct{ Name, Type string }
	requirement struct {
		Scheme string
		Scopes []string
	}
	pair      struct{ Old, New string }
	parameter struct {
		Name      string
		Was, Wire string
		Required  bool
		Values    []string
		Old       []pair
	}
)

// endpoints joins the model with the contract.
func endpoints(m *model.Model, contract document.Object, words model.Words, tariff *Tariff) ([]endpoint, error) {
	found := map[string]document.Operation{}
	for _, operation := range document.Operations(contract) {
		name, known := m.Operation(operation)
		if known == nil {
			return nil, fmt.Errorf("the model does not know %s %s: run specsync model", operation.Method, operation.Path)
		}
		found[name] = operation
	}
	var all []endpoint
	for _, name := range m.Names() {
		operation := m.Operations[name]
		e := endpoint{
			Name: name, ID: operation.ID, Method: operation.Method, Path: operation.Path, Tag: operation.Tag,
			Summary: cmp.Or(words[name+" summary"], model.InWords(operation.ID)), About: words[name], Body: operation.Body, Form: operation.Form, Data: operation.Data,
			Bare: operation.Bare, Last: operation.Last, Late: operation.Late,
		}
		for _, arg := range operation.Args {
			e.Args = append(e.Args, argument{Name: arg, Type: "string"})
		}
		switch {
		case operation.Bytes:
			e.Kind, e.Raw = "bytes", true
		case operation.Stream:
			e.Kind, e.Raw = "stream", true
		case operation.Data == "" && !operation.Answers:
			e.Kind = "none"
		default:
			e.Kind = "result"
		}
		var err error
		if e.Names, err = renamed(m, name, operation); err != nil {
			return nil, err
		}
		at, here := found[name]
		e.Gone = !here
		if here {
			e.Method, e.Path = at.Method, at.Path
			e.Repeatable = e.Method == http.MethodGet
			if repeatable, given := at.Object["x-repeatable"].(bool); given {
				e.Repeatable = repeatable
			}
			e.Reason, _ = at.Object["x-repeatable-reason"].(string)
			e.Security = security(contract, at.Object)
			e.BodyOld, e.BodyNew = bodyNames(m, operation.Body, contract, at.Object["requestBody"])
		} else {
			e.Repeatable = e.Method == http.MethodGet
		}
		e.parameters(m, contract, operation, at)
		if err := tariff.of(&e); err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b endpoint) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method)) })
	return all, nil
}

func security(contract, operation document.Object) []requirement {
	list, ok := operation["security"].([]any)
	if !ok {
		list, _ = contract["security"].([]any)
	}
	var all []requirement
	for _, item := range list {
		object, _ := item.(document.Object)
		for _, scheme := range slices.Sorted(maps.Keys(object)) {
			var scopes []string
			values, _ := object[scheme].([]any)
			for _, value := range values {
				scope, _ := value.(string)
				scopes = append(scopes, scope)
			}
			all = append(all, requirement{Scheme: ourScheme(contract, scheme), Scopes: scopes})
		}
	}
	return all
}

// ourScheme is the name that package auth has for a security scheme, whatever a version calls it: by what it is.
func ourScheme(contract document.Object, name string) string {
	components, _ := contract["components"].(document.Object)
	schemes, _ := components["securitySchemes"].(document.Object)
	scheme, _ := schemes[name].(document.Object)
	by, _ := scheme["scheme"].(string)
	switch {
	case scheme["type"] == "oauth2":
		return "OAuth2UserToken"
	case strings.EqualFold(by, "bearer"):
		return "BearerToken"
	case strings.EqualFold(by, "oauth"):
		return "UserToken"
	}
	return name
}

// renamed are the old names of fields in an operation's answers. A name that is old in one thing and not in another
// cannot be told apart by name alone, and is refused.
func renamed(m *model.Model, name string, operation *model.Operation) ([]pair, error) {
	names := map[string]string{}
	kept := map[string]string{}
	reached := m.Reached(operation)
	if operation.Raw {
		reached = slices.Sorted(maps.Keys(m.Things))
	}
	for _, thing := range reached {
		for field, of := range m.Things[thing].Fields {
			if of.Old != "" {
				names[of.Old] = field
			} else if !operation.Raw {
				kept[field] = thing
			}
		}
	}
	var all []pair
	for _, old := range slices.Sorted(maps.Keys(names)) {
		if thing, clash := kept[old]; clash {
			return nil, fmt.Errorf("the model: answers of %s have %s, which is an old name elsewhere in them, in %s as well: give that field another Go name and an old one", name, old, thing)
		}
		all = append(all, pair{Old: old, New: names[old]})
	}
	return all, nil
}

// bodyNames are the fields of a body that have two names, by the one under which the contract has them.
func bodyNames(m *model.Model, typ string, contract document.Object, body any) (old, renamed []pair) {
	declared, demanded := document.PropertyNames(contract, body), document.RequiredNames(contract, body)
	for _, thing := range m.Reaches(typ) {
		for name, field := range m.Things[thing].Fields {
			both := pair{Old: field.Old, New: name}
			switch {
			case field.Old == "":
			case declared[field.Old] && (!declared[name] || demanded[field.Old] && !demanded[name]):
				if !slices.Contains(old, both) {
					old = append(old, both)
				}
			case declared[name] && !slices.Contains(renamed, both):
				renamed = append(renamed, both)
			}
		}
	}
	for _, list := range [][]pair{old, renamed} {
		slices.SortFunc(list, func(a, b pair) int { return strings.Compare(a.New, b.New) })
	}
	return old, renamed
}

// parameters lists the query parameters of the model with the names and values that the contract declares.
func (e *endpoint) parameters(m *model.Model, contract document.Object, operation *model.Operation, at document.Operation) {
	declared := map[string]document.Object{}
	list, _ := at.Object["parameters"].([]any)
	for _, item := range list {
		object, _ := item.(document.Object)
		if ref, ok := object["$ref"].(string); ok {
			object, _ = document.Resolve(contract, ref).(document.Object)
		}
		name, _ := object["name"].(string)
		declared[name] = object
	}
	for name := range declared {
		for _, of := range operation.Params {
			e.Old = e.Old || name == of.Old
		}
	}
	for _, name := range slices.Sorted(maps.Keys(operation.Params)) {
		of := operation.Params[name]
		p := parameter{Name: name, Was: of.Old, Wire: name, Required: of.Required}
		if of.Old != "" && (declared[of.Old] != nil || declared[name] == nil && e.Old) {
			p.Wire = of.Old
		}
		if object := declared[p.Wire]; object != nil {
			p.Required, _ = object["required"].(bool)
			p.Values = model.Values(contract, object["schema"])
		}
		if name == "partition" {
			schema, _ := declared[p.Wire]["schema"].(document.Object)
			e.Partitions = whole(schema["maximum"])
		}
		element, isList := model.Element(of.Type)
		e.size(name, isList && p.Required, contract, declared[p.Wire])
		if enum := m.Enums[element]; enum != nil {
			for _, value := range enum.Values {
				if value.Old != "" {
					p.Old = append(p.Old, pair{Old: value.Old, New: value.Name})
				}
			}
		}
		e.Params = append(e.Params, p)
	}
	if strings.HasPrefix(operation.Data, "[]") && operation.Method == http.MethodGet {
		e.page(declared)
	}
}

// page finds out how the operation's list is read page by page. Where both names of the token's parameter are there,
// either works.
func (e *endpoint) page(declared map[string]document.Object) {
	for _, name := range []string{"pagination_token", "next_token"} {
		for _, p := range e.Params {
			if p.Name == name && e.Paging == nil {
				e.Paging = &paging{Token: p.Wire}
			}
		}
	}
	if e.Paging == nil {
		return
	}
	schema, _ := declared["max_results"]["schema"].(document.Object)
	e.Paging.Floor, e.Paging.Ceiling = whole(schema["minimum"]), whole(schema["maximum"])
}

// scopes are the alternatives of an operation's authorization in words.
func (e endpoint) scopes() string {
	var ways []string
	for _, way := range e.Security {
		switch way.Scheme {
		case "BearerToken":
			ways = append(ways, "app-only")
		case "OAuth2UserToken":
			ways = append(ways, "OAuth 2.0 with "+strings.Join(way.Scopes, ", "))
		case "UserToken":
			ways = append(ways, "OAuth 1.0a")
		default:
			ways = append(ways, way.Scheme)
		}
	}
	switch {
	case e.Gone:
		return "not known, the contract does not have the operation"
	case len(ways) == 0:
		return "none needed"
	}
	return strings.Join(ways, "; or ")
}

// maxResults is the parameter that says how many elements a page has.
const maxResults = "max_results"

// size takes from a parameter how many elements an answer has: where it is asked for them one by one, as many as are
// asked for and may be; where it is asked for a page, as many as come unasked.
func (e *endpoint) size(name string, batch bool, contract, declared document.Object) {
	schema, _ := declared["schema"].(document.Object)
	if ref, ok := schema["$ref"].(string); ok {
		schema, _ = document.Resolve(contract, ref).(document.Object)
	}
	switch {
	case batch && e.Batch == "" && !strings.HasSuffix(name, ".fields"):
		e.Batch, e.Most = name, whole(schema["maxItems"])
	case name == maxResults:
		e.Most = cmp.Or(whole(schema["default"]), whole(schema["maximum"]))
	}
}

// whole is a number of the contract, 0 where it is none.
func whole(value any) int {
	number, err := strconv.Atoi(fmt.Sprint(value))
	if err != nil {
		return 0
	}
	return number
}

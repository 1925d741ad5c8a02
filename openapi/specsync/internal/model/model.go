// Package model holds what the API speaks of, by the place where it stands: things with their fields, operations with
// their parameters and results, each under a Go name of our own. A published document is merged in by place, so that
// X may rename its schemas and operationIds without renaming anything here. A model grows and never shrinks.
package model

import (
	"maps"
	"slices"
)

// Model is openapi/model.yaml.
type Model struct {
	// Newest is the newest spec version that was merged in.
	Newest string `yaml:"newest"`
	// Spelling has the old names of fields, parameters and values, by their new ones.
	Spelling Spelling `yaml:"spelling"`
	// Decided are the places where a version contradicts the model and the model stays, with the reason.
	Decided map[string]string `yaml:"decided,omitempty"`
	// References are what things refer to: by the Go name of the thing, and the expansion that brings it along.
	References map[string]map[string]*Reference `yaml:"references,omitempty"`
	// Operations by Go name.
	Operations map[string]*Operation `yaml:"operations"`
	// Things by Go name: the objects of requests and answers.
	Things map[string]*Thing `yaml:"things"`
	// Enums by Go name: strings with known values.
	Enums map[string]*Enum `yaml:"enums"`
}

// Spelling says what the contract called something before it spoke of posts. It is applied when something new is merged
// in: fields and values keep their own old name from then on.
type Spelling struct {
	// Fields of answers.
	Fields map[string]string `yaml:"fields"`
	// Parameters of requests.
	Parameters map[string]string `yaml:"parameters"`
	// Values of parameters that list fields or expansions, by parameter: the values of any parameter under "*".
	Values map[string]map[string]string `yaml:"values"`
	// Except lists the fields, as Thing.field, that bear an old name in every version.
	Except []string `yaml:"except"`
}

// Operation is one call of the API.
type Operation struct {
	// ID is its operationId in the version that it was first met in.
	ID string `yaml:"id"`
	// Method and Path are its route. Placeholders of the path count by position, not by name.
	Method string `yaml:"method"`
	Path   string `yaml:"path"`
	// Moved are other routes at which some version has it.
	Moved []string `yaml:"moved,omitempty,flow"`
	// Args are the Go names of the path's placeholders, in order.
	Args []string `yaml:"args,omitempty,flow"`
	// Params are its query parameters by their new name.
	Params map[string]*Field `yaml:"params,omitempty"`
	// Body is the thing that the request carries, empty where it carries none.
	Body string `yaml:"body,omitempty"`
	// Form says that the body may go as multipart/form-data as well.
	Form bool `yaml:"form,omitempty"`
	// Data is the type of what it answers, empty where the answer has no data.
	Data string `yaml:"data,omitempty"`
	// Includes says that its answers bring along what they refer to.
	Includes bool `yaml:"includes,omitempty"`
	// Answers says that it answers a JSON object even where that has no data.
	Answers bool `yaml:"answers,omitempty"`
	// Raw says that its data holds the things of other operations unread.
	Raw bool `yaml:"raw,omitempty"`
	// Bare says that some version answers the data without a `data` around it.
	Bare bool `yaml:"bare,omitempty"`
	// Stream says that the answer is one document after the other.
	Stream bool `yaml:"stream,omitempty"`
	// Bytes says that the answer is no JSON.
	Bytes bool `yaml:"bytes,omitempty"`
	// Late are "params", "body" or "answer", where it took or answered none when its method was first made. The method
	// stays as it is, and one more has what came later.
	Late []string `yaml:"late,omitempty,flow"`
	// Tag is the family that it is listed under.
	Tag string `yaml:"tag"`
	// Last is the newest version that has it, where that is not the newest merged.
	Last string `yaml:"last,omitempty"`
}

// Thing is an object.
type Thing struct {
	Fields map[string]*Field `yaml:"fields"`
}

// Field is a field of a thing or a parameter of an operation.
type Field struct {
	// Type is a kind (string, int, number, bool, time, loose, raw), the name of a thing or enum, or a list of one ([]T),
	// a list that may come as a single value ([1]T), or a map of one (map[]T).
	Type string
	// Required says that it is always there.
	Required bool
	// Always says that it is written even where it is zero, since zero says something. Marked by a plus.
	Always bool
	// Old is its name before the spelling changed.
	Old string
	// Go is its Go name, where that does not follow from its own.
	Go string
	// Last is the newest version that has it, where that is not the newest merged.
	Last string
}

// Enum is a string with known values.
type Enum struct {
	Values []Value `yaml:"values"`
}

// Value is one value of an enum.
type Value struct {
	Name string
	// Old is the value before the spelling changed.
	Old string
}

// Kinds of types that are not named.
const (
	String = "string"
	Int    = "int"
	Number = "number"
	Bool   = "bool"
	Time   = "time"
	Loose  = "loose" // a whole number that also comes as a string
	Raw    = "raw"   // any JSON, kept as it is
	Link   = "link"  // an URLEntity that also comes as the address alone
)

// New returns a model of nothing.
func New() *Model {
	return &Model{
		Operations: map[string]*Operation{}, Things: map[string]*Thing{}, Enums: map[string]*Enum{},
	}
}

// Named reports whether name is in use for a thing, an enum or an operation.
func (m *Model) Named(name string) bool {
	return m.Things[name] != nil || m.Enums[name] != nil || m.Operations[name] != nil
}

// Routes are the operations by method and path, placeholders without their names.
func (m *Model) Routes() map[string]string {
	routes := map[string]string{}
	for name, operation := range m.Operations {
		for _, route := range operation.routes() {
			routes[route] = name
		}
	}
	return routes
}

// IDs are the operations by their ids.
func (m *Model) IDs() map[string]*Operation {
	ids := map[string]*Operation{}
	for _, operation := range m.Operations {
		ids[operation.ID] = operation
	}
	return ids
}

// Names are the operations' names in order.
func (m *Model) Names() []string { return slices.Sorted(maps.Keys(m.Operations)) }

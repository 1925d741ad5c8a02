package validate

import (
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/xapi-go/xapi-go/gen/spec"
)

// contract is a document made ready, often one of a single operation: each under its id, with all that a check needs at hand.
// It is never changed after it is made.
type contract struct {
	version    string
	operations map[string]*operation
	// spellings are the names of answers that only one spelling has, found out when the first is looked for.
	spellings func() map[string]bool
	visits    visits
}

// embedded holds the operations of the document in gen/spec, each made ready at its first check, once in the life of the
// process however many validators there are.
var embedded struct {
	sync.Mutex
	operations map[string]func() (*contract, error)
}

// ofEmbedded returns the contract of one operation.
func ofEmbedded(id string) (*contract, error) {
	if !spec.Has(id) {
		return nil, fmt.Errorf("the spec %s has no such operation", spec.Version)
	}
	embedded.Lock()
	load := embedded.operations[id]
	if load == nil {
		load = sync.OnceValues(func() (*contract, error) {
			document, err := spec.Operation(id)
			if err != nil {
				return nil, err
			}
			return newContract(document)
		})
		if embedded.operations == nil {
			embedded.operations = make(map[string]func() (*contract, error))
		}
		embedded.operations[id] = load
	}
	embedded.Unlock()
	return load()
}

// newContract prepares document, whose references must be resolved.
func newContract(document *openapi3.T) (*contract, error) {
	c := &contract{operations: make(map[string]*operation)}
	if document.Info != nil {
		c.version = document.Info.Version
	}
	shapes := newShapes(document)
	for path, item := range document.Paths.Map() {
		for method, op := range item.Operations() {
			if op.OperationID == "" {
				return nil, fmt.Errorf("the spec %s: %s %s has no operationId", c.version, method, path)
			}
			prepared, err := newOperation(op, item, method, path, shapes)
			if err != nil {
				return nil, fmt.Errorf("the spec %s: %s: %w", c.version, op.OperationID, err)
			}
			c.operations[op.OperationID] = prepared
		}
	}
	c.visits = newVisits(shapes)
	shapes.newRules(c.operations)
	c.spellings = sync.OnceValue(func() map[string]bool {
		names := map[string]bool{}
		for id := range c.operations {
			maps.Copy(names, spellings(id))
		}
		return names
	})
	for _, op := range c.operations {
		if len(shapes.refused) > 0 {
			op.unenforced = append(op.unenforced, shapes.unenforced(op)...)
		}
		for i := range op.unenforced {
			op.unenforced[i].SpecVersion = c.version
		}
	}
	return c, nil
}

// operation is one operation made ready.
type operation struct {
	id         string
	method     string
	path       template
	parameters []*parameter
	query      map[string]bool // the names of the declared query parameters

	// bodies are the request's bodies by media type. bodyRequired says that there must be one.
	bodies       bodies
	bodyRequired bool

	// answers are the bodies of the declared 2xx statuses; ranged those of 2XX, nil where it is not declared.
	answers map[int]bodies
	ranged  bodies
	// success is what is held against the schema of another status: the answer of the lowest status that has a body. It
	// serves the statuses that are not declared, and those that are declared without a body and come with one.
	success bodies
	// mayBeEmpty says that the operation declares 204, and so that an answer need not say anything.
	mayBeEmpty bool

	unenforced []Unenforced
	roots      []*openapi3.Schema // every schema named by the operation itself
	declared   []*body            // every body that has a schema
}

func newOperation(op *openapi3.Operation, item *openapi3.PathItem, method, path string, shapes *shapes) (*operation, error) {
	o := &operation{
		id: op.OperationID, method: method, path: newTemplate(path),
		query: make(map[string]bool), answers: make(map[int]bodies),
	}
	for _, ref := range append(op.Parameters[:len(op.Parameters):len(op.Parameters)], item.Parameters...) {
		if ref.Value == nil {
			return nil, fmt.Errorf("parameter %s is not resolved", ref.Ref)
		}
		o.declare(ref.Value, shapes)
	}
	if ref := op.RequestBody; ref != nil && ref.Value != nil {
		o.bodyRequired = ref.Value.Required
		o.bodies = o.newBodies(ref.Value.Content, shapes)
	}
	if op.Responses != nil {
		o.answer(op.Responses, shapes)
	}
	return o, nil
}

// declare adds a parameter. The operation's own come first and stand before those of its path item.
func (o *operation) declare(declared *openapi3.Parameter, shapes *shapes) {
	for _, known := range o.parameters {
		if known.name == declared.Name && known.in == declared.In {
			return
		}
	}
	if declared.In == openapi3.ParameterInQuery {
		o.query[declared.Name] = true
	}
	prepared, why := newParameter(declared, shapes)
	if why != "" {
		o.unenforced = append(o.unenforced, Unenforced{Operation: o.id, Rule: declared.In + " parameter " + declared.Name, Reason: why})
		return
	}
	shapes.of(prepared.schema)
	o.roots = append(o.roots, prepared.schema)
	o.parameters = append(o.parameters, prepared)
}

func (o *operation) answer(responses *openapi3.Responses, shapes *shapes) {
	lowest := 300
	for status, ref := range responses.Map() {
		if ref.Value == nil {
			continue
		}
		answer := o.newBodies(ref.Value.Content, shapes)
		if strings.EqualFold(status, "2XX") {
			o.ranged = answer
			continue
		}
		if code, err := strconv.Atoi(status); err == nil && code/100 == 2 {
			o.answers[code] = answer
			o.mayBeEmpty = o.mayBeEmpty || code == http.StatusNoContent
			if code < lowest && len(answer) > 0 {
				lowest, o.success = code, answer
			}
		}
	}
	if o.success == nil {
		o.success = o.ranged
	}
}

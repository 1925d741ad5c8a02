package validate

import (
	"fmt"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

// DefaultMaxBody is the size in bytes above which a body is not checked, unless WithMaxBody says otherwise.
const DefaultMaxBody = 16 << 20

// Validator checks requests and responses. It is made by New and safe for concurrent use.
type Validator struct {
	load    func(operation string) (*contract, error)
	maxBody int
	redact  func(string) string
}

// Option changes how a Validator works.
type Option func(*Validator)

// New returns a Validator. It loads nothing by itself: what the embedded document has of an operation is loaded by the
// first check of that operation, once in the life of the process, however many validators there are.
func New(opts ...Option) *Validator {
	v := &Validator{load: ofEmbedded, maxBody: DefaultMaxBody, redact: func(text string) string { return text }}
	for _, opt := range opts {
		opt(v)
	}
	return v
}

// WithMaxBody sets the size in bytes above which a body is not checked. Parameters are checked all the same.
func WithMaxBody(bytes int) Option { return func(v *Validator) { v.maxBody = bytes } }

// WithRedaction passes every text that a finding shows of a request or an answer through redact. What stands in a field
// whose name speaks of a secret is never shown, with this option or without.
func WithRedaction(redact func(string) string) Option {
	return func(v *Validator) { v.redact = redact }
}

// WithDocument has another document checked against than the embedded one. It is called once, by the first check; the
// document's references must be resolved, and it must not be changed afterwards.
func WithDocument(load func() (*openapi3.T, error)) Option {
	return func(v *Validator) {
		whole := sync.OnceValues(func() (*contract, error) {
			document, err := load()
			if err != nil {
				return nil, fmt.Errorf("loading the spec: %w", err)
			}
			return newContract(document)
		})
		v.load = func(string) (*contract, error) { return whole() }
	}
}

// Unenforced returns the rules of an operation that are not checked: patterns that Go's regexp cannot compile, and
// parameters in a style that no operation had when this was written. It is empty for most operations.
func (v *Validator) Unenforced(operationID string) ([]Unenforced, error) {
	_, op, err := v.operation(operationID)
	if err != nil {
		return nil, err
	}
	return op.unenforced, nil
}

// operation returns what the document says of an operation.
func (v *Validator) operation(id string) (*contract, *operation, error) {
	c, err := v.load(id)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: not checked: %w", id, err)
	}
	op := c.operations[id]
	if op == nil {
		return nil, nil, fmt.Errorf("%s: not checked: the spec %s has no such operation", id, c.version)
	}
	return c, op, nil
}

// check holds a JSON body against what is declared. It returns an error where the body is no JSON. Nearly every body is
// accepted in one pass.
func (f *findings) check(declared *body, raw []byte) error {
	f.in, f.base = inBody, nil
	if !f.contract.visits.directional && f.accepts(declared.rule, raw) {
		return nil
	}
	return f.judge(declared, raw)
}

// judge finds what is wrong with a JSON body. What is accepted by one pass and what passes the fast visit is right; where
// the latest body was not, the fast visit is spared, as this one would be visited twice.
func (f *findings) judge(declared *body, raw []byte) error {
	t, value, err := parse(string(raw), declared.shape)
	if err != nil {
		return err
	}
	f.root = value
	f.thorough = declared.drifts.Load()
	declared.drifts.Store(f.holds(declared.schema, value, nil) != nil)
	if !t.declared || f.contract.visits.directional {
		t.walk.fields(f, value, declared.shape)
	}
	return nil
}

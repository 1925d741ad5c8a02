package xapitest

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/gen"
)

// routes finds the operation of a request. http.ServeMux would do, but panics over two templates that overlap, and
// which templates there are is up to the spec.
type routes map[string][]route

type route struct {
	operation *gen.Operation
	segments  []string
}

func newRoutes(operations iter.Seq[*gen.Operation], more []*gen.Operation) routes {
	all := routes{}
	for _, op := range slices.AppendSeq(slices.Clone(more), operations) {
		segments := strings.Split(op.Path, "/")
		key := routeKey(op.Method, len(segments))
		all[key] = append(all[key], route{op, segments})
	}
	return all
}

// operations yields the operations that the contract has.
func operations() iter.Seq[*gen.Operation] {
	return func(yield func(*gen.Operation) bool) {
		for row := range gen.Operations() {
			if !row.Gone && !yield(&row.Operation) {
				return
			}
		}
	}
}

// allOperations yields those of any contract. What is known of one that this contract does not have does not say who may
// call it: any credentials do.
func allOperations() iter.Seq[*gen.Operation] {
	return func(yield func(*gen.Operation) bool) {
		for row := range gen.Operations() {
			op := row.Operation
			if row.Gone {
				op.Security = []gen.Requirement{{Scheme: schemeApp}, {Scheme: schemeOAuth2}, {Scheme: schemeOAuth1}}
			}
			if !yield(&op) {
				return
			}
		}
	}
}

// exists returns an error where neither the spec nor the login has an operation of that name.
func exists(operation string) error {
	for _, op := range slices.AppendSeq(slices.Concat(logins, jobFiles), operations()) {
		if op.ID == operation {
			return nil
		}
	}
	return fmt.Errorf("there is no operation %q: use an operationId of the spec, or one of the login", operation)
}

func routeKey(method string, segments int) string {
	return method + strings.Repeat("/", segments)
}

// match returns the operation for method and path with its path parameters, or nil. Where several templates match, the
// one with the leftmost literal segment wins.
func (r routes) match(method, path string) (*gen.Operation, map[string]string) {
	segments := strings.Split(path, "/")
	var best *route
	for _, candidate := range r[routeKey(method, len(segments))] {
		if candidate.matches(segments) && (best == nil || candidate.before(best)) {
			best = &candidate
		}
	}
	if best == nil {
		return nil, nil
	}
	return best.operation, best.parameters(segments)
}

func wildcard(segment string) bool { return strings.HasPrefix(segment, "{") }

func (r *route) matches(segments []string) bool {
	for i, want := range r.segments {
		if wildcard(want) && segments[i] != "" || want == segments[i] {
			continue
		}
		return false
	}
	return true
}

func (r *route) before(other *route) bool {
	for i := range r.segments {
		if a, b := wildcard(r.segments[i]), wildcard(other.segments[i]); a != b {
			return b
		}
	}
	return false
}

func (r *route) parameters(segments []string) map[string]string {
	found := map[string]string{}
	for i, name := range r.segments {
		if wildcard(name) {
			found[strings.Trim(name, "{}")] = segments[i]
		}
	}
	return found
}

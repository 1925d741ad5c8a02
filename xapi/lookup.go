package xapi

import (
	"iter"
	"slices"
	"strings"
)

// lookupBatch is how many things one call looks up.
const lookupBatch = 100

// Found is one of the things that [Lookup] was asked for.
type Found[T any] struct {
	// ID is the id that it was asked for by.
	ID string
	// Value is the thing, nil where it is missing.
	Value *T
	// Problem says why it is missing, nil where the server gives no reason.
	Problem *Problem
	// Answer is the answer that it would stand in, for what that brings along.
	Answer *Result[[]T]
}

// Lookup looks up any number of things by their ids, or by other names of theirs, 100 a call, which is what the API
// takes. It yields one value for each id, in the order of ids, also for what is missing and for what is asked for twice.
// key returns what a thing was asked for by, and call makes one call:
//
//	users := xapi.Lookup(ids, func(u xapi.User) string { return u.ID }, func(ids []string) (*xapi.GetUsersByIDsResult, error) {
//		return client.GetUsersByIDs(ctx, &xapi.GetUsersByIDsParams{IDs: ids})
//	})
//	for found, err := range users {
//
// Letters of ids are compared whatever their case. A call is made when the first of its things is asked for. One that
// fails yields its error once, with the first id that was not looked up, and ends it: go on from there.
func Lookup[T any](ids []string, key func(T) string, call func(ids []string) (*Result[[]T], error)) iter.Seq2[Found[T], error] {
	return func(yield func(Found[T], error) bool) {
		for batch := range batches(ids) {
			answer, err := call(distinct(batch))
			if err != nil && !allMissing(err) {
				yield(Found[T]{ID: batch[0], Answer: answer}, err)
				return
			}
			values := map[string]*T{}
			for i := range answer.Data {
				values[strings.ToLower(key(answer.Data[i]))] = &answer.Data[i]
			}
			for _, id := range batch {
				found := Found[T]{ID: id, Value: values[strings.ToLower(id)], Answer: answer}
				if found.Value == nil {
					found.Problem = problemOf(answer.Errors, id)
				}
				if !yield(found, nil) {
					return
				}
			}
		}
	}
}

// batches yields the ids in parts of which each has no more different ones than a call takes.
func batches(ids []string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		seen, from := map[string]bool{}, 0
		for i, id := range ids {
			if id = strings.ToLower(id); !seen[id] && len(seen) == lookupBatch {
				if !yield(ids[from:i]) {
					return
				}
				clear(seen)
				from = i
			}
			seen[id] = true
		}
		if from < len(ids) {
			yield(ids[from:])
		}
	}
}

// distinct are the ids of a batch, each once.
func distinct(ids []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		id = strings.ToLower(id)
		defer func() { seen[id] = true }()
		return seen[id]
	})
}

// problemOf returns the problem about the thing of that id, nil where there is none.
func problemOf(problems []Problem, id string) *Problem {
	for i := range problems {
		if p := &problems[i]; strings.EqualFold(p.ResourceID, id) || strings.EqualFold(p.Value, id) {
			return p
		}
	}
	return nil
}

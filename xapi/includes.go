package xapi

import "strings"

// Join finds what the objects of an answer refer to among its includes. [NewJoin] makes one of a page or of any other
// result. It builds a map the first time that something is looked for in it, and serves one goroutine at a time.
//
// The methods that begin with the name of a type follow one reference of it: [Join.PostAuthor] from a post to its
// author, [Join.SpaceHosts] from a Space to its hosts. They are made from what the contract offers as expansions, and
// find nothing that no expansion asked for. What they find is one object for each id, that of the includes.
//
// What is asked for and not there is nil, or left out of a list. [Join.Missing] tells whether X said why: what was
// deleted or is withheld, or belongs to a suspended user, stands in the errors of the answer; what no expansion asked
// for does not.
type Join struct {
	joined
	problems []Problem
	missing  map[string]*Problem
}

// NewJoin returns a Join of a result: of its includes and its errors. The result must not be changed while it is in use.
func NewJoin[T any](result *Result[T]) *Join {
	return &Join{joined: joinedOf(&result.Includes), problems: result.Errors}
}

// Referenced returns the post that a list of references names in the way given: of [Post.ReferencedPosts] the one that
// the post quotes, answers or reposts. [Reference] returns its id, which Missing takes.
func (j *Join) Referenced(references []PostReference, as ReferenceType) *Post {
	return j.Post(Reference(references, as))
}

// Reference returns the id of the first post that is referred to in the way given, empty where there is none.
func Reference(references []PostReference, as ReferenceType) string {
	for _, reference := range references {
		if reference.Type == as {
			return reference.ID
		}
	}
	return ""
}

// Missing returns why the object of an id, or the user of a name, is not among the includes, where X said so: it was
// deleted, is withheld or protected, or its user is suspended. nil says that no expansion asked for it, or that it is
// there.
func (j *Join) Missing(id string) *Problem {
	if j.missing == nil {
		j.missing = make(map[string]*Problem, len(j.problems))
		for i := range j.problems {
			problem := &j.problems[i]
			for _, key := range []string{problem.ResourceID, problem.Value} {
				if key = strings.ToLower(key); key != "" && j.missing[key] == nil {
					j.missing[key] = problem
				}
			}
		}
	}
	return j.missing[strings.ToLower(id)]
}

// index finds the elements of a list by a key, whatever its capitals.
type index[T any] struct {
	list  []T
	key   func(*T) string
	found map[string]*T
}

// one returns the element of a key, nil where there is none.
func (x *index[T]) one(key string) *T {
	if key == "" || len(x.list) == 0 {
		return nil
	}
	if x.found == nil {
		x.found = make(map[string]*T, len(x.list))
		for i := range x.list {
			x.found[strings.ToLower(x.key(&x.list[i]))] = &x.list[i]
		}
	}
	return x.found[strings.ToLower(key)]
}

// all returns the elements of the keys that are there, in the order of the keys and each once.
func (x *index[T]) all(keys []string) []*T {
	var list []*T
	for i, key := range keys {
		if each := x.one(key); each != nil && !among(keys[:i], key) {
			list = append(list, each)
		}
	}
	return list
}

func among(keys []string, key string) bool {
	for _, each := range keys {
		if strings.EqualFold(each, key) {
			return true
		}
	}
	return false
}

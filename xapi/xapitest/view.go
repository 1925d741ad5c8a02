package xapitest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// entity is something that answers show: what stands in data or includes.
type entity interface {
	kind() *kind
	// field returns the value of a field as it stands in JSON, nil where there is nothing to show.
	field(v *view, name string) any
	// refers returns what an expansion leads to.
	refers(v *view, expansion string) []ref
}

// ref leads to an entity by its key. Where there is none, an error of the answer names it.
type ref struct {
	kind *kind
	key  string
}

// kind is what entities of one kind have in common.
type kind struct {
	// resource is what errors call it, param the parameter that chooses its fields, section its place in includes.
	resource, param, section string
	// always are the fields that are shown unasked.
	always []string
	// find returns the entity of that key, nil where there is none that the caller may see.
	find func(v *view, key string) entity
}

// view is the world as one call sees it. Server.mu is held as long as it is used.
type view struct {
	s *Server
	c *call
	w *world.World
	// me is the user who calls, nil for an app.
	me *world.User

	wanted     map[*kind][]string
	expansions []string
	included   map[string][]object
	seen       map[ref]bool
	errors     []object
}

// inWorld is a handler that sees the world, and has it for itself meanwhile.
func inWorld(handle func(*view) answer) handler {
	return func(s *Server, c *call) answer {
		s.mu.Lock()
		defer s.mu.Unlock()
		return handle(s.view(c))
	}
}

// inView has do see the world, and have it for itself meanwhile.
func (s *Server) inView(c *call, do func(*view) *answer) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return do(s.view(c))
}

// view returns the world as the call sees it. Server.mu is held.
func (s *Server) view(c *call) *view {
	v := &view{s: s, c: c, w: s.worldNow(), wanted: map[*kind][]string{}, expansions: c.list("expansions"), included: map[string][]object{}, seen: map[ref]bool{}}
	if c.caller.user != "" {
		v.me = v.w.User(c.caller.user)
		if v.me == nil {
			known := s.accounts.byID(c.caller.user)
			v.me = v.w.AddUser(world.User{ID: known.ID, Name: known.Name, Username: known.Username, Created: c.now})
		}
	}
	return v
}

// fields returns the fields of a kind that the call wants: those always shown, and those asked for.
func (v *view) fields(k *kind) []string {
	wanted, known := v.wanted[k]
	if !known {
		wanted = slices.Clone(k.always)
		for _, name := range v.c.list(k.param) {
			if !slices.Contains(wanted, name) {
				wanted = append(wanted, name)
			}
		}
		v.wanted[k] = wanted
	}
	return wanted
}

// object returns the entity with the fields wanted.
func (v *view) object(e entity) object {
	made := object{}
	for _, name := range v.fields(e.kind()) {
		if value := e.field(v, name); value != nil {
			made[name] = value
		}
	}
	return made
}

// data returns the entity as it stands in data: with what the expansions lead to, which goes into includes.
func (v *view) data(e entity) object {
	made := v.object(e)
	for _, expansion := range v.expansions {
		shown, _, _ := strings.Cut(expansion, ".")
		if made[shown] == nil {
			if value := e.field(v, shown); value != nil {
				made[shown] = value
			}
		}
		for _, to := range e.refers(v, expansion) {
			v.include(to, expansion)
		}
	}
	return made
}

// include puts what the reference leads to into includes, once.
func (v *view) include(to ref, expansion string) {
	if v.seen[to] || to.key == "" {
		return
	}
	v.seen[to] = true
	if found := to.kind.find(v, to.key); found != nil {
		v.included[to.kind.section] = append(v.included[to.kind.section], v.object(found))
		return
	}
	missing := v.s.notFound(to.kind.resource, expansion, to.key)
	missing["section"] = "includes"
	v.errors = append(v.errors, missing)
}

// lookup returns the entities of the keys that were asked for by a parameter. What is not there is an error of the answer.
func (v *view) lookup(k *kind, parameter string, keys []string) (found []entity) {
	for _, key := range keys {
		if e := k.find(v, key); e != nil {
			found = append(found, e)
		} else {
			v.errors = append(v.errors, v.s.notFound(k.resource, parameter, key))
		}
	}
	return found
}

// one answers with the entity of that key, or with an error in a 200 where there is none.
func (v *view) one(k *kind, parameter, key string) answer {
	found := v.lookup(k, parameter, []string{key})
	if len(found) == 0 {
		return v.answer(nil, nil)
	}
	return v.answer(v.data(found[0]), nil)
}

// many answers with the entities of the keys.
func (v *view) many(k *kind, parameter string, keys []string) answer {
	return v.list(v.lookup(k, parameter, keys), nil)
}

// list answers with the entities. There is no data where there are none.
func (v *view) list(found []entity, meta object) answer {
	if len(found) == 0 {
		return v.answer(nil, meta)
	}
	data := make([]object, 0, len(found))
	for _, e := range found {
		if u, ok := e.(user); !ok || !u.Gone() {
			data = append(data, v.data(e))
		}
	}
	return v.answer(data, meta)
}

// body puts an answer together.
func (v *view) body(data any, meta object) object {
	body := object{}
	if data != nil {
		body["data"] = data
	}
	if len(v.included) > 0 {
		body["includes"] = v.included
	}
	if len(v.errors) > 0 {
		body["errors"] = v.errors
	}
	if meta != nil {
		body["meta"] = meta
	}
	return body
}

// answer answers with data, what goes with it, and meta where there is any.
func (v *view) answer(data any, meta object) answer {
	return answer{status: http.StatusOK, body: v.body(data, meta)}
}

// ok answers a write with data by the status in the spec.
func (v *view) ok(status int, data any) answer { return v.s.ok(v.c, status, data) }

// can says whether the caller may see what the user posts.
func (v *view) can(u *world.User) bool {
	return !u.Gone() && (!u.Protected || v.me != nil && (v.me == u || v.w.Follows.Has(v.me, u)))
}

// self returns the user in the path's {id}, who must be the one that calls, as these operations demand.
func (v *view) self(parameter string) (*world.User, *answer) {
	id := v.c.params[parameter]
	if v.me == nil || v.me.ID != id {
		refused := v.s.invalid("The `"+parameter+"` query parameter value ["+id+"] must be the same as the authenticating user ["+v.c.caller.user+"]",
			object{parameter: []string{id}})
		refused.hint = "put the id of the user whose token it is into the path: GET /2/users/me tells it"
		return nil, &refused
	}
	return v.me, nil
}

// notThere answers with an error in a 200, as the API does where what the path names is not there.
func (v *view) notThere(k *kind, parameter, key string) answer {
	v.errors = append(v.errors, v.s.notFound(k.resource, parameter, key))
	return v.answer(nil, nil)
}

// keys returns the field of each entity in the JSON of many texts.
func texts[T any](list []T, of func(T) string) []string {
	made := make([]string, 0, len(list))
	for _, item := range list {
		made = append(made, of(item))
	}
	return made
}

// refs returns a reference to each key.
func refs(k *kind, keys ...string) []ref {
	made := make([]ref, 0, len(keys))
	for _, key := range keys {
		if key != "" {
			made = append(made, ref{k, key})
		}
	}
	return made
}

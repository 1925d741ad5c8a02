package xapitest

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/xapi-go/xapi-go/xapi/validate"
)

// oldFields are names that fields of bodies had, or that people expect, with the places of what they are now.
var oldFields = map[string][]string{
	"status": {"text"}, "message": {"text"}, "content": {"text"}, "full_text": {"text"}, "in_reply_to_status_id": {"reply.in_reply_to_tweet_id"},
	"in_reply_to": {"reply.in_reply_to_tweet_id"}, "reply_to": {"reply.in_reply_to_tweet_id"}, "quoted_status_id": {"quote_tweet_id"},
	"quote_id": {"quote_tweet_id"}, "id": {"tweet_id", "target_user_id", "list_id", "user_id"}, "post_id": {"tweet_id"}, "user_id": {"target_user_id"},
	"target_id": {"target_user_id"}, "mode": {"private"}, "title": {"name"}, "callback_url": {"url"}, "ids": {"participant_ids"},
}

// fields are what the body declares in the object at the pointer, in any of its forms.
func (a *advisor) fields(at string) map[string][]*openapi3.Schema {
	declared := a.declaredAt(at)
	found := map[string][]*openapi3.Schema{}
	for _, schema := range declared {
		maps.Copy(found, fitting{schemas: a.s.schemas}.properties(schema))
	}
	return found
}

// declaredAt returns what the contract has in the body's place, one schema for each form that it may take.
func (a *advisor) declaredAt(pointer string) []*openapi3.Schema {
	if a.op.RequestBody == nil {
		return nil
	}
	media := a.op.RequestBody.Value.Content.Get("application/json")
	if media == nil || media.Schema == nil {
		return nil
	}
	here := []*openapi3.Schema{media.Schema.Value}
	for step := range strings.SplitSeq(strings.Trim(pointer, "/"), "/") {
		var next []*openapi3.Schema
		for _, schema := range here {
			switch {
			case step == "":
				next = append(next, schema)
			case schema.Items != nil && quotedNumb.MatchString(step):
				next = append(next, schema.Items.Value)
			default:
				next = append(next, fitting{schemas: a.s.schemas}.properties(schema)[step]...)
			}
		}
		here = next
	}
	return here
}

func (a *advisor) aboutBody(f validate.Finding) string {
	where := strings.ReplaceAll(strings.Trim(f.Pointer, "/"), "/", ".")
	switch f.Rule {
	case "json":
		return a.noJSON()
	case "undeclared":
		return a.unknownField(f.Pointer)
	case "required":
		return a.lacking(f.Pointer, where)
	case "type":
		return a.ofAnotherType(f, where)
	case "enum":
		for _, schema := range a.declaredAt(f.Pointer) {
			if near := nearName(valueAt(f), choices(schema)); near != "" {
				return valueAt(f) + " is " + near + " here"
			}
		}
	case "format":
		return aboutTime(valueAt(f), a.c.now)
	case "pattern":
		return a.noID(where[strings.LastIndex(where, ".")+1:], valueAt(f))
	case "oneOf", "anyOf":
		return a.noForm(f.Pointer)
	}
	return ""
}

// noJSON says what stands in the place of JSON.
func (a *advisor) noJSON() string {
	body := strings.TrimSpace(string(a.c.body[:min(len(a.c.body), maxWrong)]))
	switch {
	case formLike.MatchString(body):
		return "the body is a form: " + a.wantsJSON()
	case strings.Contains(body, "'"):
		return "JSON has double quotes around names and texts"
	case strings.HasSuffix(body, ",}") || strings.HasSuffix(body, ",]"):
		return "JSON has no comma after the last"
	}
	return ""
}

// wantsJSON says what kind of body the operation takes.
func (a *advisor) wantsJSON() string {
	names := slices.Sorted(maps.Keys(a.fields("")))
	return "send a JSON body with the header Content-Type: application/json; it takes " + strings.Join(names, ", ")
}

func (a *advisor) unknownField(pointer string) string {
	parent, name := pointer[:strings.LastIndex(pointer, "/")], pointer[strings.LastIndex(pointer, "/")+1:]
	declared := a.fields(parent)
	names := slices.Sorted(maps.Keys(declared))
	is := func(place string) string {
		a.resolved = append(a.resolved, parent+"/"+strings.ReplaceAll(place, ".", "/"))
		return name + " is " + place + " here"
	}
	// An object around what belongs here itself.
	if within, ok := a.sent(pointer).(map[string]any); ok {
		for _, inner := range slices.Sorted(maps.Keys(within)) {
			if declared[inner] != nil {
				a.resolved = append(a.resolved, parent+"/"+inner, parent)
				return inner + " stands at the top of the body, not within " + name
			}
		}
	}
	for _, place := range oldFields[name] {
		first, _, _ := strings.Cut(place, ".")
		if declared[first] != nil && a.sent(parent+"/"+first) == nil {
			return is(place)
		}
	}
	for _, holder := range names {
		if a.fields(parent + "/" + holder)[name] != nil {
			return is(holder + "." + name)
		}
	}
	if near := nearName(name, names); near != "" && a.sent(parent+"/"+near) == nil {
		return is(near)
	}
	of := "the body, which"
	if parent != "" {
		of = strings.ReplaceAll(strings.Trim(parent, "/"), "/", ".") + ", which"
	}
	return name + " is no field of " + of + " takes " + listed(names)
}

// listed puts names in a row, with "and" before the last of a few.
func listed(names []string) string {
	if n := len(names); n == 2 {
		return names[0] + " and " + names[1]
	}
	return strings.Join(names, ", ")
}

// sent is what the request has at the pointer of its body, nil where that is nothing.
func (a *advisor) sent(pointer string) any {
	if !a.parsed {
		a.parsed = true
		_ = json.Unmarshal(a.c.body, &a.body)
	}
	value := a.body
	for step := range strings.SplitSeq(strings.Trim(pointer, "/"), "/") {
		switch of := value.(type) {
		case map[string]any:
			if step != "" {
				value = of[step]
			}
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(of) {
				return nil
			}
			value = of[i]
		default:
			if step != "" {
				return nil
			}
		}
	}
	return value
}

// lacking says what to add where something is required.
func (a *advisor) lacking(pointer, where string) string {
	switch {
	case slices.ContainsFunc(a.resolved, func(p string) bool { return p == pointer || strings.HasPrefix(p, pointer+"/") }):
		return ""
	case pointer == "":
		return a.wantsJSON()
	}
	for _, schema := range a.declaredAt(pointer) {
		return "add " + where + described(schema)
	}
	return ""
}

// ofAnotherType says how the value is written.
func (a *advisor) ofAnotherType(f validate.Finding, where string) string {
	for _, schema := range a.declaredAt(f.Pointer) {
		value := valueAt(f)
		switch {
		case schema.Type.Is(openapi3.TypeArray):
			return "put " + where + " into a list: [" + f.Value + "]"
		case f.Pointer == "" && schema.Type.Is(openapi3.TypeObject), f.Pointer == "" && schema.Type == nil:
			return "the body is an object, which takes " + listed(slices.Sorted(maps.Keys(a.fields(""))))
		case schema.Type.Is(openapi3.TypeString) && quotedNumb.MatchString(f.Value):
			return "ids are strings: write " + strconv.Quote(value)
		case schema.Type.Is(openapi3.TypeBoolean), (schema.Type.Is(openapi3.TypeInteger) || schema.Type.Is(openapi3.TypeNumber)) && quotedNumb.MatchString(value):
			return "write " + value + " without quotes"
		}
	}
	return ""
}

func isObject(value any) bool {
	_, is := value.(map[string]any)
	return is
}

// noForm says what is wrong with a body that takes one of several forms: a value of a type that none has, or what it takes.
func (a *advisor) noForm(pointer string) string {
	if slices.Contains(a.resolved, pointer) {
		return ""
	}
	whole, _ := a.sent(pointer).(map[string]any)
	declared := a.fields(pointer)
	for _, name := range slices.Sorted(maps.Keys(whole)) {
		for _, schema := range declared[name] {
			if _, isList := whole[name].([]any); schema.Type.Is(openapi3.TypeArray) && !isList {
				return "put " + name + ` into a list: {"` + name + `": [` + map[bool]string{true: "{…}", false: "…"}[isObject(whole[name])] + "]}"
			}
		}
		if declared[name] == nil && len(oldFields[name]) == 0 {
			return "" // which says more
		}
	}
	names := slices.Sorted(maps.Keys(declared))
	if pointer == "" {
		return "the body takes " + listed(names)
	}
	return strings.ReplaceAll(strings.Trim(pointer, "/"), "/", ".") + " takes " + listed(names)
}

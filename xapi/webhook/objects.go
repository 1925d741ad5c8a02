package webhook

import (
	"cmp"
	"encoding/json"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi"
)

// Post is a post as API v2 describes one, in Go's spelling, and all of it in Raw, in the spelling that it came in.
type Post struct {
	xapi.Post
	Raw json.RawMessage
}

// User is a user as API v2 describes one, and all of it in Raw, in the spelling that it came in.
type User struct {
	xapi.User
	Raw json.RawMessage
}

// Includes are the objects that others refer to, each once, and all of them in Raw.
type Includes struct {
	xapi.Includes
	Raw json.RawMessage
}

// decode reads what X sends in the spelling that speaks of tweets. A field that does not fit stays empty: Raw has it.
func decode(raw json.RawMessage, into any) {
	_ = json.Unmarshal(gen.OpActivityStream.Answer(raw), into)
}

// readPost returns nil where there is no object.
func readPost(raw json.RawMessage) *Post {
	raw, members := unwrap(raw)
	if members == nil {
		return nil
	}
	post := &Post{Raw: raw}
	decode(raw, &post.Post)
	post.ID = cmp.Or(post.ID, textOf(members["id"]))
	return post
}

// readUser returns nil where there is no object.
func readUser(raw json.RawMessage) *User {
	raw, members := unwrap(raw)
	if members == nil {
		return nil
	}
	user := &User{Raw: raw}
	decode(raw, &user.User)
	user.ID = cmp.Or(user.ID, textOf(members["id"]))
	return user
}

// readIncludes returns nil where there is no object. Objects in it may have a data of their own around them.
func readIncludes(raw json.RawMessage) *Includes {
	kinds := object(raw)
	if kinds == nil {
		return nil
	}
	includes := &Includes{Raw: raw}
	decode(raw, &includes.Includes)
	includes.Posts, includes.Users = nil, nil
	for _, each := range append(elements(kinds["posts"]), elements(kinds["tweets"])...) {
		if post := readPost(each); post != nil {
			includes.Posts = append(includes.Posts, post.Post)
		}
	}
	for _, each := range elements(kinds["users"]) {
		if user := readUser(each); user != nil {
			includes.Users = append(includes.Users, user.User)
		}
	}
	return includes
}

// unwrap returns the object in raw with its members, out of the data that X Activity puts around users, and nil where
// there is none.
func unwrap(raw json.RawMessage) (json.RawMessage, map[string]json.RawMessage) {
	members := object(raw)
	if inner := members["data"]; len(members) == 1 && isObject(inner) {
		return inner, object(inner)
	}
	return raw, members
}

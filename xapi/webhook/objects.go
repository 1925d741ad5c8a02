package webhook

import "encoding/json"

// Post is a post as API v2 describes one: what identifies it, and all of it in Raw, in the spelling that it came in.
type Post struct {
	ID       string
	AuthorID string
	Text     string
	Raw      json.RawMessage
}

// User is a user as API v2 describes one: what identifies them, and all of it in Raw, in the spelling that it came in.
type User struct {
	ID       string
	Username string
	Name     string
	Raw      json.RawMessage
}

// Includes are the objects that others refer to, each once. Raw has those of other kinds too, media and places.
type Includes struct {
	Posts []Post
	Users []User
	Raw   json.RawMessage
}

// readPost returns nil where there is no object.
func readPost(raw json.RawMessage) *Post {
	raw, members := unwrap(raw)
	if members == nil {
		return nil
	}
	return &Post{ID: textOf(members["id"]), AuthorID: textOf(members["author_id"]), Text: textOf(members["text"]), Raw: raw}
}

// readUser returns nil where there is no object.
func readUser(raw json.RawMessage) *User {
	raw, members := unwrap(raw)
	if members == nil {
		return nil
	}
	return &User{ID: textOf(members["id"]), Username: textOf(members["username"]), Name: textOf(members["name"]), Raw: raw}
}

// readIncludes returns nil where there is no object. Posts are listed as tweets still.
func readIncludes(raw json.RawMessage) *Includes {
	kinds := object(raw)
	if kinds == nil {
		return nil
	}
	includes := &Includes{Raw: raw}
	for _, each := range append(elements(kinds["posts"]), elements(kinds["tweets"])...) {
		if post := readPost(each); post != nil {
			includes.Posts = append(includes.Posts, *post)
		}
	}
	for _, each := range elements(kinds["users"]) {
		if user := readUser(each); user != nil {
			includes.Users = append(includes.Users, *user)
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

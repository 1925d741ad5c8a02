package xapitest

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/gen/wire"
)

// The API has two spellings: an old one, of tweets, and a new one, of posts. The server answers in that of the request,
// where the request has anything that is spelled in two ways; else, and to every write, in the old one. Inside, the
// sandbox spells everything in the old way.

// The one parameter that is spelled in two ways.
const (
	oldPostFields = "tweet.fields"
	newPostFields = "post.fields"
)

// endpoints are the rows of the table of operations by id.
var endpoints = sync.OnceValue(func() map[string]*gen.Endpoint {
	all := map[string]*gen.Endpoint{}
	for row := range gen.Operations() {
		all[row.ID] = row
	}
	return all
})

// spelled reads the query in either spelling. It returns it in the old one and in the one that the contract declares, and
// whether the request speaks of posts.
func spelled(operation string, asked url.Values) (old, declared url.Values, posts bool) {
	row := endpoints()[operation]
	if row == nil || len(asked) == 0 {
		return asked, asked, false
	}
	old, declared = url.Values{}, url.Values{}
	for name, values := range asked {
		i := slices.IndexFunc(row.Params, func(p wire.Param) bool { return p.Name == name || p.Wire == name || oldName(p.Name) == name })
		if i < 0 {
			old[name], declared[name] = values, values
			continue
		}
		param := &row.Params[i]
		if name == newPostFields {
			posts = true
		}
		before, contract, isNew := respell(param, values)
		posts = posts || isNew
		old[oldName(param.Name)] = append(old[oldName(param.Name)], before...)
		declared[param.Wire] = append(declared[param.Wire], contract...)
	}
	return old, declared, posts
}

func oldName(name string) string {
	if name == newPostFields {
		return oldPostFields
	}
	return name
}

// respell returns the values in the old spelling and in the contract's, and whether one of them is of the new spelling.
func respell(param *wire.Param, values []string) (old, declared []string, posts bool) {
	if len(param.Old) == 0 {
		return values, values, false
	}
	for _, joined := range values {
		before, contract := strings.Split(joined, ","), strings.Split(joined, ",")
		for i, value := range before {
			for _, pair := range param.Old {
				switch value {
				case pair.New:
					before[i], posts = pair.Old, true
					if !slices.Contains(param.Values, pair.New) {
						contract[i] = pair.Old
					}
				case pair.Old:
					if !slices.Contains(param.Values, pair.Old) && slices.Contains(param.Values, pair.New) {
						contract[i] = pair.New
					}
				}
			}
		}
		old, declared = append(old, strings.Join(before, ",")), append(declared, strings.Join(contract, ","))
	}
	return old, declared, posts
}

// ofPosts returns an answer in the spelling that speaks of posts. The number of a user's posts is the one that keeps its
// old name: the counts of a search do not.
func (c *call) ofPosts(text []byte) []byte {
	row := endpoints()[c.operation.ID]
	if row == nil {
		return text
	}
	names := row.Names
	if !slices.ContainsFunc(row.Params, func(p wire.Param) bool { return p.Name == "search_count.fields" }) {
		names = slices.DeleteFunc(slices.Clone(names), func(p wire.Pair) bool { return p.Old == "tweet_count" })
	}
	return wire.Rename(text, names)
}

// ofTweets returns a JSON text of the new spelling, as the types of package gen write it, in the old one.
func ofTweets(row *gen.Endpoint, text []byte) (any, error) {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, err
	}
	return backward(row.Names, value), nil
}

func backward(names wire.Names, value any) any {
	switch value := value.(type) {
	case []any:
		for i := range value {
			value[i] = backward(names, value[i])
		}
	case object:
		for _, name := range slices.Collect(maps.Keys(value)) {
			inner := backward(names, value[name])
			value[name] = inner
			if i := slices.IndexFunc(names, func(p wire.Pair) bool { return p.New == name }); i >= 0 {
				delete(value, name)
				value[names[i].Old] = inner
			}
		}
	}
	return value
}

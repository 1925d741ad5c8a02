package xapitest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

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

// spelled reads the query in either spelling. It returns it in the old one and in the one that the contract declares,
// and whether the request speaks of posts, or of tweets.
func spelled(operation string, asked url.Values) (old, declared url.Values, posts, tweets bool) {
	row := endpoints()[operation]
	if row == nil || len(asked) == 0 {
		return asked, asked, false, false
	}
	old, declared = url.Values{}, url.Values{}
	for name, values := range asked {
		i := slices.IndexFunc(row.Params, func(p wire.Param) bool { return p.Name == name || p.Wire == name || oldName(&p) == name })
		if i < 0 {
			old[name], declared[name] = values, values
			continue
		}
		param := &row.Params[i]
		if name == newPostFields {
			posts = true
		}
		before, contract, isNew, isOld := respell(param, values)
		posts, tweets = posts || isNew, tweets || isOld || name == oldPostFields
		old[oldName(param)] = append(old[oldName(param)], before...)
		declared[param.Wire] = append(declared[param.Wire], contract...)
	}
	return old, declared, posts, tweets && !posts
}

func oldName(param *wire.Param) string { return cmp.Or(param.Was, param.Name) }

// respell returns the values in the old spelling and in the contract's, and whether one of them is of the new spelling,
// or of the old.
func respell(param *wire.Param, values []string) (old, declared []string, posts, tweets bool) {
	if len(param.Old) == 0 {
		return values, values, false, false
	}
	for _, joined := range values {
		before, contract := strings.Split(joined, ","), strings.Split(joined, ",")
		for i, value := range before {
			// The real server takes the suffix in either spelling.
			value = strings.Replace(value, "referenced_posts.id", "referenced_posts", 1)
			contract[i] = value
			for _, pair := range param.Old {
				switch value {
				case pair.New:
					before[i], posts = pair.Old, true
					if !slices.Contains(param.Values, pair.New) {
						contract[i] = pair.Old
					}
				case pair.Old:
					tweets = true
					if !slices.Contains(param.Values, pair.Old) && slices.Contains(param.Values, pair.New) {
						contract[i] = pair.New
					}
				}
			}
		}
		old, declared = append(old, strings.Join(before, ",")), append(declared, strings.Join(contract, ","))
	}
	return old, declared, posts, tweets
}

// inSpelling returns an answer, which is in the old spelling or in that of the contract, in that of the request; where the
// request has nothing that is spelled in two ways, in that of the contract. The number of a user's posts is what keeps its
// old name in either, unless the contract has the new one alone; the counts of a search do not.
func (s *Server) inSpelling(c *call, text []byte) []byte {
	row := endpoints()[c.operation.ID]
	if row == nil || len(row.Names) == 0 {
		return text
	}
	if c.tweets {
		renamed := slices.ContainsFunc(row.Names, func(p wire.Pair) bool { return bytes.Contains(text, []byte(`"`+p.New+`"`)) })
		var value any
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		if !renamed || decoder.Decode(&value) != nil {
			return text
		}
		return answer{body: backward(row.Names, value)}.bytes()
	}
	names := s.declaredNames(row)
	if c.posts {
		counts := slices.ContainsFunc(row.Params, func(p wire.Param) bool { return p.Name == "search_count.fields" })
		names = slices.DeleteFunc(slices.Clone(row.Names), func(p wire.Pair) bool {
			return p.Old == "tweet_count" && !counts && !slices.Contains(names, p)
		})
	}
	return wire.Rename(text, names)
}

// declaredNames returns the fields that the contract has under their new names alone.
func (s *Server) declaredNames(row *gen.Endpoint) wire.Names {
	declared := s.fieldNames(row.ID)
	return slices.DeleteFunc(slices.Clone(row.Names), func(p wire.Pair) bool { return declared[p.Old] || !declared[p.New] })
}

// oldNames returns the fields that the contract has under their old names alone.
func (s *Server) oldNames(row *gen.Endpoint) wire.Names {
	declared := s.fieldNames(row.ID)
	return slices.DeleteFunc(slices.Clone(row.Names), func(p wire.Pair) bool { return !declared[p.Old] || declared[p.New] })
}

// fieldNames returns the names of all fields that the contract has anywhere in the operation's answers.
func (s *Server) fieldNames(operation string) map[string]bool {
	if known, ok := s.names.Load(operation); ok {
		return known.(map[string]bool) //nolint:errcheck,forcetypeassert // nothing else is stored
	}
	found, seen := map[string]bool{}, map[*openapi3.Schema]bool{}
	var walk func(*openapi3.SchemaRef)
	walk = func(ref *openapi3.SchemaRef) {
		if ref == nil || ref.Value == nil || seen[ref.Value] {
			return
		}
		seen[ref.Value] = true
		for name, property := range ref.Value.Properties {
			found[name] = true
			walk(property)
		}
		walk(ref.Value.Items)
		for _, part := range slices.Concat(ref.Value.AllOf, ref.Value.OneOf, ref.Value.AnyOf) {
			walk(part)
		}
	}
	if op := s.declared[operation]; op != nil {
		for _, response := range op.Responses.Map() {
			for _, media := range response.Value.Content {
				walk(media.Schema)
			}
		}
	}
	s.names.Store(operation, found)
	return found
}

// ofTweets returns a JSON text of the new spelling, as the types of package gen write it, with old names.
func ofTweets(names wire.Names, text []byte) (any, error) {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, err
	}
	// A name that speaks of tweets in either spelling is another matter: the payloads of activities have it otherwise.
	names = slices.DeleteFunc(slices.Clone(names), func(p wire.Pair) bool { return strings.Contains(p.New, "tweet") })
	return backward(names, value), nil
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

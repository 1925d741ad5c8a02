package webhook

import (
	"encoding/json"
	"slices"
)

// PostMatched is a post that rules of the filtered stream match.
type PostMatched struct {
	Post  *Post
	Rules []MatchingRule
}

// MatchingRule is a rule that a post matches.
type MatchingRule struct {
	ID  string
	Tag string
}

// readMatch returns the match, and what tells it from others. The same post is another event where it matches the rules
// of another app at the same URL.
func readMatch(data, rules json.RawMessage) (*PostMatched, []string) {
	p := &PostMatched{Post: readPost(data)}
	for _, each := range elements(rules) {
		rule := object(each)
		p.Rules = append(p.Rules, MatchingRule{ID: textOf(rule["id"]), Tag: textOf(rule["tag"])})
	}
	if p.Post == nil || p.Post.ID == "" {
		return p, nil
	}
	var ids []string
	for _, rule := range p.Rules {
		ids = append(ids, rule.ID)
	}
	slices.Sort(ids)
	return p, append([]string{p.Post.ID}, ids...)
}

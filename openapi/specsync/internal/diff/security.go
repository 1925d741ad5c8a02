package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// alternative is one way to authorize an operation: the scopes by scheme.
type alternative map[string][]string

// security lists the alternatives of an operation; none where it needs no authorization.
func security(root, operation document.Object) []alternative {
	value, own := operation["security"]
	if !own {
		value = root["security"]
	}
	list, _ := value.([]any)
	var alternatives []alternative
	for _, entry := range list {
		requirement, _ := entry.(document.Object)
		way := alternative{}
		for scheme, scopes := range requirement {
			scopes, _ := scopes.([]any)
			way[scheme] = texts(scopes)
			slices.Sort(way[scheme])
		}
		alternatives = append(alternatives, way)
	}
	return alternatives
}

// named gives schemes the names that they had before: a name is nothing that callers see.
func (c *comparison) named(alternatives []alternative) []alternative {
	renamed := make([]alternative, len(alternatives))
	for i, way := range alternatives {
		renamed[i] = alternative{}
		for scheme, scopes := range way {
			renamed[i][c.schemeBefore(scheme)] = scopes
		}
	}
	return renamed
}

// schemeBefore is the name that a scheme of head had in base: its own, or that of the only one of its kind.
func (c *comparison) schemeBefore(name string) string {
	if _, stays := component(c.base, "securitySchemes", name); stays {
		return name
	}
	is, _ := component(c.head, "securitySchemes", name)
	var same []string
	for _, other := range componentNames(c.base, "securitySchemes") {
		was, _ := component(c.base, "securitySchemes", other)
		if is != nil && was["type"] == is["type"] && was["scheme"] == is["scheme"] && was["in"] == is["in"] && was["name"] == is["name"] {
			same = append(same, other)
		}
	}
	if len(same) == 1 {
		return same[0]
	}
	return name
}

// schemes names the schemes of an alternative; alternatives with the same schemes are compared by scope.
func (a alternative) schemes() string {
	if len(a) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(maps.Keys(a)), "+")
}

func (c *comparison) security(p place, before, after []alternative) {
	p.at = "security"
	switch {
	case len(before) == 0 && len(after) == 0:
		return
	case len(before) == 0:
		c.note(p, Wire, "security-added", "needs authorization now: "+join(schemeNames(after)), nil, schemeNames(after))
		return
	case len(after) == 0:
		c.note(p, Adds, "security-removed", "needs no authorization any more", schemeNames(before), nil)
		return
	}
	c.set(p, "security-scheme", schemeNames(before), schemeNames(after), Wire, Adds)
	for _, old := range before {
		for _, now := range after {
			if old.schemes() != now.schemes() || has(after, old) || has(before, now) {
				continue
			}
			for _, scheme := range slices.Sorted(maps.Keys(old)) {
				here := p
				here.at = fmt.Sprintf("security %s", scheme)
				// A token that was enough lacks a scope that is asked for now.
				c.set(here, "scope", values(old[scheme]), values(now[scheme]), Adds, Wire)
			}
		}
	}
	c.securitySchemes(p, before, after)
}

// securitySchemes compares how the schemes that both sides use are defined. The list of an OAuth flow's scopes is
// left out: what an operation needs stands with the operation.
func (c *comparison) securitySchemes(p place, before, after []alternative) {
	for _, name := range union(schemeSet(before), schemeSet(after)) {
		old, had := component(c.base, "securitySchemes", name)
		now, has := component(c.head, "securitySchemes", name)
		if !had || !has {
			continue
		}
		here := p
		here.subject, here.at = Subject{Type: "security scheme", Name: name}, ""
		for _, key := range []string{"type", "scheme", "in", "name", "openIdConnectUrl"} {
			if old[key] != now[key] {
				c.note(here, Wire, "security-scheme-changed", fmt.Sprintf("%s is now %v, was %v", key, now[key], old[key]), old[key], now[key])
			}
		}
		flowsBefore, _ := old["flows"].(document.Object)
		flowsAfter, _ := now["flows"].(document.Object)
		c.set(here, "oauth-flow", names(flowsBefore), names(flowsAfter), Wire, Adds)
		for _, flow := range union(flowsBefore, flowsAfter) {
			was, _ := flowsBefore[flow].(document.Object)
			is, _ := flowsAfter[flow].(document.Object)
			for _, key := range []string{"authorizationUrl", "tokenUrl", "refreshUrl"} {
				if was != nil && is != nil && was[key] != is[key] {
					here.at = flow
					c.note(here, Wire, "oauth-address-changed", fmt.Sprintf("%s is now %v, was %v", key, is[key], was[key]), was[key], is[key])
				}
			}
		}
	}
}

func has(alternatives []alternative, way alternative) bool {
	return slices.ContainsFunc(alternatives, func(other alternative) bool {
		return maps.EqualFunc(way, other, slices.Equal)
	})
}

func schemeNames(alternatives []alternative) []any {
	var found []any
	for _, way := range alternatives {
		found = append(found, way.schemes())
	}
	return found
}

func schemeSet(alternatives []alternative) map[string]any {
	found := map[string]any{}
	for _, way := range alternatives {
		for scheme := range way {
			found[scheme] = nil
		}
	}
	return found
}

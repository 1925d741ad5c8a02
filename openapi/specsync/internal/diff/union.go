package diff

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// unions compares oneOf and anyOf: variants are paired wherever they stand in the list.
func (c *comparison) unions(p place, old, now document.Object) {
	before, after := alternatives(old), alternatives(now)
	switch {
	case len(before) == 0 && len(after) == 0:
	case len(before) == 0:
		c.note(p, p.either(Wire, None), "union-introduced", fmt.Sprintf("is now one of %d schemas", len(after)), nil, nil)
	case len(after) == 0:
		c.note(p, p.either(Adds, Wire), "union-removed", fmt.Sprintf("was one of %d schemas", len(before)), nil, nil)
	default:
		c.variants(p, before, after, now)
	}
	c.discriminator(p, old, now)
}

func (c *comparison) variants(p place, before, after []document.Object, now document.Object) {
	pairs := c.match(before, after)
	c.overlaps(p, pairs, now)
	paired := func(variant document.Object, side int) bool {
		return slices.ContainsFunc(pairs, func(both [2]document.Object) bool { return equal(both[side], variant) })
	}
	for _, both := range pairs {
		here := p
		if len(before) > 1 || len(after) > 1 {
			here.at += "(" + variantName(c.head, both[1], slices.IndexFunc(after, func(o document.Object) bool { return equal(o, both[1]) })) + ")"
		}
		c.schema(here, both[0], both[1])
	}
	for i, variant := range before {
		if !paired(variant, 0) {
			name := variantName(c.base, variant, i)
			c.note(p, p.either(Wire, None), "variant-removed", "can be "+name+" no more", name, nil)
		}
	}
	for i, variant := range after {
		if !paired(variant, 1) {
			name := variantName(c.head, variant, i)
			c.note(p, p.widened(), "variant-added", "can also be "+name, nil, name)
		}
	}
}

// widening are the kinds of changes after which a schema takes values that it did not take before.
var widening = map[string]bool{
	"limit-widened": true, "field-now-optional": true, "enum-value-added": true, "enum-removed": true, "opened": true, "now-nullable": true,
	"type-changed": true, "field-values-freed": true, "variant-added": true, "union-removed": true, "field-removed": true,
}

// overlaps notes that a request of one variant may be one of another now as well: a oneOf takes what fits one alone.
func (c *comparison) overlaps(p place, pairs [][2]document.Object, now document.Object) {
	if c.probing || p.direction != request || len(objects(now["oneOf"])) < 2 {
		return
	}
	for _, both := range pairs {
		probe := newComparison(c.base, c.head)
		probe.probing = true
		probe.schema(place{operation: "probe", direction: request}, both[0], both[1])
		for _, change := range probe.changes {
			if widening[change.Kind] {
				c.note(p, Wire, "variants-overlap", "a value of one variant may fit another now too, and is refused then", nil, nil)
				return
			}
		}
	}
}

// variantName names a variant for people: by its schema's name, its fields, or its type.
func variantName(root, variant document.Object, index int) string {
	if name := refName(variant, "schemas"); name != "" {
		return name
	}
	flat := flatten(root, variant)
	if fields := texts(list(flat["required"])); len(fields) > 0 {
		return "with " + strings.Join(fields, ", ")
	}
	if is := kindOf(flat); is.base != "" {
		return is.String()
	}
	return fmt.Sprintf("variant %d", index+1)
}

// match pairs schemas of two lists that have no order: those of one name, then those of the same structure, then the
// most alike; what is nothing alike stays alone.
func (c *comparison) match(before, after []document.Object) [][2]document.Object {
	var pairs [][2]document.Object
	restBefore, restAfter := slices.Clone(before), slices.Clone(after)
	take := func(alike func(a, b document.Object) bool) {
		for i := 0; i < len(restBefore); {
			j := slices.IndexFunc(restAfter, func(b document.Object) bool { return alike(restBefore[i], b) })
			if j < 0 {
				i++
				continue
			}
			pairs = append(pairs, [2]document.Object{restBefore[i], restAfter[j]})
			restBefore = slices.Delete(restBefore, i, i+1)
			restAfter = slices.Delete(restAfter, j, j+1)
		}
	}
	if len(before) == 1 && len(after) == 1 {
		return [][2]document.Object{{before[0], after[0]}}
	}
	take(func(a, b document.Object) bool {
		name := refName(a, "schemas")
		return name != "" && name == refName(b, "schemas")
	})
	take(c.same)
	for len(restBefore) > 0 && len(restAfter) > 0 {
		if len(restBefore) == 1 && len(restAfter) == 1 {
			take(func(_, _ document.Object) bool { return true })
			break
		}
		best, at := 0.0, [2]int{}
		for i, a := range restBefore {
			for j, b := range restAfter {
				if alike := c.likeness(a, b); alike > best {
					best, at = alike, [2]int{i, j}
				}
			}
		}
		if best < 0.5 {
			break
		}
		a, b := restBefore[at[0]], restAfter[at[1]]
		take(func(x, y document.Object) bool { return equal(x, a) && equal(y, b) })
	}
	return pairs
}

// same says that two schemas differ in nothing but the names of the schemas that they are made of, and in what is told
// of those already. While two named schemas are being compared they count as the same, so that schemas which contain
// each other come to an end.
func (c *comparison) same(old, now document.Object) bool {
	both := pair{"schemas", refName(old, "schemas"), refName(now, "schemas")}
	named := both.base != "" && both.head != ""
	if known, ok := c.alike[both]; named && ok {
		return known
	}
	if named {
		c.alike[both] = true
	}
	probe := newComparison(c.base, c.head)
	probe.alike, probe.settled, probe.probing = c.alike, c.settled, true
	probe.schema(place{operation: "probe", direction: request}, old, now)
	alike := true
	for _, change := range probe.changes {
		told := pair{"schemas", cmp.Or(change.Subject.Was, change.Subject.Name), change.Subject.Name}
		if told == both || c.settled[told] == nil {
			alike = false
			break
		}
	}
	if named {
		c.alike[both] = alike
	}
	return alike
}

// likeness is the share of fields that two schemas have in common, from 0 to 1.
func (c *comparison) likeness(old, now document.Object) float64 {
	a, b := flatten(c.base, old), flatten(c.head, now)
	if kindOf(a) != kindOf(b) {
		return 0
	}
	before, _ := a["properties"].(document.Object)
	after, _ := b["properties"].(document.Object)
	all := union(before, after)
	if len(all) == 0 {
		return 0.5
	}
	common := 0
	for name := range before {
		if _, ok := after[name]; ok {
			common++
		}
	}
	return float64(common) / float64(len(all))
}

func (c *comparison) discriminator(p place, old, now document.Object) {
	before, _ := old["discriminator"].(document.Object)
	after, _ := now["discriminator"].(document.Object)
	if was, is := before["propertyName"], after["propertyName"]; was != is {
		c.note(p, None, "discriminator-changed", fmt.Sprintf("told apart by %s, was by %s", shown(is), shown(was)), was, is)
		return
	}
	mappedBefore, _ := before["mapping"].(document.Object)
	mappedAfter, _ := after["mapping"].(document.Object)
	c.set(p, "discriminator-value", names(mappedBefore), names(mappedAfter), p.either(Wire, None), p.widened())
	byEnd := map[string]any{}
	for value, is := range mappedAfter {
		byEnd[path.Base(value)] = is
	}
	for value, was := range mappedBefore {
		is, stays := mappedAfter[value]
		if !stays { // a problem's address has moved to another host, and means the same
			is = byEnd[path.Base(value)]
		}
		if from, to := mappingRef(was), mappingRef(is); from != nil && to != nil {
			here := p
			here.at += "(" + value + ")"
			c.schema(here, from, to)
		}
	}
}

// mappingRef is the reference that a discriminator's mapping makes.
func mappingRef(target any) document.Object {
	name, ok := target.(string)
	if !ok {
		return nil
	}
	if !strings.Contains(name, "/") {
		name = "#/components/schemas/" + name
	}
	return document.Object{"$ref": name}
}

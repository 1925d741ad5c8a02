package diff

import (
	"encoding/json"
	"fmt"
	"math/big"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// bounds are the keywords that bound a value by a number; the sign tells which way is narrower.
var bounds = []struct {
	key  string
	sign int
}{
	{"minimum", 1}, {"maximum", -1}, {"minLength", 1}, {"maxLength", -1},
	{"minItems", 1}, {"maxItems", -1}, {"minProperties", 1}, {"maxProperties", -1},
}

// standing are the values that mean the same as none.
var standing = map[string]string{"minLength": "0", "minItems": "0", "minProperties": "0"}

func (c *comparison) limits(p place, old, now document.Object) {
	for _, bound := range bounds {
		before, after := limit(old, bound.key), limit(now, bound.key)
		var narrower int // of after against before
		switch {
		case before == nil && after == nil:
			continue
		case before == nil:
			narrower = 1
		case after == nil:
			narrower = -1
		default:
			narrower = after.Cmp(before) * bound.sign
		}
		c.limit(p, bound.key, narrower, old[bound.key], now[bound.key])
	}
	for _, key := range []string{"exclusiveMinimum", "exclusiveMaximum", "uniqueItems"} {
		before, after := truth(old[key]), truth(now[key])
		switch {
		case !before && after:
			c.limit(p, key, 1, before, after)
		case before && !after:
			c.limit(p, key, -1, before, after)
		}
	}
	c.pattern(p, old["pattern"], now["pattern"])
	switch before, after := old["multipleOf"], now["multipleOf"]; {
	case equal(before, after):
	case after == nil:
		c.limit(p, "multipleOf", -1, before, after)
	default: // another step refuses something
		c.limit(p, "multipleOf", 1, before, after)
	}
}

// pattern compares what two patterns match, not how they are written. One of which that cannot be told counts as
// narrower: it may refuse something.
func (c *comparison) pattern(p place, was, is any) {
	before, hadPattern := was.(string)
	after, hasPattern := is.(string)
	if hadPattern && hasPattern && before != after {
		wider, known := covers(after, before)
		narrower, _ := covers(before, after)
		switch {
		case known && wider && narrower:
			return
		case known && wider:
			c.limit(p, "pattern", -1, was, is)
			return
		}
	}
	switch {
	case before == after:
	case !hasPattern:
		c.limit(p, "pattern", -1, was, is)
	default:
		c.limit(p, "pattern", 1, was, is)
	}
}

// limit notes that a limit became narrower (1) or wider (-1).
func (c *comparison) limit(p place, key string, narrower int, before, after any) {
	message := fmt.Sprintf("%s is now %s, was %s", key, shown(after), shown(before))
	switch narrower {
	case 1:
		c.note(p, p.narrowed(), "limit-narrowed", message, before, after)
	case -1:
		c.note(p, p.widened(), "limit-widened", message, before, after)
	}
}

func limit(schema document.Object, key string) *big.Rat {
	number, ok := schema[key].(json.Number)
	if !ok || number.String() == standing[key] {
		return nil
	}
	value, ok := new(big.Rat).SetString(number.String())
	if !ok {
		return nil
	}
	return value
}

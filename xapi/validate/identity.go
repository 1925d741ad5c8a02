package validate

import (
	"hash/maphash"
	"strconv"
	"strings"
)

// identity tells distinct drifts of one operation apart: a hash of what makes them the same.
type identity uint64

var identitySeed = maphash.MakeSeed()

// identities returns the identity of the drift's place and rule, and that of the drift itself, which for an enum holds
// the value as well.
func (d Drift) identities() (place, value identity) {
	var h maphash.Hash
	begin(&h, d.Status, d.Rule, d.In)
	_, _ = h.WriteString(anyItem(d.Pointer))
	place = identity(h.Sum64())
	switch {
	case d.identity != 0:
		return place, d.identity
	case d.Kind == UnknownEnumValue:
		_ = h.WriteByte(0)
		_, _ = h.WriteString(d.Value)
		return place, identity(h.Sum64())
	}
	return place, place
}

func begin(h *maphash.Hash, status int, rule, in string) {
	h.SetSeed(identitySeed)
	var digits [20]byte
	_, _ = h.Write(strconv.AppendInt(digits[:0], int64(status), 10))
	_ = h.WriteByte(0)
	_, _ = h.WriteString(rule)
	_ = h.WriteByte(0)
	_, _ = h.WriteString(in)
	_ = h.WriteByte(0)
}

// hashSegment writes one segment of a pointer as anyItem has it. It reports false where only the pointer itself would tell.
func hashSegment(h *maphash.Hash, name string) bool {
	if len(name) > maxExcerpt || strings.ContainsAny(name, "~/") {
		return false
	}
	_ = h.WriteByte('/')
	if name != "" && strings.Trim(name, "0123456789") == "" {
		name = "*"
	}
	_, _ = h.WriteString(name)
	return true
}

// counted reports whether a difference at the given place is one that the answer's Reporter only counts, and counts it.
// Where it is not, the identity is that of the drift to come, or 0 where that is left to the drift.
func (f *findings) counted(at []string, rule string, value any) (counted bool, id identity) {
	if id = f.identity(at, rule, value); id == 0 {
		return false, 0
	}
	return f.known.counts(id), id
}

// identity returns the identity of a difference at the given place, or 0 where that is left to the drift.
func (f *findings) identity(at []string, rule string, value any) identity {
	if f.known == nil {
		return 0
	}
	var h maphash.Hash
	begin(&h, f.known.status, rule, f.in)
	for _, name := range at {
		if !hashSegment(&h, name) {
			return 0
		}
	}
	if rule == "enum" || rule == "discriminator" {
		text, ok := value.(string)
		if !ok {
			return 0
		}
		_ = h.WriteByte(0)
		_, _ = h.WriteString(text)
	}
	return identity(h.Sum64())
}

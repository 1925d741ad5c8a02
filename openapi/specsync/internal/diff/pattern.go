package diff

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"unicode"
)

// maxStates bounds the comparison of two patterns; those of the spec need some hundred.
const maxStates = 5_000

// covers says that every text which pattern b matches is matched by pattern a too. known is false where that cannot be
// told: a pattern that Go cannot compile, or too large a pair.
func covers(a, b string) (is, known bool) {
	wide, err := newMatcher(a)
	if err != nil {
		return false, false
	}
	narrow, err := newMatcher(b)
	if err != nil {
		return false, false
	}
	runes := representatives(wide.program, narrow.program)
	type both struct{ wide, narrow string }
	start := [2]states{wide.start(), narrow.start()}
	seen := map[both]bool{}
	for queue := [][2]states{start}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		key := both{at[0].key(), at[1].key()}
		if seen[key] || at[0].matched {
			continue
		}
		seen[key] = true
		if len(seen) > maxStates {
			return false, false
		}
		if narrow.accepts(at[1]) && !wide.accepts(at[0]) {
			return false, true
		}
		for _, r := range runes {
			queue = append(queue, [2]states{wide.step(at[0], r), narrow.step(at[1], r)})
		}
	}
	return true, true
}

// matcher runs a pattern over a text one rune at a time, in all the ways it can match at once.
type matcher struct{ program *syntax.Prog }

// states is where a matcher can be after some text: instructions that wait for a rune or for the end of the text.
type states struct {
	waiting []int
	begun   bool // some text has been read
	matched bool // whatever follows, the text matches
}

func (s states) key() string {
	return fmt.Sprint(s)
}

func newMatcher(pattern string) (matcher, error) {
	expression, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return matcher{}, err
	}
	program, err := syntax.Compile(expression.Simplify())
	return matcher{program}, err
}

func (m matcher) start() states {
	return m.reach(states{}, []int{m.program.Start}, syntax.EmptyBeginText|syntax.EmptyBeginLine)
}

// reach follows what needs no rune, given which assertions hold here.
func (m matcher) reach(s states, from []int, holds syntax.EmptyOp) states {
	seen := map[int]bool{}
	for ; len(from) > 0; from = from[1:] {
		at := from[0]
		if seen[at] {
			continue
		}
		seen[at] = true
		switch inst := m.program.Inst[at]; inst.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			from = append(from, int(inst.Out), int(inst.Arg))
		case syntax.InstCapture, syntax.InstNop:
			from = append(from, int(inst.Out))
		case syntax.InstEmptyWidth:
			if demands := syntax.EmptyOp(inst.Arg & 0xff); demands&^holds == 0 {
				from = append(from, int(inst.Out))
			} else if demands&(syntax.EmptyEndText|syntax.EmptyEndLine) != 0 {
				s.waiting = append(s.waiting, at)
			}
		case syntax.InstMatch:
			s.matched = true
		case syntax.InstFail:
		default:
			s.waiting = append(s.waiting, at)
		}
	}
	slices.Sort(s.waiting)
	s.waiting = slices.Compact(s.waiting)
	return s
}

// step reads one rune. A match may start anywhere, so the start is tried again.
func (m matcher) step(s states, r rune) states {
	if s.matched {
		return states{begun: true, matched: true}
	}
	var out []int
	for _, at := range s.waiting {
		if inst := m.program.Inst[at]; inst.Op != syntax.InstEmptyWidth && inst.MatchRune(r) {
			out = append(out, int(inst.Out))
		}
	}
	return m.reach(states{begun: true}, append(out, m.program.Start), 0)
}

// accepts says that the text matches if it ends here.
func (m matcher) accepts(s states) bool {
	holds := syntax.EmptyEndText | syntax.EmptyEndLine
	if !s.begun {
		holds |= syntax.EmptyBeginText | syntax.EmptyBeginLine
	}
	return s.matched || m.reach(states{}, slices.Clone(s.waiting), holds).matched
}

// representatives are runes of which one stands for each range that the programs do not tell apart.
func representatives(programs ...*syntax.Prog) []rune {
	runes := []rune{0}
	for _, program := range programs {
		for _, inst := range program.Inst {
			for i, r := range inst.Rune {
				first := r
				if i%2 == 1 || len(inst.Rune) == 1 { // the end of a range, or a single rune
					runes = append(runes, r+1)
				}
				runes = append(runes, first)
				for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
					runes = append(runes, other, other+1)
				}
			}
			if inst.Op == syntax.InstRuneAnyNotNL {
				runes = append(runes, '\n', '\n'+1)
			}
		}
	}
	runes = slices.DeleteFunc(runes, func(r rune) bool { return r < 0 || r > unicode.MaxRune })
	slices.Sort(runes)
	return slices.Compact(runes)
}

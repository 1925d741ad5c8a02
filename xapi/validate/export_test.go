package validate

// Verdicts returns whether an answer of application/json is accepted in one pass, and whether nothing is wrong with it as
// it is judged otherwise.
func (v *Validator) Verdicts(operation string, status int, text []byte) (accepted, right bool) {
	c, op, err := v.operation(operation)
	if err != nil {
		return false, false
	}
	declared := op.answers[status]["application/json"]
	if declared == nil || declared.schema == nil {
		return false, false
	}
	pass := findings{contract: c, redact: v.redact, in: inBody}
	accepted = pass.accepts(declared.rule, text)
	judged := findings{contract: c, redact: v.redact, in: inBody}
	err = judged.judge(declared, text)
	return accepted, err == nil && len(judged.list) == 0
}

// Simple reports whether a pattern is matched without a regular expression, and what it says of the text.
func Simple(pattern, text string) (simple, matches bool) {
	one := partOf(pattern)
	return one != nil, one != nil && one.match([]byte(text))
}

// PlainTime reports whether a text is a time as the server writes it.
func PlainTime(text string) bool { return plainTime([]byte(text)) }

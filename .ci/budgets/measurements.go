package main

const (
	gen     = "./gen"
	oneCall = "./.ci/budgets/programs/onecall"
	stream  = "./.ci/budgets/programs/stream"
	bare    = "./.ci/budgets/programs/bare"
	command = "./xapi/cmd/xapi"
)

// A measurement returns a figure in the unit that limits.yaml gives it.
type measurement func() (float64, error)

// measurements says how each figure of limits.yaml is taken.
func measurements(t *tree) map[string]measurement {
	return map[string]measurement{
		"generated lines in gen": t.lines,
		"exported names in gen":  t.names,

		"compiling gen: processor time":                     t.compiling(gen, seconds),
		"compiling gen: times that of net/http":             t.compiling(gen, timesNetHTTP),
		"compiling gen: memory":                             t.compiling(gen, megabytes),
		"compiling a program with one call: processor time": t.compiling(oneCall, seconds),
		"compiling a program with one call: times net/http": t.compiling(oneCall, timesNetHTTP),
		"compiling a program with one call: memory":         t.compiling(oneCall, megabytes),

		"a program with one call: size over a bare one":                           t.larger(oneCall),
		"a program with one call: reflective lookups of methods":                  t.reflectMethods,
		"a program with one call: allocations of the package that starts slowest": t.slowestStart,
		"a program with a stream: size over a bare one":                           t.larger(stream),
		"the command: size as released":                                           t.commandSize,
		"the command: allocations before main":                                    t.commandStart,

		"first call: time":                          t.says(milliseconds, oneCall, "first", "plain"),
		"first call, validated: time":               t.says(milliseconds, oneCall, "first", "validated"),
		"first call, validated: allocations":        t.says(allocations, oneCall, "first", "validated"),
		"first call, validated: memory allocated":   t.says(kilobytes, oneCall, "first", "validated"),
		"first call, validated: instructions":       t.firstInstructions("validated"),
		"a call: time":                              t.says(microseconds, oneCall, "many", "plain"),
		"a call: allocations":                       t.says(allocations, oneCall, "many", "plain"),
		"a call: memory allocated":                  t.says(bytesOf, oneCall, "many", "plain"),
		"a call: instructions":                      t.instructions("plain"),
		"a call, validated: time":                   t.says(microseconds, oneCall, "many", "validated"),
		"a call, validated: allocations":            t.says(allocations, oneCall, "many", "validated"),
		"a call, validated: memory allocated":       t.says(bytesOf, oneCall, "many", "validated"),
		"a call, validated: instructions":           t.instructions("validated"),
		"a post of a stream: time":                  t.says(microseconds, stream),
		"a post of a stream: allocations":           t.says(allocations, stream),
		"a post of a stream: memory allocated":      t.says(bytesOf, stream),
		"validation of five operations in the heap": t.validationHeap,
	}
}

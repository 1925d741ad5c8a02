package main

const (
	gen     = "./gen"
	oneCall = "./.ci/budgets/programs/onecall"
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

		"a program with one call: size over a bare one":                           t.larger,
		"a program with one call: reflective lookups of methods":                  t.reflectMethods,
		"a program with one call: allocations of the package that starts slowest": t.slowestStart,
		"the command: size as released":                                           t.commandSize,
		"the command: allocations before main":                                    t.commandStart,

		"first call: time":                          t.says("first", "plain", milliseconds),
		"first call, validated: time":               t.says("first", "validated", milliseconds),
		"first call, validated: allocations":        t.says("first", "validated", allocations),
		"first call, validated: memory allocated":   t.says("first", "validated", kilobytes),
		"first call, validated: instructions":       t.firstInstructions("validated"),
		"a call: time":                              t.says("many", "plain", microseconds),
		"a call: allocations":                       t.says("many", "plain", allocations),
		"a call: memory allocated":                  t.says("many", "plain", bytesOf),
		"a call: instructions":                      t.instructions("plain"),
		"a call, validated: time":                   t.says("many", "validated", microseconds),
		"a call, validated: allocations":            t.says("many", "validated", allocations),
		"a call, validated: memory allocated":       t.says("many", "validated", bytesOf),
		"a call, validated: instructions":           t.instructions("validated"),
		"validation of five operations in the heap": t.validationHeap,
	}
}

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryBudgetFires measures a tree that is worse in all that has a limit, and finds every figure over its limit. So no
// measurement can look at something else than what it is named after, and no limit is out of reach.
func TestEveryBudgetFires(t *testing.T) {
	t.Chdir("../..")
	judged, silent := 0, []string{}
	require.NoError(t, measure(worse(t), func(r result) {
		t.Log(r)
		switch {
		case r.Limit == nil:
			require.NoError(t, r.err)
			require.Positive(t, r.value, "%s is a time", r.Figure)
		case r.verdict() == notCounted:
			require.Contains(t, r.Figure, "instructions")
		default:
			judged++
			if r.verdict() != over {
				silent = append(silent, r.String())
			}
		}
	}))
	require.Empty(t, silent)
	require.GreaterOrEqual(t, judged, 15)
}

// worse writes an overlay for the compiler, and returns its path.
func worse(t *testing.T) string {
	t.Helper()
	replace := map[string]string{}
	put := func(path, text string) {
		written := filepath.Join(t.TempDir(), "worse.go")
		require.NoError(t, os.WriteFile(written, []byte(text), 0o600))
		place, err := filepath.Abs(path)
		require.NoError(t, err)
		replace[place] = written
	}
	// insert puts statements at the top of a function, and declarations behind it.
	insert := func(path, function, statements, declarations string) {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		before, found, ok := strings.Cut(string(text), function)
		require.True(t, ok, "%s has no %s", path, function)
		head, body, ok := strings.Cut(found, " {\n")
		require.True(t, ok)
		put(path, before+function+head+" {\n"+statements+"\n"+body+"\n"+declarations+"\n")
	}

	put("gen/worse.gen.go", manyFunctions("gen", 2000))
	put(".ci/budgets/programs/onecall/slow.go", manyFunctions("main", 5500))
	put("xapi/cmd/xapi/worse.go", startingSlowly("main")+`
var worseBallast = [8 << 20]byte{8<<20 - 1: 1}

func init() { worseKept = append(worseKept, worseBallast[len(worseKept):]) }
`)
	large := startingSlowly("main") + `
func init() {
	if method := reflect.ValueOf(os.Stdin).MethodByName(os.Args[0]); method.IsValid() {
		println(method.String())
	}
	_, _ = types.Eval(token.NewFileSet(), nil, token.NoPos, "1")
}
`
	put(".ci/budgets/programs/onecall/worse.go", large)
	put(".ci/budgets/programs/stream/worse.go", large)
	insert("xapi/results.go", "func fetch[", `
	for range 20 {
		worseWasted = append(worseWasted[:0], make([]byte, 256)...)
		worseWasted = append([]byte(nil), worseWasted...)
	}
	for i := range 100_000 {
		worseSum += i
	}`, "var (\n\tworseWasted []byte\n\tworseSum int\n)")
	insert("gen/wire/answer.go", "func (op *Endpoint) Answer(", `
	for range 10 {
		worseWasted = append([]byte(nil), text...)
	}`, "var worseWasted []byte")
	insert("gen/spec/build.go", "func (b *builder) operation(", `
	for range 4000 {
		worseKept = append(worseKept, make([]byte, 512))
		for at := range worseKept[0] {
			worseKept[0][at]++
		}
	}`, "var worseKept [][]byte")

	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	written := filepath.Join(t.TempDir(), "overlay.json")
	require.NoError(t, os.WriteFile(written, overlay, 0o600))
	return written
}

// startingSlowly is a file of a package that allocates much before main.
func startingSlowly(name string) string {
	imports := ""
	for _, imported := range []string{"go/token", "go/types", "os", "reflect"} {
		imports += fmt.Sprintf("\t%q\n", imported)
	}
	return "package " + name + "\n\nimport (\n" + imports + `)

var (
	_ = token.NoPos
	_ = types.Typ
	_ = os.Args
	_ = reflect.TypeFor[int]
)

var worseKept [][]byte

func init() {
	for range 10_000 {
		worseKept = append(worseKept, make([]byte, 16))
	}
}
`
}

// manyFunctions is a file of a package that takes long to compile.
func manyFunctions(name string, count int) string {
	var text strings.Builder
	text.WriteString("package " + name + "\n")
	for i := range count {
		fmt.Fprintf(&text, `
func Worse%d(of map[string][]string) (sum int) {
	for name, values := range of {
		for at, value := range values {
			switch {
			case len(value) > %d:
				sum += len(value) * at
			case value == name:
				of[value] = append(of[name], values...)
			}
		}
		sum -= len(name)
	}
	return sum
}
`, i, i)
	}
	return text.String()
}

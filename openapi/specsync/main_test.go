package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const library = `openapi: 3.0.0
info: {title: Library, version: '7'}
x-part: {origin: transcribed, date: '2026-01-31'}
paths:
  /books:
    get:
      operationId: listBooks
      responses: {'200': {description: Found., content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}}
components:
  schemas:
    Book: {type: object, properties: {title: {type: string, description: As printed.}}}
`

const overlay = `overlay: 1.0.0
info: {title: Corrections, version: 1.0.0}
actions:
  - {target: "$.components.schemas[?@.properties.isbn]", x-optional: true, description: One., update: {type: object}}
  - {target: "$.paths[*].get", description: Two., update: {x-repeatable: true}}
`

// specsync calls the command as a shell would, and returns its exit code.
func specsync(t *testing.T, args ...string) (code int, stdout, message string) {
	t.Helper()
	var out bytes.Buffer
	cmd := command()
	cmd.SetOut(&out)
	cmd.SetArgs(args)
	err := execute(t.Context(), cmd)
	if err != nil {
		message = err.Error()
	}
	code, _ = exitCode(err)
	return code, out.String(), message
}

// checkout is a project with its contract built, and the current folder.
func checkout(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	write(t, "go.mod", "module library\n")
	write(t, "openapi/parts/library.yaml", library)
	write(t, "openapi/overlay.yaml", overlay)
	for _, subcommand := range []string{"build", "correct", "verify"} {
		code, _, message := specsync(t, subcommand)
		require.Zero(t, code, message)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
}

// serve publishes the library, changed by pairs of old and new text.
func serve(t *testing.T, changes ...string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(strings.NewReplacer(changes...).Replace(library)))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

var published = map[string]struct {
	changes []string
	code    int
}{
	"prose alone is no change":       {[]string{"As printed.", "As catalogued."}, 0},
	"a deprecation is none":          {[]string{"operationId: listBooks", "operationId: listBooks\n      deprecated: true"}, 0},
	"a field more adds":              {[]string{"{title: {", "{isbn: {type: string}, title: {"}, 3},
	"another schema name is none":    {[]string{"Book:", "Volume:", "schemas/Book", "schemas/Volume"}, 0},
	"a field less breaks the wire":   {[]string{"title: {", "name: {"}, 4},
	"an operation that is elsewhere": {[]string{"/books", "/volumes"}, 4},
}

func TestCheckExitsByClass(t *testing.T) {
	checkout(t)
	for name, c := range published {
		t.Run(name, func(t *testing.T) {
			code, _, message := specsync(t, "check", "--from", serve(t, c.changes...))
			require.Equal(t, c.code, code, message)
		})
	}
	t.Run("only what is vendored counts", func(t *testing.T) {
		more := []string{"components:", "  /people: {get: {operationId: listPeople, responses: {'200': {description: Found.}}}}\ncomponents:"}
		code, _, _ := specsync(t, "check", "--from", serve(t, more...))
		require.Zero(t, code)
		code, out, _ := specsync(t, "check", "--all", "--from", serve(t, more...))
		require.Equal(t, 3, code)
		require.Contains(t, out, "listPeople")
	})
	t.Run("a broken spec is no drift", func(t *testing.T) {
		code, _, message := specsync(t, "check", "--from", serve(t, "openapi:", "swagger:"))
		require.Equal(t, 1, code)
		require.Contains(t, message, "Swagger")
	})
}

func TestDiffFailsOnWhatItIsToldTo(t *testing.T) {
	base := serve(t)
	for name, c := range published {
		t.Run(name, func(t *testing.T) {
			head := serve(t, c.changes...)
			code, out, _ := specsync(t, "diff", base, head)
			require.Zero(t, code)
			for threshold, least := range map[string]int{"any": 0, "wire": 4} {
				code, _, _ := specsync(t, "diff", "--fail-on", threshold, base, head)
				changed := !strings.Contains(out, "no change")
				require.Equal(t, changed && c.code >= least, code != 0, "%s: %s", threshold, out)
			}
		})
	}
}

func TestSyncTakesOverAndSaysWhatIsLeftToDo(t *testing.T) {
	checkout(t)
	code, out, message := specsync(t, "sync", "--generate=false", "--from", serve(t, "{title: {", "{pages: {type: integer}, title: {"))
	require.Zero(t, code, message)
	require.Contains(t, out, "1 field added")
	require.Contains(t, out, "action 1, $.components.schemas[?@.properties.isbn]: its target is gone, or mended")
	require.NotContains(t, out, "action 2")
	code, _, message = specsync(t, "verify")
	require.Zero(t, code, message)
}

func TestASyncThatFailsChangesNothing(t *testing.T) {
	checkout(t)
	write(t, "gen/generate.go", "package gen\n\n//go:generate out-of-order\n")
	before, err := os.ReadFile("openapi/openapi.yaml")
	require.NoError(t, err)
	for name, c := range map[string]struct {
		changes []string
		reason  string
	}{
		"a broken spec":                {[]string{"schemas/Book'", "schemas/Tome'"}, "refers to #/components/schemas/Tome"},
		"an overlay that fits no more": {[]string{"get:", "post:"}, "matches nothing with action 2"},
		"a generator that fails":       {[]string{"As printed.", "As catalogued."}, "nothing was taken over: go generate"},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, message := specsync(t, "sync", "--from", serve(t, c.changes...))
			require.Equal(t, 1, code)
			require.Contains(t, message, c.reason)
			after, err := os.ReadFile("openapi/openapi.yaml")
			require.NoError(t, err)
			require.Equal(t, string(before), string(after))
			require.FileExists(t, "openapi/parts/library.yaml")
		})
	}
}

func TestFetchGivesTheBytesAsPublished(t *testing.T) {
	code, out, _ := specsync(t, "fetch", serve(t))
	require.Zero(t, code)
	require.Equal(t, library, out)
}

func TestWrongUsageExitsTwo(t *testing.T) {
	for _, args := range [][]string{
		{"sync", "--scope", "some"}, {"diff", "--fail-on", "all", "a", "b"}, {"sync", "--form", "x"},
		{"diff", "a"}, {"verify", "x"}, {"unknown"}, {"diff", "--json", "--markdown", "a", "b"},
	} {
		code, _, message := specsync(t, args...)
		require.Equal(t, 2, code, "%v: %s", args, message)
	}
}

// TestTrafficBecomesAContract goes round once: the page as it was transcribed, the contract, what answers showed, the
// proposed actions, and the contract with them.
func TestTrafficBecomesAContract(t *testing.T) {
	checkout(t)
	line := `{"time":"2026-02-0%d","level":"WARN","msg":"x api drift","drift":{"operation":"listBooks","status":200,"kind":%q,"in":"body","pointer":%q,"rule":%q,"reason":%q,"spec":"7","count":%d}}` + "\n"
	reports := strings.Repeat(strings.Replace(fmt.Sprintf(line, 1, "undeclared field", "/isbn", "undeclared", "is not declared", 2), "2026-02-01", "2026-02-01T10:00:00Z", 1), 2) +
		strings.Replace(fmt.Sprintf(line, 3, "wrong type", "/title", "nullable", "must not be null", 7), "2026-02-03", "2026-02-03T10:00:00Z", 1) +
		`{"operation":"listBooks","status":201,"kind":"undeclared status","rule":"status","spec":"7","count":3}` + "\n" +
		`{"operation":"listBooks","status":200,"kind":"undeclared field","pointer":"/seldom","rule":"undeclared","count":1}` + "\nno report\n"
	write(t, "drift.jsonl", reports)

	var out, left bytes.Buffer
	cmd := command()
	cmd.SetOut(&out)
	cmd.SetErr(&left)
	cmd.SetArgs([]string{"propose", "drift.jsonl"})
	require.NoError(t, execute(t.Context(), cmd))
	require.Equal(t, `  - target: '$.components.schemas[?@.properties[''title'']].properties[''title'']'
    x-optional: true
    description: 'It may be null. Observed 7 times in answers of listBooks, from 2026-02-03 to 2026-02-03, held against 7.'
    update: {"nullable":true}
  - target: '$.components.schemas[?@.properties[''title''] && !@.properties[''isbn'']].properties'
    x-optional: true
    description: 'The contract lacks isbn. Observed 4 times in answers of listBooks, from 2026-02-01 to 2026-02-01, held against 7.'
    update: {"isbn":{}}
  - target: '$.paths[*][?@.operationId == ''listBooks'' && !@.responses[''201'']].responses'
    x-optional: true
    description: 'The contract lacks the status 201. Observed 3 times in answers of listBooks, held against 7.'
    update: {"201":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Book"}}},"description":"As other answers of success."}}
`, out.String())
	require.Contains(t, left.String(), "no action: listBooks 200 /seldom: undeclared field (1 times): seen too seldom")
	require.Contains(t, left.String(), "1 lines are no report of an answer")

	write(t, "openapi/overlay.yaml", overlay+out.String())
	for _, subcommand := range []string{"build", "correct", "verify"} {
		code, _, message := specsync(t, subcommand)
		require.Zero(t, code, message)
	}
	made, err := os.ReadFile("gen/spec/openapi.json")
	require.NoError(t, err)
	require.Contains(t, string(made), `"properties":{"isbn":{},"title":{"nullable":true,"type":"string"}}`)
	require.Contains(t, string(made), `"201":`)
}

package xapi_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestImportsFlowOneWay holds the house together: for each package, the packages of this module that it may depend on,
// directly or not. Those below a package are its own.
func TestImportsFlowOneWay(t *testing.T) {
	const module = "github.com/xapi-go/xapi-go/"
	client := []string{"gen", "gen/wire", "gen/spec", "xapi/internal/transport", "xapi/internal/streaming", "xapi/auth", "xapi/validate", "xapi/posttext"}
	for pkg, allowed := range map[string][]string{
		"gen":                      {"gen/wire"},
		"gen/wire":                 nil,
		"gen/spec":                 nil,
		"openapi/specsync":         nil,
		"xapi/internal/transport":  nil,
		"xapi/internal/streaming":  {"xapi/internal/transport"},
		"xapi/internal/nearest":    nil,
		"xapi/auth":                {"xapi/internal/transport"},
		"xapi/auth/authtest":       {"xapi/auth", "xapi/internal/transport"},
		"xapi/validate":            {"gen", "gen/wire", "gen/spec", "xapi/internal/transport"},
		"xapi/posttext":            nil,
		"xapi":                     client,
		"xapi/media":               append([]string{"xapi"}, client...),
		"xapi/store":               append([]string{"xapi", "xapi/media", "xapi/webhook"}, client...),
		"xapi/xapitest":            {"gen", "gen/wire", "gen/spec", "xapi/internal/transport", "xapi/internal/nearest", "xapi/validate"},
		"xapi/thread":              append([]string{"xapi"}, client...),
		"xapi/compliance":          append([]string{"xapi"}, client...),
		"xapi/stream":              append([]string{"xapi", "xapi/webhook", "xapi/internal/wholefile"}, client...),
		"xapi/webhook":             append([]string{"xapi"}, client...),
		"xapi/webhook/webhooktest": append([]string{"xapi", "xapi/webhook"}, client...),
	} {
		t.Run(pkg, func(t *testing.T) {
			listed, err := exec.CommandContext(t.Context(), "go", "list", "-deps", module+pkg).Output()
			require.NoError(t, err)
			for dep := range strings.Lines(string(listed)) {
				name, ours := strings.CutPrefix(strings.TrimSpace(dep), module)
				if !ours || name == pkg || strings.HasPrefix(name, pkg+"/internal/") {
					continue
				}
				require.Contains(t, allowed, name)
			}
		})
	}
}

// TestGeneratedCodeIsFreeOfTheValidator keeps what only the validator needs out of the generated code.
func TestGeneratedCodeIsFreeOfTheValidator(t *testing.T) {
	listed, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "github.com/xapi-go/xapi-go/gen").Output()
	require.NoError(t, err)
	require.NotContains(t, string(listed), "kin-openapi")
}

// TestDriversStayInTheirModules keeps the databases of the fleet stores, and the driver of the browser, from everyone who
// does not use them.
func TestDriversStayInTheirModules(t *testing.T) {
	for _, args := range [][]string{{"list", "-deps", "github.com/xapi-go/xapi-go/..."}, {"list", "-m", "all"}} {
		listed, err := exec.CommandContext(t.Context(), "go", args...).Output()
		require.NoError(t, err)
		require.Contains(t, string(listed), "github.com/xapi-go/xapi-go")
		for _, driver := range []string{"redis", "jackc", "pgx", "sqlite", "chromedp", "cdproto"} {
			require.NotContains(t, string(listed), driver)
		}
	}
}

package mutate_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/contract"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/corrected"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/mutate"
)

// TestCorrectionsFindTheirPlaceWhateverSchemasAreCalled has schemas named, written in place and renamed: what the overlay
// corrects it corrects then too.
func TestCorrectionsFindTheirPlaceWhateverSchemasAreCalled(t *testing.T) {
	t.Parallel()
	project, err := contract.FindProject(".")
	require.NoError(t, err)
	overlay, err := os.ReadFile(filepath.Join(project.Root, "openapi", "overlay.yaml"))
	require.NoError(t, err)
	base := media(t)
	_, before, err := corrected.Make(base, overlay)
	require.NoError(t, err)
	for _, rule := range mutate.Rules() {
		if !slices.Contains([]string{"extract-schemas", "inline-schemas", "rename-schemas"}, rule.Name) {
			continue
		}
		_, after, err := corrected.Make(rule.Apply(base), overlay)
		require.NoError(t, err)
		for i, action := range before.Actions {
			if action.Matches > 0 {
				require.NotZero(t, after.Actions[i].Matches, "%s: %s", rule.Name, action.Target)
			}
		}
	}
}

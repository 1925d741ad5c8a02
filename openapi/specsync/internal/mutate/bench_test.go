package mutate_test

import (
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/contract"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/diff"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/mutate"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/witness"
)

// media are the operations of posts and media, as version 2.166 has them: what the bench says of a rule holds whatever
// contract there is.
func media(t *testing.T) document.Object {
	t.Helper()
	data, err := os.ReadFile("testdata/media-2.166.yaml")
	require.NoError(t, err)
	root, err := document.Parse(data)
	require.NoError(t, err)
	document.Canonicalize(root)
	return root
}

// The bench is short in every run of the tests; make spec-bench runs it at length.
var (
	tries = flag.Int("tries", 30, "how many values of each body and parameter to try")
	whole = flag.Bool("whole", false, "take all operations, not those of posts and media alone")
)

// kinds are changes that the diff has to tell of for each rule; one that is no change to anybody has none.
var kinds = map[string]string{
	"closed-inputs": "closed", "drop-limits": "limit-widened", "extract-schemas": "schema-extracted", "inline-schemas": "schema-inlined",
	"move-operation": "operation-moved", "new-spelling": "field-respelled", "optional": "field-now-optional",
	"remove-field": "field-removed", "remove-operation": "operation-removed", "rename-operations": "operation-renamed",
	"rename-schemas": "schema-renamed", "required": "request-body-now-required", "duplicate-ids": "operation-renamed",
	"both-spellings": "field-added", "other-statuses": "status-removed", "drop-ids": "operation-renamed",
}

// TestTheBench takes the contract as X might publish it, and holds what the diff says to what requests show: each rule
// is found, what takes something away breaks the wire, and what does not is harmless, which is tried.
func TestTheBench(t *testing.T) {
	t.Parallel()
	base := media(t)
	if *whole {
		project, err := contract.FindProject(".")
		require.NoError(t, err)
		base, err = project.Contract()
		require.NoError(t, err)
	}
	for _, rule := range mutate.Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			t.Parallel()
			head, err := document.Parse(document.JSON(rule.Apply(base)))
			require.NoError(t, err)
			document.Canonicalize(head)
			document.Identify(head)
			require.NoError(t, document.Check(head))
			report := diff.Compare(base, head)
			found := map[string]bool{}
			for _, change := range report.Changes {
				found[change.Kind] = true
			}
			if kind := kinds[rule.Name]; kind != "" && !*whole {
				require.True(t, found[kind], "%v", found)
			}
			// What a rule takes away another contract may not have had.
			require.True(t, report.Class < diff.Wire || rule.Breaks, "%v", found)
			require.True(t, report.Class == diff.Wire || !rule.Breaks || *whole, "%v", found)
			faults, err := witness.Doubt(report, base, head, *tries, 1)
			require.NoError(t, err)
			require.Empty(t, faults, "told as harmless, and refused")
		})
	}
}

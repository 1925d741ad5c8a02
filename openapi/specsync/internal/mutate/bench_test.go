package mutate_test

import (
	"flag"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/contract"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/diff"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/mutate"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/witness"
)

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
	project, err := contract.FindProject(".")
	require.NoError(t, err)
	base, err := project.Contract()
	require.NoError(t, err)
	if !*whole {
		base = document.Slice(base, func(operation document.Operation) bool {
			return strings.HasPrefix(operation.Path, "/2/media") || operation.Path == "/2/tweets" || strings.HasPrefix(operation.Path, "/2/tweets/search/stream/rules")
		})
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
			if kind := kinds[rule.Name]; kind != "" {
				require.True(t, found[kind], "%v", found)
			}
			require.Equal(t, rule.Breaks && len(report.Changes) > 0, report.Class == diff.Wire, "%v", found)
			faults, err := witness.Doubt(report, base, head, *tries, 1)
			require.NoError(t, err)
			require.Empty(t, faults, "told as harmless, and refused")
		})
	}
}

package validate

import (
	"strings"

	"github.com/xapi-go/xapi-go/gen"
)

// spellings are the names that an operation's answers have in one of the API's two spellings only.
func spellings(operation string) map[string]bool {
	for row := range gen.Operations() {
		if row.ID != operation {
			continue
		}
		names := make(map[string]bool, 2*len(row.Names))
		for _, pair := range row.Names {
			names[pair.Old], names[pair.New] = true, true
		}
		return names
	}
	return nil
}

// spelled returns the finding that stands for a field which is undeclared or missing only because the answer is in the
// other spelling, and any other finding as it is.
func (f *findings) spelled(finding Finding) Finding {
	if f.request || finding.Rule != "undeclared" && finding.Rule != "required" {
		return finding
	}
	name := finding.Pointer[strings.LastIndexByte(finding.Pointer, '/')+1:]
	if !f.contract.spellings()[name] {
		return finding
	}
	return Finding{In: finding.In, Rule: "spelling", Reason: "is in the other spelling of the API: posts where the document has tweets, or the reverse"}
}

package contract

import (
	"fmt"
	"io"
	"os"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/corrected"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/propose"
)

// Propose makes overlay actions of reports of drift, one JSON document a line. What was reported fewer than least times
// is left. Every action was tried on the contract.
func (p Project) Propose(reports io.Reader, least int) (propose.Proposal, error) {
	root, err := p.Contract()
	if err != nil {
		return propose.Proposal{}, err
	}
	m, err := p.ReadModel()
	if err != nil {
		return propose.Proposal{}, err
	}
	made, _, err := p.correctedRoot(root, m)
	if err != nil {
		return propose.Proposal{}, err
	}
	proposal, err := propose.From(reports, made, least)
	if err != nil {
		return propose.Proposal{}, err
	}
	overlay, err := os.ReadFile(p.path(overlayFile))
	if err != nil {
		return propose.Proposal{}, fmt.Errorf("reading the overlay: %w", err)
	}
	kept := proposal
	kept.Actions = nil
	for _, action := range proposal.Actions {
		tried := append(append([]byte{}, overlay...), propose.Proposal{Actions: []propose.Action{action}}.YAML()...)
		_, report, err := corrected.Make(identified(root, m), tried)
		if last := len(report.Actions) - 1; err != nil || !report.Actions[last].Changed {
			kept.Left = append(kept.Left, fmt.Sprintf("%s: the action does not fit the contract, write it by hand", action.Target))
			continue
		}
		kept.Actions = append(kept.Actions, action)
	}
	return kept, nil
}

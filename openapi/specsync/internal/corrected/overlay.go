package corrected

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/speakeasy-api/openapi/overlay"
	"gopkg.in/yaml.v3"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// Action is one action of the overlay, and what came of it.
type Action struct {
	// Number counts from 1.
	Number      int
	Target      string
	Description string
	// Optional actions apply only where their target exists (x-optional: true).
	Optional bool
	// Matches is how many places the target matched.
	Matches int
	// Changed is false where the action left the document as it was: what it corrects has been mended.
	Changed bool
}

// applyOverlay returns a copy of the contract with the overlay's actions applied in order. An action that matches
// nothing is an error unless it is optional; all of those are reported together.
func applyOverlay(contract document.Object, text []byte) (document.Object, []Action, error) {
	actions, err := readOverlay(text)
	if err != nil {
		return nil, nil, fmt.Errorf("the overlay: %w", err)
	}
	var node yaml.Node
	if err := yaml.Unmarshal(document.JSON(contract), &node); err != nil {
		return nil, nil, fmt.Errorf("preparing the contract: %w", err)
	}
	blockStyle(&node)
	report := make([]Action, 0, len(actions))
	var missed []string
	before, err := yaml.Marshal(&node)
	if err != nil {
		return nil, nil, fmt.Errorf("preparing the contract: %w", err)
	}
	for i, action := range actions {
		done := Action{
			Number: i + 1, Target: action.Target, Description: action.Description,
			Optional: action.optional,
		}
		single := overlay.Overlay{
			Version: overlay.Version100, JSONPathVersion: overlay.JSONPathRFC9535, Actions: []overlay.Action{action.Action},
		}
		path, err := single.NewPath(action.Target, nil)
		if err != nil {
			return nil, nil, fmt.Errorf("the overlay's action %d: its target %s is no JSONPath: %w", i+1, action.Target, err)
		}
		done.Matches = len(path.Query(&node))
		switch {
		case done.Matches > 0:
			if err := single.ApplyTo(&node); err != nil {
				return nil, nil, fmt.Errorf("the overlay's action %d (%s): %w", i+1, action.Target, err)
			}
			after, err := yaml.Marshal(&node)
			if err != nil {
				return nil, nil, fmt.Errorf("the overlay's action %d (%s): %w", i+1, action.Target, err)
			}
			done.Changed = !bytes.Equal(before, after)
			before = after
		case !action.optional:
			missed = append(missed, fmt.Sprintf("action %d (%s)", i+1, action.Target))
		}
		report = append(report, done)
	}
	if len(missed) > 0 {
		return nil, report, fmt.Errorf("the overlay matches nothing with %s: mend the target, or retire the action if the spec no longer needs it",
			strings.Join(missed, ", "))
	}
	root, err := document.Parse(before)
	if err != nil {
		return nil, report, fmt.Errorf("reading the corrected contract: %w", err)
	}
	return root, report, nil
}

// blockStyle drops the braces and brackets of JSON: what an action adds is in YAML's block style, and the two do not mix.
func blockStyle(node *yaml.Node) {
	node.Style &^= yaml.FlowStyle
	for _, child := range node.Content {
		blockStyle(child)
	}
}

type overlayAction struct {
	overlay.Action
	optional bool
}

func readOverlay(text []byte) ([]overlayAction, error) {
	read, err := overlay.ParseReader(strings.NewReader(string(text)))
	if err != nil {
		return nil, fmt.Errorf("not YAML: %w", err)
	}
	if err := read.Validate(); err != nil {
		return nil, err
	}
	// The library leaves out a plain action's extensions, so they are read beside it.
	var extensions struct {
		Actions []struct {
			Optional bool `yaml:"x-optional"`
		} `yaml:"actions"`
	}
	if err := yaml.Unmarshal(text, &extensions); err != nil {
		return nil, fmt.Errorf("x-optional must be true or false: %w", err)
	}
	actions := make([]overlayAction, len(read.Actions))
	for i, action := range read.Actions {
		if !action.Remove && action.Update.IsZero() {
			return nil, errors.New("action " + action.Target + " neither updates nor removes")
		}
		actions[i] = overlayAction{Action: action, optional: extensions.Actions[i].Optional}
	}
	return actions, nil
}

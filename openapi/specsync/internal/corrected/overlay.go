package corrected

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
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
// nothing is an error unless it is optional, or for operations of which the contract has none; all of those are
// reported together.
func applyOverlay(contract document.Object, text []byte) (document.Object, []Action, error) {
	actions, err := readOverlay(text)
	if err != nil {
		return nil, nil, fmt.Errorf("the overlay: %w", err)
	}
	ids := map[string]bool{}
	for _, operation := range document.Operations(contract) {
		ids[operation.ID] = true
	}
	root := &yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{nodeOf(contract)}}
	report := make([]Action, 0, len(actions))
	var missed []string
	for i, action := range actions {
		done, err := action.apply(root)
		if err != nil {
			return nil, nil, fmt.Errorf("the overlay's action %d (%s): %w", i+1, action.Target, err)
		}
		done.Number = i + 1
		if done.Matches == 0 && !action.optional && !action.retired(ids) {
			missed = append(missed, fmt.Sprintf("action %d (%s)", i+1, action.Target))
		}
		report = append(report, done)
	}
	if len(missed) > 0 {
		return nil, report, fmt.Errorf("the overlay matches nothing with %s: mend the target, or retire the action if the spec no longer needs it",
			strings.Join(missed, ", "))
	}
	value, err := valueOf(root)
	if err != nil {
		return nil, report, fmt.Errorf("reading the corrected contract: %w", err)
	}
	corrected, ok := value.(document.Object)
	if !ok {
		return nil, report, errors.New("the overlay leaves no object of the contract")
	}
	return corrected, report, nil
}

// apply applies the action to the document.
func (a overlayAction) apply(root *yaml.Node) (Action, error) {
	done := Action{Target: a.Target, Description: a.Description, Optional: a.optional}
	single := overlay.Overlay{
		Version: overlay.Version100, JSONPathVersion: overlay.JSONPathRFC9535, Actions: []overlay.Action{a.Action},
	}
	path, err := single.NewPath(a.Target, nil)
	if err != nil {
		return done, fmt.Errorf("the target is no JSONPath: %w", err)
	}
	matched := path.Query(root)
	done.Matches = len(matched)
	if done.Matches == 0 {
		return done, nil
	}
	before := make([]*yaml.Node, len(matched))
	for i, node := range matched {
		before[i] = copied(node)
	}
	if err := single.ApplyTo(root); err != nil {
		return done, err
	}
	done.Changed = a.Remove || !slices.EqualFunc(before, matched, alike)
	return done, nil
}

// named finds the operations that a target is for.
var named = regexp.MustCompile(`operationId\s*==\s*'([^']+)'`)

// retired reports whether the action is for operations that the contract does not have, so that it has nothing to do.
func (a overlayAction) retired(ids map[string]bool) bool {
	matches := named.FindAllStringSubmatch(a.Target, -1)
	return len(matches) > 0 && !slices.ContainsFunc(matches, func(match []string) bool { return ids[match[1]] })
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

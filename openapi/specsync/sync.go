package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/contract"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/corrected"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/source"
)

func syncCommand() *cobra.Command {
	var from, origin, scope, prose string
	var generate bool
	cmd := &cobra.Command{
		Use: "sync", Short: "Take over a published spec as the contract, and generate from it",
		Long: "Take over a published spec as the contract, and generate from it. What is broken is refused with the reason,\n" +
			"and on any failure everything is left as it was. The diff goes to standard output.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if scope != contract.ScopeVendored && scope != contract.ScopeAll {
				return usage{fmt.Errorf("--scope %s: give %s or %s", scope, contract.ScopeVendored, contract.ScopeAll)}
			}
			if prose != contract.ProseOurs && prose != contract.ProsePublished {
				return usage{fmt.Errorf("--prose %s: give %s or %s", prose, contract.ProseOurs, contract.ProsePublished)}
			}
			project, err := contract.FindProject(".")
			if err != nil {
				return err
			}
			root, raw, err := read(cmd.Context(), from)
			if err != nil {
				return err
			}
			published := contract.Publication{From: cmp.Or(origin, from), Raw: raw, Root: root}
			sync, err := project.Sync(published, scope, prose, time.Now())
			if err != nil {
				return err
			}
			var build func(context.Context) error
			if generate {
				build = func(ctx context.Context) error { return regenerate(ctx, project) }
			}
			if err := project.TakeOver(cmd.Context(), sync.Files, build); err != nil {
				return err
			}
			if err := sync.Diff.Summary(cmd.OutOrStdout()); err != nil {
				return err
			}
			return reportSync(cmd.OutOrStdout(), sync)
		},
	}
	cmd.Flags().StringVar(&from, "from", source.Live, "file or address of the spec")
	cmd.Flags().StringVar(&origin, "origin", "", "where the spec comes from, for the lock, if it was fetched before")
	cmd.Flags().StringVar(&scope, "scope", contract.ScopeVendored, "vendored: the operations the contract has; all: every one")
	cmd.Flags().StringVar(&prose, "prose", contract.ProseOurs, "ours: our descriptions, where there are any; published: those of the spec")
	cmd.Flags().BoolVar(&generate, "generate", true, "generate and build the code as well")
	return cmd
}

func fetchCommand() *cobra.Command {
	return &cobra.Command{
		Use: "fetch [FROM]", Short: "Write a published spec to standard output as it is, if it is sound", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			from := source.Live
			if len(args) > 0 {
				from = args[0]
			}
			_, raw, err := read(cmd.Context(), from)
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(raw)
			return err
		},
	}
}

// userPrograms are what users write against package xapi: a version under which they do not compile is refused.
const userPrograms = "./xapi/internal/programs"

// regenerate runs the generators, and makes sure that what they wrote compiles, and users' programs against it. What
// they print is only told where they fail.
func regenerate(ctx context.Context, project contract.Project) error {
	build := []string{"build", "./gen/...", "./xapi"}
	if _, err := os.Stat(filepath.Join(project.Root, filepath.FromSlash(userPrograms))); err == nil {
		build = append(build, userPrograms)
	}
	for _, step := range []*exec.Cmd{
		exec.CommandContext(ctx, "go", "generate", "./gen/..."), exec.CommandContext(ctx, "go", build...),
	} {
		step.Dir = project.Root
		step.Cancel = func() error { return step.Process.Signal(os.Interrupt) }
		step.WaitDelay = 10 * time.Second
		if output, err := step.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", strings.Join(step.Args, " "), err, output)
		}
	}
	return nil
}

// reportSync lists what wants a maintainer's eye beside the diff.
func reportSync(w io.Writer, sync contract.Sync) error {
	out := &lines{w: w}
	out.say("")
	for _, id := range sync.Gone {
		out.say("no longer published: %s; its method stays, and is held against nothing", id)
	}
	out.list("new in the model", sync.Model.Added)
	for _, contradiction := range sync.Model.Contradictions {
		out.say("for a decision in openapi/model.yaml (decided), the model's kind stays until then: %s", contradiction)
	}
	out.list("without words of ours", sync.Wordless)
	if out.err != nil {
		return out.err
	}
	return reportOverlay(w, sync.Corrections)
}

// lines writes lines until one fails.
type lines struct {
	w   io.Writer
	err error
}

func (l *lines) say(format string, args ...any) {
	if l.err == nil {
		_, l.err = fmt.Fprintf(l.w, format+"\n", args...)
	}
}

// mostListed bounds a list; all of it stands in the model and the contract.
const mostListed = 20

func (l *lines) list(title string, items []string) {
	if len(items) == 0 {
		return
	}
	l.say("%s (%d):", title, len(items))
	for i, item := range items {
		if i == mostListed {
			l.say("  and %d more", len(items)-i)
			break
		}
		l.say("  %s", item)
	}
}

// reportOverlay lists the overlay's actions that have nothing left to correct.
func reportOverlay(w io.Writer, report corrected.Report) error {
	heading := "\nThe overlay has actions with nothing left to correct here; retire those that upstream has mended:\n"
	for _, action := range report.Actions {
		var reason string
		switch {
		case action.Matches == 0:
			reason = "its target is gone, or mended"
		case !action.Changed:
			reason = "the spec already says so"
		default:
			continue
		}
		if _, err := fmt.Fprintf(w, "%s  action %d, %s: %s\n", heading, action.Number, action.Target, reason); err != nil {
			return err
		}
		heading = ""
	}
	return nil
}

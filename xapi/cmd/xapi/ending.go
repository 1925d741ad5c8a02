package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi/media"
	"github.com/xapi-go/xapi-go/xapi/validate"
)

// The exit codes.
const (
	done        = 0
	failed      = 1
	misuse      = 2
	interrupted = 130
)

// errInterrupted is why a command ends that was told to by a signal.
var errInterrupted = errors.New("interrupted")

// grace is how long a command that was told to end may take for it. Some of what it does hears of no context: a read of
// the standard input, the opening of a named pipe.
const grace = 800 * time.Millisecond

// ending says when a command is to end, whatever it is doing.
type ending struct {
	timeout time.Duration
	cancel  context.CancelFunc
	// begun is given the context of a command when its work begins.
	begun chan context.Context
}

// add adds the flag to root and to all commands below it.
func (e *ending) add(root *cobra.Command) {
	root.PersistentFlags().DurationVar(&e.timeout, "timeout", 0, "give up after this `DURATION`, like 90s or 10m")
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		ctx := cmd.Context()
		if cmd.Flags().Changed("timeout") {
			if e.timeout <= 0 {
				return usage("--timeout %v is not positive", e.timeout)
			}
			ctx, e.cancel = context.WithTimeoutCause(ctx, e.timeout, fmt.Errorf("not done after %v", e.timeout))
			cmd.SetContext(ctx)
		}
		e.begun <- ctx
		return nil
	}
}

// carry runs work, and returns when it has ended or should have.
func (e *ending) carry(work func() error) error {
	ended := make(chan error, 1)
	go func() { ended <- work() }()
	var ctx context.Context
	select {
	case err := <-ended:
		return err
	case ctx = <-e.begun:
	}
	if e.cancel != nil {
		defer e.cancel()
	}
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case err := <-ended:
		return err
	case <-timer.C:
		return context.Cause(ctx)
	}
}

// code returns the exit code that goes with err. started says that a command had begun its work.
func code(ctx context.Context, err error, started bool) int {
	var wrong usageError
	var input *media.InputError
	var refused *validate.RequestError
	switch {
	case err == nil:
		return done
	case errors.Is(context.Cause(ctx), errInterrupted):
		return interrupted
	case !started || errors.As(err, &wrong) || errors.As(err, &input), errors.As(err, &refused):
		return misuse
	}
	return failed
}

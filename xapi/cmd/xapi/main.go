// Command xapi calls the X API: every operation, media uploads, logins, a sandbox.
//
// It exits with 0 when all is done, 1 when something failed, 2 when it was used wrongly, in which case nothing was sent,
// and 130 when a signal stopped it. The reason is one line on the standard error.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	os.Exit(interruptible(os.Args[1:]))
}

// interruptible runs the command until it ends or is told to stop, which cancels what is under way. A second signal ends
// the process at once.
func interruptible(args []string) int {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		signal.Stop(signals)
		cancel(errInterrupted)
	}()
	return run(ctx, args, console{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Getenv})
}

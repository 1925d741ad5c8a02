// Command xmedia uploads media to X and describes it.
//
// It exits with 0 when all is done, 1 when something failed, and 2 when it was used wrongly, in which case nothing was
// sent. The reason is one line on the standard error.
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

// interruptible runs the command until it ends or is told to stop, which cancels what is under way.
func interruptible(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, args, console{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Getenv})
}

// Command budgets measures what xapi-go costs to compile, to carry and to call, holds each figure against limits.yaml, and
// exits with 1 where one is over. Run it from the project's root: make budgets.
package main

import (
	"fmt"
	"os"
)

func main() {
	code := 0
	err := measure("", func(r result) {
		fmt.Println(r)
		if r.verdict() == over || r.verdict() == failed {
			code = 1
		}
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "budgets:", err)
		code = 1
	}
	os.Exit(code)
}

// measure takes every figure of limits.yaml. Overlay names a file of replacements as `go build -overlay` takes it, or nothing.
func measure(overlay string, each func(result)) error {
	folder, err := os.MkdirTemp("", "budgets")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	list, err := limits()
	if err != nil {
		return fmt.Errorf("limits.yaml: %w", err)
	}
	figures := measurements(&tree{folder: folder, overlay: overlay})
	if len(figures) != len(list) {
		return fmt.Errorf("limits.yaml has %d figures, and %d are measured", len(list), len(figures))
	}
	for _, limit := range list {
		take, ok := figures[limit.Figure]
		if !ok {
			return fmt.Errorf("limits.yaml: nothing measures %q", limit.Figure)
		}
		value, err := take()
		each(result{limit, value, err})
	}
	return nil
}

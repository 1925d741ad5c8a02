package main

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/.ci/budgets/programs/cost"
)

type answer = cost.Cost

func milliseconds(a answer) float64 { return a.Nanoseconds / 1e6 }
func microseconds(a answer) float64 { return a.Nanoseconds / 1e3 }
func allocations(a answer) float64  { return a.Allocations }
func bytesOf(a answer) float64      { return a.Bytes }
func kilobytes(a answer) float64    { return a.Bytes / 1e3 }

// says measures what a program says of its work.
func (t *tree) says(of func(answer) float64, program string, arguments ...string) measurement {
	return func() (float64, error) {
		key := program + strings.Join(arguments, " ")
		a, ok := t.answers[key]
		if !ok {
			var err error
			if a, err = t.median(program, arguments...); err != nil {
				return 0, err
			}
			if t.answers == nil {
				t.answers = map[string]answer{}
			}
			t.answers[key] = a
		}
		return of(a), nil
	}
}

// median takes the middle one of several runs for each figure, since the runtime allocates a little on its own.
func (t *tree) median(program string, arguments ...string) (middle answer, err error) {
	const runs = 5
	var all []answer
	for range runs {
		a, err := t.ask(program, arguments...)
		if err != nil {
			return answer{}, err
		}
		all = append(all, a)
	}
	of := func(figure func(*answer) *float64) {
		var values []float64
		for _, a := range all {
			values = append(values, *figure(&a))
		}
		slices.Sort(values)
		*figure(&middle) = values[runs/2]
	}
	of(func(a *answer) *float64 { return &a.Nanoseconds })
	of(func(a *answer) *float64 { return &a.Allocations })
	of(func(a *answer) *float64 { return &a.Bytes })
	of(func(a *answer) *float64 { return &a.Heap })
	return middle, nil
}

func (t *tree) ask(program string, arguments ...string) (a answer, err error) {
	binary, err := t.build(program)
	if err != nil {
		return a, err
	}
	output, err := counted(exec.Command(binary, arguments...)).Output() //nolint:gosec,noctx // our own
	if err != nil {
		return a, fmt.Errorf("running %s %s: %w", program, arguments, err)
	}
	return a, json.Unmarshal(output, &a)
}

// validationHeap is what stays in memory of validating five operations.
func (t *tree) validationHeap() (float64, error) {
	with, err := t.median(oneCall, "five", "validated")
	if err != nil {
		return 0, err
	}
	without, err := t.median(oneCall, "five", "plain")
	return (with.Heap - without.Heap) / 1e6, err
}

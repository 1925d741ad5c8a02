package main

import (
	_ "embed"
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"
)

//go:embed limits.yaml
var limitsFile []byte

// A limit says how much a figure may be, and in which unit it is told. Without a limit the figure is only shown.
type limit struct {
	Figure string   `yaml:"figure"`
	Unit   string   `yaml:"unit"`
	Limit  *float64 `yaml:"limit"`
}

func limits() (list []limit, err error) {
	return list, yaml.Unmarshal(limitsFile, &list)
}

// errNotCounted says that this machine cannot count something, which is not the code's fault.
var errNotCounted = errors.New("perf may not count, and valgrind is not there")

// A result is one figure as measured, or why it was not.
type result struct {
	limit
	value float64
	err   error
}

// A verdict is what is said of one figure.
type verdict string

const (
	within     verdict = "ok"
	over       verdict = "OVER ITS LIMIT"
	shown      verdict = "" // a time
	notCounted verdict = "not counted"
	failed     verdict = "FAILED"
)

func (r result) verdict() verdict {
	switch {
	case errors.Is(r.err, errNotCounted):
		return notCounted
	case r.err != nil:
		return failed
	case r.Limit == nil:
		return shown
	case r.value > *r.Limit:
		return over
	}
	return within
}

func (r result) String() string {
	value, may := fmt.Sprintf("%.2f", r.value), ""
	if r.err != nil {
		value = "-"
	}
	if r.Limit != nil {
		may = fmt.Sprintf("of %.2f", *r.Limit)
	}
	line := fmt.Sprintf("%-72s %10s %12s %-8s %s", r.Figure, value, may, r.Unit, r.verdict())
	if r.err != nil {
		line += ": " + r.err.Error()
	}
	return line
}

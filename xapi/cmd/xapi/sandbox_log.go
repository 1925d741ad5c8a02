package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// requestLog prints a line for each request that the sandbox answers, and below it what was wrong with it.
type requestLog struct {
	mu     sync.Mutex
	out    io.Writer
	colour bool
}

func newRequestLog(c console) *requestLog {
	file, isFile := c.out.(*os.File)
	return &requestLog{
		out: c.out, colour: isFile && term.IsTerminal(int(file.Fd())) && c.env("NO_COLOR") == "" && c.env("TERM") != "dumb",
	}
}

// Colours of a terminal, which follow its own scheme.
const (
	green, yellow, red, faint, plain = "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[2m", "\x1b[0m"
)

func (l *requestLog) print(r xapitest.Request) {
	clean := r.Redacted()
	status, hue := fmt.Sprint(clean.Status), green
	switch {
	case clean.Status == 0:
		status, hue = "cut", red
	case clean.Status >= 500:
		hue = red
	case clean.Status >= 400:
		hue = yellow
	}
	operation := clean.Operation
	if operation == "" {
		operation = "unknown"
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s %s %s %s %s\n", l.in(faint, clean.At.UTC().Format(time.TimeOnly)), l.in(hue, fmt.Sprintf("%3s", status)),
		clean.Method, oneLine(clean.Path), l.in(faint, operation+" "+shortTime(clean.Took)))
	if clean.Wrong != "" {
		fmt.Fprintf(&text, "             %s\n", l.in(hue, oneLine(clean.Wrong)))
	}
	if clean.Hint != "" {
		fmt.Fprintf(&text, "             hint: %s\n", oneLine(clean.Hint))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = io.WriteString(l.out, text.String())
}

// in returns the text in a colour, where there are colours.
func (l *requestLog) in(hue, text string) string {
	if !l.colour {
		return text
	}
	return hue + text + plain
}

// shortTime writes how long something took with three digits at most.
func shortTime(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(time.Microsecond).String()
	case d < time.Second:
		return d.Round(100 * time.Microsecond).String()
	default:
		return d.Round(10 * time.Millisecond).String()
	}
}

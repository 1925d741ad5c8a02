package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"
)

// console is where the command reads and writes, and what it knows of its surroundings.
type console struct {
	in       io.Reader
	out, err io.Writer
	env      func(string) string
}

// terminal reports whether messages are read by a person as they come.
func (c console) terminal() bool {
	file, ok := c.err.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// say prints to the standard output, as fmt.Fprintf does. What the arguments say stands on one line, and steers no
// terminal.
func (c console) say(format string, args ...any) error {
	_, err := fmt.Fprintf(c.out, format, tamed(args)...)
	return err
}

// tell prints to the standard error, as say does to the standard output.
func (c console) tell(format string, args ...any) {
	_, _ = fmt.Fprintf(c.err, format, tamed(args)...)
}

// tamed returns args with whatever would be printed as text made fit for a line.
func tamed(args []any) []any {
	tame := make([]any, len(args))
	for i, arg := range args {
		switch arg := arg.(type) {
		case int, int64:
			tame[i] = arg
		default:
			tame[i] = oneLine(fmt.Sprint(arg))
		}
	}
	return tame
}

// json prints one object on one line. Control characters are escaped, also those that JSON would take as they are.
func (c console) json(value any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	line := make([]byte, 0, text.Len())
	for _, r := range strings.TrimSuffix(text.String(), "\n") {
		switch {
		case printable(r):
			line = utf8.AppendRune(line, r)
		case r > 0xffff:
			high, low := utf16(r)
			line = fmt.Appendf(line, `\u%04x\u%04x`, high, low)
		default:
			line = fmt.Appendf(line, `\u%04x`, r)
		}
	}
	_, err := c.out.Write(append(line, '\n'))
	return err
}

// utf16 returns the two halves by which JSON writes a character beyond four digits.
func utf16(r rune) (high, low rune) {
	r -= 0x10000
	return 0xd800 + r>>10, 0xdc00 + r&0x3ff
}

// printable reports whether a terminal shows r, and does nothing else.
func printable(r rune) bool {
	const joiner = '\u200d' // of the parts of an emoji
	return unicode.IsPrint(r) || r == joiner
}

// flags are what the command has in place of functions of the library that its errors name.
var flags = strings.NewReplacer(
	"WithRateLimitWait", "--rate-limit-wait", "a pipe or a device goes by Reader", "give a file",
	": find out with Reconcile, or look and tell by Settle, then Publish goes on", "",
	": Publish goes on with this one", "", ": Publish goes on with the next", "", "tell by Settle", "tell which it is",
	"send it with WithQuery", "send it with --query", "stream.SyncRules", "xapi rules sync", "look up the user of that name first", "see xapi call getUsersByUsername",
)

// unchecked is how the library lets out what the spec does not know.
var unchecked = regexp.MustCompile(`send it with Client\.Do \([^)]*\), or check nothing of this call by WithValidation`)

// reason returns what an error says on one line: joined errors have several.
func reason(err error) string {
	text := strings.ReplaceAll(err.Error(), "\n", "; ")
	return oneLine(flags.Replace(unchecked.ReplaceAllString(text, "send it with --unchecked")))
}

// oneLine makes what users and servers wrote fit for one line of a terminal, which nothing in it may steer.
func oneLine(text string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if printable(r) {
			return r
		}
		return ' '
	}, text)), " ")
}

package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

var (
	shellBlock = regexp.MustCompile("(?s)```(?:sh)?\n(.*?)```")
	codeSpan   = regexp.MustCompile("`(xapi [a-z][^`]*)`")
	inQuotes   = regexp.MustCompile(`'([^']*)'|"([^"]*)"`)
	// word is a word of a shell's line: with spaces where it is in quotes.
	word = regexp.MustCompile(`(?:'[^']*'|"[^"]*"|[^\s'"])+`)
)

// commandLines returns the lines of the README that call this command, as words.
func commandLines(t *testing.T) [][]string {
	readme, err := os.ReadFile("../../../README.md")
	require.NoError(t, err)
	var lines []string
	for _, block := range shellBlock.FindAllStringSubmatch(string(readme), -1) {
		for line := range strings.Lines(block[1]) {
			line, _, _ = strings.Cut(strings.TrimPrefix(line, "$ "), "  #")
			if strings.HasPrefix(line, "xapi ") {
				lines = append(lines, line)
			}
		}
	}
	for _, span := range codeSpan.FindAllStringSubmatch(string(readme), -1) {
		lines = append(lines, span[1])
	}
	require.NotEmpty(t, lines)
	return commandsOf(lines)
}

// commandsOf splits lines into words as a shell does, without the name of the command.
func commandsOf(lines []string) [][]string {
	var commands [][]string
	for _, line := range lines {
		words := word.FindAllString(line, -1)
		for i, each := range words {
			words[i] = inQuotes.ReplaceAllString(each, "$1$2")
		}
		if to := slices.IndexFunc(words, func(w string) bool { return strings.ContainsAny(w, "><|") }); to >= 0 {
			words = words[:to]
		}
		commands = append(commands, words[1:])
	}
	return commands
}

// examples are the lines by which the help of cmd and of all commands below it shows how they are called.
func examples(cmd *cobra.Command) []string {
	var lines []string
	for line := range strings.Lines(cmd.Example) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), "  #")
		if _, after, piped := strings.Cut(line, "| "); piped {
			line = after
		}
		if strings.HasPrefix(line, "xapi ") {
			lines = append(lines, line)
		}
	}
	for _, below := range cmd.Commands() {
		if below.Name() != "completion" {
			lines = append(lines, examples(below)...)
		}
	}
	return lines
}

// The flag for help is read after all others, so that it shows whether they are there without doing what the command does.
func TestTheCommandsOfTheREADMEAreThoseThatThereAre(t *testing.T) {
	for _, args := range append(commandLines(t), commandsOf(examples(newRoot(console{})))...) {
		got := shell(t, nil, "", append(slices.Clone(args), "--help")...)
		require.Zero(t, got.code, "%v: %s", args, got.err)
		require.Contains(t, got.out, "xapi "+args[0], args)
		if args[0] == "call" && !slices.Contains(args, "--estimate") && !slices.Contains(args, "--dry-run") {
			got = shell(t, nil, "", append(slices.Clone(args), "--dry-run")...)
			require.Zero(t, got.code, "%v: %s", args, got.err)
		}
	}
}

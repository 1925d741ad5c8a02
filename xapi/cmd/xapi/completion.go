package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi/auth"
)

// completeCall proposes the operations, and behind one of them the names of its arguments and parameters.
func completeCall(_ *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return operationsLike(typed), cobra.ShellCompDirectiveNoFileComp
	}
	row, err := findOperation(args[0])
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	name, value, valued := strings.Cut(typed, "=")
	if valued {
		return valuesLike(row, name, value), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
	names := placeholders(row.Path)
	for _, param := range row.Params {
		names = append(names, param.Wire)
	}
	var proposals []cobra.Completion
	for _, name := range names {
		given := slices.ContainsFunc(args[1:], func(arg string) bool { return strings.HasPrefix(arg, name+"=") })
		if strings.HasPrefix(name, typed) && !given {
			proposals = append(proposals, name+"=")
		}
	}
	return proposals, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// proposals completes a flag by the values that it takes.
func proposals[T ~string](values ...T) cobra.CompletionFunc {
	var all []cobra.Completion
	for _, value := range values {
		all = append(all, string(value))
	}
	return cobra.FixedCompletions(all, cobra.ShellCompDirectiveNoFileComp)
}

// namesOfLogins completes a flag by the names of the logins at the server.
func (c *connection) namesOfLogins(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	folder, err := auth.DefaultFolder()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	server := loginApp(console{env: func(string) string { return "" }}, c.baseURL).Key("").Server
	var names []cobra.Completion
	for key, err := range auth.NewFileKeyring(folder).Keys(cmd.Context(), auth.Key{Server: server}) {
		if err == nil && !slices.Contains(names, key.User) {
			names = append(names, key.User)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func operationsLike(typed string) []cobra.Completion {
	var proposals []cobra.Completion
	for row := range gen.Operations() {
		if strings.HasPrefix(strings.ToLower(row.ID), strings.ToLower(typed)) {
			proposals = append(proposals, cobra.CompletionWithDesc(row.ID, row.Method+" "+row.Path))
		}
	}
	slices.Sort(proposals)
	return proposals
}

// valuesLike proposes what the last of a parameter's values may be, behind those that are typed already.
func valuesLike(row *gen.Endpoint, name, typed string) []cobra.Completion {
	param := parameter(row, name)
	if param == nil {
		return nil
	}
	before := typed[:strings.LastIndex(typed, ",")+1]
	given := strings.Split(before, ",")
	var proposals []cobra.Completion
	for _, value := range param.Values {
		if strings.HasPrefix(value, typed[len(before):]) && !slices.Contains(given, value) {
			proposals = append(proposals, name+"="+before+value)
		}
	}
	return proposals
}

package main

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi/media"
)

// atLeastOneKey is the arguments of the commands that take media keys.
func atLeastOneKey(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usage("%s takes at least one MEDIA_KEY: see %s --help", cmd.Name(), cmd.CommandPath())
	}
	return nil
}

// warn names on the standard error what an answer says did not work.
func (c console) warn(problems []media.Problem) {
	for _, p := range problems {
		c.tell("xapi: %s\n", reason(p))
	}
}

func newLookup(c console) *cobra.Command {
	var conn connection
	var fields []string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "lookup MEDIA_KEY...",
		Short: "Show what X knows of media",
		Args:  atLeastOneKey,
		RunE: func(cmd *cobra.Command, keys []string) error {
			client, server, err := conn.open(cmd.Context(), c)
			if err != nil {
				return err
			}
			defer func() { _ = server.Close() }()
			if len(fields) == 0 {
				fields = []string{"alt_text", "duration_ms", "height", "url", "width"}
			}
			found, err := conn.media(client).Lookup(cmd.Context(), keys, fields)
			if err != nil {
				return err
			}
			c.warn(found.Problems)
			if asJSON {
				raw := make([]json.RawMessage, len(found.Items))
				for i, item := range found.Items {
					raw[i] = item.Raw
				}
				return c.json(map[string]any{"media": raw, "problems": len(found.Problems)})
			}
			for _, item := range found.Items {
				if err := c.say("%s\t%s\t%dx%d\t%s\n", item.Key, item.Type, item.Width, item.Height, item.AltText); err != nil {
					return err
				}
			}
			return nil
		},
	}
	conn.serverFlag(cmd)
	cmd.Flags().StringSliceVar(&fields, "fields", nil, "`FIELDS` to ask for, separated by commas: alt_text, duration_ms, variants and more")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

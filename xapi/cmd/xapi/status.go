package main

import (
	"time"

	"github.com/spf13/cobra"
)

func newStatus(c console) *cobra.Command {
	var conn connection
	var wait, asJSON bool
	cmd := &cobra.Command{
		Use:   "status MEDIA_ID",
		Short: "Show how far X is with an uploaded video or GIF",
		Args:  exactly("a MEDIA_ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			client, server, err := conn.open(cmd.Context(), c)
			if err != nil {
				return err
			}
			defer func() { _ = server.Close() }()
			ask := conn.media(client).Status
			if wait {
				ask = conn.media(client).Wait
			}
			status, err := ask(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return c.json(map[string]any{
					"media_id": status.MediaID, "media_key": status.MediaKey, "state": status.State,
					"progress_percent": status.Percent, "check_after_secs": int(status.CheckAfter / time.Second),
				})
			}
			err = c.say("media id   %s\nmedia key  %s\nstate      %s, %d %%\n",
				status.MediaID, status.MediaKey, status.State, status.Percent)
			return err
		},
	}
	conn.serverFlag(cmd)
	cmd.Flags().BoolVar(&wait, "wait", false, "return when processing is over")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

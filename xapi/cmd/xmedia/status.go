package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi/media"
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
			ask := media.New(client).Status
			if wait {
				ask = media.New(client).Wait
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
			_, err = fmt.Fprintf(c.out, "media id   %s\nmedia key  %s\nstate      %s, %d %%\n",
				status.MediaID, status.MediaKey, status.State, status.Percent)
			return err
		},
	}
	conn.serverFlag(cmd)
	cmd.Flags().BoolVar(&wait, "wait", false, "return when processing is over")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

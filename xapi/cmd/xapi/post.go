package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi"
)

func newPost(c console) *cobra.Command {
	var conn connection
	var media []string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "post TEXT",
		Short: "Post a text, with media that is uploaded",
		Long: "Post a text, with media that is uploaded: up to four pictures, one GIF or one video. X drops media that is in\n" +
			"no post a day after its upload.",
		Args: exactly("a TEXT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if strings.TrimSpace(args[0]) == "" && len(media) == 0 {
				return usage("there is nothing to post: give a TEXT, or --media with the id that upload printed")
			}
			client, server, err := conn.open(cmd.Context(), c)
			if err != nil {
				return err
			}
			defer func() { _ = server.Close() }()
			id, err := publish(cmd.Context(), client, args[0], media...)
			if err != nil {
				return err
			}
			if asJSON {
				return c.json(map[string]any{"post_id": id, "media_ids": media})
			}
			return c.say("post id    %s\n", id)
		},
	}
	conn.serverFlag(cmd)
	cmd.Flags().StringSliceVar(&media, "media", nil, "the media with this `MEDIA_ID`; up to four, separated by commas")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

// publish posts text with the media and returns the id of the post.
func publish(ctx context.Context, client *xapi.Client, text string, mediaIDs ...string) (string, error) {
	result, err := client.CreatePosts(ctx, xapi.PostWithMedia(text, mediaIDs...))
	if err != nil {
		return "", err
	}
	raw, err := json.Marshal(result)
	if err != nil {
		return "", err
	}
	var answer struct{ Data struct{ ID string } }
	if err := json.Unmarshal(raw, &answer); err != nil || answer.Data.ID == "" {
		return "", errors.New("createPosts: the answer has no id of a post, which may have been made: look before trying again")
	}
	return answer.Data.ID, nil
}

package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi/media"
)

// subtitling is the subtitles command and the one below it that deletes.
type subtitling struct {
	console
	connection
	language, name, category string
	uploaded                 string
	json                     bool
}

func newSubtitles(c console) *cobra.Command {
	s := &subtitling{console: c}
	cmd := &cobra.Command{
		Use:   "subtitles VIDEO_ID [FILE] --language CODE",
		Short: "Upload an SRT or VTT file and give it to a video",
		Long: "Upload an SRT or VTT file and give it to a video, or give it one that is uploaded already: in place of FILE,\n" +
			"--media names it.",
		Example: "  xapi subtitles MEDIA_ID cat.en.srt --language en --name English",
		Args: func(cmd *cobra.Command, args []string) error {
			if s.uploaded != "" {
				return exactly("a VIDEO_ID")(cmd, args)
			}
			return exactly("a VIDEO_ID", "a FILE")(cmd, args)
		},
		RunE: s.create,
	}
	s.subtitleFlags(cmd)
	cmd.Flags().StringVar(&s.name, "name", "", "`NAME` by which viewers choose the subtitles; the language by default")
	cmd.Flags().StringVar(&s.uploaded, "media", "", "give the video the uploaded subtitles with this `MEDIA_ID`")
	cmd.Flags().BoolVar(&s.json, "json", false, "print one JSON object")
	d := &subtitling{console: c}
	remove := &cobra.Command{
		Use:   "delete VIDEO_ID --language CODE",
		Short: "Remove the subtitles in one language from a video",
		Args:  exactly("a VIDEO_ID"),
		RunE:  d.remove,
	}
	d.subtitleFlags(remove)
	cmd.AddCommand(remove)
	return cmd
}

func (s *subtitling) subtitleFlags(cmd *cobra.Command) {
	s.serverFlag(cmd)
	cmd.Flags().StringVar(&s.language, "language", "", "language `CODE` of two letters")
	cmd.Flags().StringVar(&s.category, "category", string(media.TweetVideo), "`CATEGORY` that the video was uploaded as")
	_ = cmd.RegisterFlagCompletionFunc("category", proposals(media.AmplifyVideo, media.TweetVideo))
	_ = cmd.MarkFlagRequired("language")
}

func (s *subtitling) video(id string) media.Video {
	return media.Video{MediaID: id, Category: media.Category(s.category)}
}

func (s *subtitling) create(cmd *cobra.Command, args []string) error {
	client, server, err := s.open(cmd.Context(), s.console)
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	name := s.name
	if name == "" {
		name = strings.ToUpper(s.language)
	}
	id, bytes := s.uploaded, int64(0)
	if id != "" {
		_, err = s.media(client).CreateSubtitles(cmd.Context(), s.video(args[0]), media.Subtitle{MediaID: id, Language: s.language, Name: name})
	} else {
		var result *media.Result
		result, err = s.media(client).UploadSubtitles(cmd.Context(), s.video(args[0]), media.File(args[1]), s.language, name)
		if result != nil {
			id, bytes = result.MediaID, result.Bytes
		}
	}
	switch {
	case err != nil && id != "" && s.uploaded == "":
		return fmt.Errorf("media %s is uploaded, but not given to video %s: %w; with --media %s in place of the file that is done alone", id, args[0], err, id)
	case err != nil:
		return err
	case s.json:
		return s.console.json(map[string]any{"video_id": args[0], "media_id": id, "bytes": bytes, "language_code": strings.ToUpper(s.language)})
	}
	return s.say("video %s has subtitles in %s: media %s\n", args[0], strings.ToUpper(s.language), id)
}

func (s *subtitling) remove(cmd *cobra.Command, args []string) error {
	client, server, err := s.open(cmd.Context(), s.console)
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	if err := s.media(client).DeleteSubtitles(cmd.Context(), s.video(args[0]), s.language); err != nil {
		return err
	}
	err = s.say("video %s has no subtitles in %s any more\n", args[0], strings.ToUpper(s.language))
	return err
}

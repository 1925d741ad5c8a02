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
	json                     bool
}

func newSubtitles(c console) *cobra.Command {
	s := &subtitling{console: c}
	cmd := &cobra.Command{
		Use:   "subtitles VIDEO_ID FILE --language CODE",
		Short: "Upload an SRT or VTT file and give it to a video",
		Args:  exactly("a VIDEO_ID", "a FILE"),
		RunE:  s.create,
	}
	s.subtitleFlags(cmd)
	cmd.Flags().StringVar(&s.name, "name", "", "`NAME` by which viewers choose the subtitles; the language by default")
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
	result, err := media.New(client).UploadSubtitles(cmd.Context(), s.video(args[0]), media.File(args[1]), s.language, name)
	switch {
	case err != nil && result != nil:
		return fmt.Errorf("media %s is uploaded, but not given to video %s: %w", result.MediaID, args[0], err)
	case err != nil:
		return err
	case s.json:
		return s.console.json(map[string]any{"video_id": args[0], "media_id": result.MediaID, "bytes": result.Bytes, "language_code": strings.ToUpper(s.language)})
	}
	_, err = fmt.Fprintf(s.out, "video %s has subtitles in %s: media %s\n", args[0], strings.ToUpper(s.language), result.MediaID)
	return err
}

func (s *subtitling) remove(cmd *cobra.Command, args []string) error {
	client, server, err := s.open(cmd.Context(), s.console)
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	if err := media.New(client).DeleteSubtitles(cmd.Context(), s.video(args[0]), s.language); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "video %s has no subtitles in %s any more\n", args[0], strings.ToUpper(s.language))
	return err
}

package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi/media"
)

// uploading is the upload command.
type uploading struct {
	console
	connection
	altText, category, metadata, post string
	mediaType                         string
	json, noWait                      bool
	concurrency                       int
	chunkSize, limit                  byteSize
	checkpoint                        string
}

func newUpload(c console) *cobra.Command {
	u := &uploading{console: c}
	cmd := &cobra.Command{
		Use:   "upload FILE",
		Short: "Upload a file, describe it and post it",
		Long: "Upload a picture, GIF, video or subtitle file, or what comes by standard input where FILE is -,\n" +
			"wait until X has processed it, set its metadata and post it.",
		Example: "  xapi upload cat.mp4 --alt-text 'A dancing cat' --post 'Look at this'\n\n" +
			"  # with subtitles\n" +
			"  xapi upload cat.mp4                                      # prints the media id\n" +
			"  xapi subtitles MEDIA_ID cat.srt --language en\n" +
			"  xapi post 'Look at this' --media MEDIA_ID\n\n" +
			"  # goes on where it was when the process was killed\n" +
			"  xapi upload cat.mp4 --checkpoint cat.upload",
		Args: exactly("a FILE"),
		RunE: u.run,
	}
	u.serverFlag(cmd)
	u.sandboxFlag(cmd)
	flags := cmd.Flags()
	flags.StringVar(&u.altText, "alt-text", "", "describe the media in `TEXT` of at most 1000 characters")
	flags.StringVar(&u.category, "category", "", "upload as this `CATEGORY` in place of the one that follows from the type")
	flags.StringVar(&u.mediaType, "type", "", "declare the media `TYPE`, like video/mp4, where neither content nor name tells it")
	flags.StringVar(&u.metadata, "metadata", "", "set the metadata in `FILE`.json, - for standard input")
	flags.StringVar(&u.post, "post", "", "post the media with this `TEXT`")
	flags.BoolVar(&u.json, "json", false, "print one JSON object")
	flags.IntVar(&u.concurrency, "concurrency", 0, fmt.Sprintf("`SEGMENTS` in flight at once, 1 to %d", media.MaxConcurrency))
	flags.Var(&u.chunkSize, "chunk-size", "segment `SIZE`, like 1048576, 512KiB or 4MiB")
	flags.Var(&u.limit, "limit", "take files up to this `SIZE`, where your account may send larger ones than others")
	flags.StringVar(&u.checkpoint, "checkpoint", "", "keep how far the upload is in `FILE`, and go on from there")
	flags.BoolVar(&u.noWait, "no-wait", false, "do not wait for processing")
	_ = cmd.RegisterFlagCompletionFunc("category", proposals(media.Categories()...))
	cmd.MarkFlagsMutuallyExclusive("no-wait", "post")
	return cmd
}

// uploaded is what --json prints.
type uploaded struct {
	MediaID   string         `json:"media_id"`
	MediaKey  string         `json:"media_key"`
	MediaType string         `json:"media_type"`
	Category  media.Category `json:"media_category"`
	Bytes     int64          `json:"bytes"`
	Segments  int            `json:"segments"`
	SHA256    string         `json:"sha256"`
	State     media.State    `json:"state"`
	PostID    string         `json:"post_id"`
	Resumed   int            `json:"segments_resumed"`
}

func (u *uploading) run(cmd *cobra.Command, args []string) (err error) {
	ctx, file := cmd.Context(), args[0]
	options, err := u.options(cmd, file)
	if err != nil {
		return err
	}
	client, server, err := u.open(ctx, u.console)
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	report, end := u.progress(file)
	result, err := u.connection.media(client).Upload(ctx, u.source(file), append(options, media.WithProgress(report), media.WithRestartFunc(u.restarted))...)
	end()
	if err != nil {
		return u.advise(err)
	}
	out := uploaded{
		MediaID: result.MediaID, MediaKey: result.MediaKey, MediaType: result.MediaType, Category: result.Category,
		Bytes: result.Bytes, Segments: result.Segments, SHA256: result.SHA256, State: result.State, Resumed: result.Resumed,
	}
	if u.post != "" {
		if out.PostID, err = publish(ctx, client, u.post, result.MediaID); err != nil {
			return fmt.Errorf("media %s is uploaded, but not posted: %w; %s posts it", result.MediaID, err, u.command("post", "TEXT", "--media", result.MediaID))
		}
	}
	return u.show(out)
}

// source returns what is to be uploaded. What is no regular file is read as it comes.
func (u *uploading) source(file string) media.Source {
	if file == "-" {
		return media.Reader("standard input", u.in)
	}
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return media.Reader(file, &unopened{path: file})
	}
	return media.File(file)
}

// unopened is a file that its first read opens: to open a named pipe may take for ever, as to read it may.
type unopened struct {
	path string
	file *os.File
}

func (u *unopened) Read(p []byte) (_ int, err error) {
	if u.file == nil {
		if u.file, err = os.Open(u.path); err != nil {
			return 0, err
		}
	}
	return u.file.Read(p)
}

// advise adds how to go on to the failure of an upload that got somewhere.
func (u *uploading) advise(err error) error {
	var stopped *media.UploadError
	var refused *media.ProcessingError
	switch {
	case !errors.As(err, &stopped) || errors.As(err, &refused):
		return err
	case stopped.Checkpoint.Finalized && stopped.Checkpoint.Processing:
		advice := u.command("status", stopped.MediaID, "--wait") + " tells when X has processed it"
		if u.post != "" {
			advice += ", and " + u.command("post", "TEXT", "--media", stopped.MediaID) + " posts it"
		}
		return fmt.Errorf("%w; the file is uploaded: %s", err, advice)
	case stopped.Checkpoint.Finalized:
		return fmt.Errorf("%w; the file is uploaded as media %s and need not be sent again", err, stopped.MediaID)
	case u.checkpoint != "":
		return fmt.Errorf("%w; run the same command again to go on from there", err)
	case stopped.Acknowledged == 0:
		return err
	}
	return fmt.Errorf("%w; with --checkpoint FILE the next one could go on from there", err)
}

// command returns the command line by which to go on at the same server.
func (u *uploading) command(args ...string) string {
	if u.baseURL != "" {
		args = append(args, "--base-url", u.baseURL)
	}
	return "xapi " + strings.Join(args, " ")
}

// options returns the options of the upload, or what is wrong with the flags.
func (u *uploading) options(cmd *cobra.Command, file string) ([]media.Option, error) {
	var options []media.Option
	set := cmd.Flags().Changed
	if set("category") {
		options = append(options, media.WithCategory(media.Category(u.category)))
		if u.category == "" {
			return nil, usage("--category is empty: use one of %v", media.Categories())
		}
	}
	if set("type") {
		options = append(options, media.WithType(u.mediaType))
	}
	if set("concurrency") {
		options = append(options, media.WithConcurrency(u.concurrency))
	}
	if set("chunk-size") {
		options = append(options, media.WithSegmentSize(int64(u.chunkSize)))
	}
	if most := int64(u.limit); set("limit") {
		options = append(options, media.WithLimits(media.Limits{Image: most, GIF: most, Video: most}))
	}
	if set("checkpoint") {
		if u.checkpoint == "" {
			return nil, usage("--checkpoint is empty: name a file")
		}
		options = append(options, media.WithCheckpoint(media.CheckpointFile(u.checkpoint)))
	}
	if u.json {
		options = append(options, media.WithDigest())
	}
	if u.noWait {
		options = append(options, media.WithoutWaiting())
	}
	if set("post") && u.post == "" {
		return nil, usage("--post is empty: give the text of the post")
	}
	if u.post != "" && u.subtitles(file) {
		return nil, usage("subtitles are in no post of their own: give them to a video by xapi subtitles VIDEO_ID FILE --language CODE")
	}
	if file == "-" && u.metadata == "-" {
		return nil, usage("both the media and its metadata are to come by standard input: put one of them into a file")
	}
	metadata, err := u.describe(set("alt-text"))
	if metadata != nil {
		options = append(options, media.WithMetadata(*metadata))
	}
	return options, err
}

// subtitles reports whether the file is one of subtitles, as far as that is known before it is read.
func (u *uploading) subtitles(file string) bool {
	name := strings.ToLower(file)
	return u.category == string(media.Subtitles) || strings.HasSuffix(name, ".srt") || strings.HasSuffix(name, ".vtt")
}

// describe returns the metadata that the flags ask for, nil for none.
func (u *uploading) describe(altText bool) (*media.Metadata, error) {
	var metadata media.Metadata
	if u.metadata == "" && !altText {
		return nil, nil
	}
	if u.metadata != "" {
		data, err := u.read(u.metadata)
		if err != nil {
			return nil, err
		}
		if metadata, err = media.ParseMetadata(data); err != nil {
			return nil, fmt.Errorf("%s: %w", u.metadata, err)
		}
	}
	if altText {
		if u.altText == "" {
			return nil, usage("--alt-text is empty: describe the media, or leave the flag out")
		}
		metadata.AltText = u.altText
	}
	return &metadata, nil
}

func (u *uploading) show(out uploaded) error {
	if u.json {
		return u.console.json(out)
	}
	kind := out.MediaType
	if out.Category != "" {
		kind += " as " + string(out.Category)
	}
	err := u.say("uploaded   %d bytes in %s, %s\nmedia id   %s\nmedia key  %s\nstate      %s\n",
		out.Bytes, counted(out.Segments, "segment"), kind, out.MediaID, out.MediaKey, out.State)
	if err == nil && u.metadata+u.altText != "" {
		err = u.say("metadata   set\n")
	}
	if err == nil && out.PostID != "" {
		err = u.say("post id    %s\n", out.PostID)
	}
	return err
}

func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

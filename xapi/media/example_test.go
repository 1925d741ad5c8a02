package media_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/media"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// example returns a client at a sandbox, and what stops it.
func example() (*media.Client, func()) {
	server, err := xapitest.Start(xapitest.WithProcessingTime(0))
	if err != nil {
		panic(err)
	}
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithAccessToken(server.Token()))
	if err != nil {
		panic(err)
	}
	return media.New(client), func() { _ = server.Close() }
}

func ExampleClient_Upload() {
	uploads, stop := example()
	defer stop()

	result, err := uploads.Upload(context.Background(), media.File("../testdata/clip.mp4"),
		media.WithMetadata(media.Metadata{AltText: "A square moves over a coloured field"}))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.MediaType, result.Category, result.Bytes, result.State)
	// Output: video/mp4 tweet_video 15075 succeeded
}

func ExampleWithCheckpoint() {
	uploads, stop := example()
	defer stop()

	// Another process that runs this goes on where this one stopped.
	result, err := uploads.Upload(context.Background(), media.File("../testdata/clip.mp4"),
		media.WithCheckpoint(media.CheckpointFile(os.TempDir()+"/clip.upload")),
		media.WithRestartFunc(func(r media.Restart) { slog.Info("starting afresh", "reason", r.Reason) }))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.State, "after resuming", result.Resumed, "segments")
	// Output: succeeded after resuming 0 segments
}

func ExampleClient_Resume() {
	uploads, stop := example()
	defer stop()
	source := media.File("../testdata/clip.mp4")

	result, err := uploads.Upload(context.Background(), source)
	var failed *media.UploadError
	for tries := 0; errors.As(err, &failed) && tries < 3; tries++ {
		result, err = uploads.Resume(context.Background(), source, failed.Checkpoint)
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.State)
	// Output: succeeded
}

func ExampleClient_UploadSubtitles() {
	uploads, stop := example()
	defer stop()
	video, err := uploads.Upload(context.Background(), media.File("../testdata/clip.mp4"))
	if err != nil {
		fmt.Println(err)
		return
	}

	track, err := uploads.UploadSubtitles(context.Background(), media.Video{MediaID: video.MediaID},
		media.File("../testdata/clip.srt"), "en", "English")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(track.MediaType, track.Category)
	// Output: text/srt subtitles
}

func ExampleMetadata() {
	metadata := media.Metadata{
		AltText:   "A square moves over a coloured field",
		Countries: media.BlockCountries("us"),
	}
	fmt.Println(metadata.Validate())
	// Output: <nil>
}

package media_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/media"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// connect returns a client of a sandbox: programs use their own credentials, and no base URL.
func connect(opts ...xapitest.Option) (*xapi.Client, *xapitest.Server) {
	sandbox, err := xapitest.Start(append(opts, xapitest.WithProcessingTime(0))...)
	if err != nil {
		log.Panic(err)
	}
	client, err := xapi.New(xapi.WithBaseURL(sandbox.URL), xapi.WithAccessToken(sandbox.Token()))
	if err != nil {
		log.Panic(err)
	}
	return client, sandbox
}

// A video goes up with an alternative text, and into a post.
func ExampleClient_Upload() {
	client, sandbox := connect()
	defer func() { _ = sandbox.Close() }()
	ctx := context.Background()

	video, err := media.New(client).Upload(ctx, media.File("../testdata/clip.mp4"),
		media.WithMetadata(media.Metadata{AltText: "A square moves over a coloured field"}))
	if err != nil {
		log.Panic(err)
	}
	post, err := client.CreatePosts(ctx, xapi.PostWithMedia("Hello", video.MediaID))
	if err != nil {
		log.Panic(err)
	}

	fmt.Println(video.MediaType, video.State, post.Data.Text)
	// Output: video/mp4 succeeded Hello
}

// A picture goes up for a direct message, and to a follower.
func ExampleWithUse() {
	client, sandbox := connect()
	defer func() { _ = sandbox.Close() }()
	ctx := context.Background()

	picture, err := media.New(client).Upload(ctx, media.File("../testdata/picture.png"), media.WithUse(media.ForDirectMessage))
	if err != nil {
		log.Panic(err)
	}
	followers, err := client.GetUsersFollowers(ctx, sandbox.Me().ID, nil)
	if err != nil {
		log.Panic(err)
	}
	sent, err := client.CreateDirectMessagesByParticipantID(ctx, followers.Data[0].ID, xapi.MessageWithMedia("Look at this", picture.MediaID))
	if err != nil {
		log.Panic(err)
	}

	fmt.Println(picture.Category, sent.Data.DMEventID != "")
	// Output: dm_image true
}

// The last progress report is that of the finished upload.
func ExampleWithProgress() {
	client, sandbox := connect()
	defer func() { _ = sandbox.Close() }()

	var last media.Progress
	_, err := media.New(client).Upload(context.Background(), media.File("../testdata/clip.mp4"),
		media.WithSegmentSize(4<<10),
		media.WithProgress(func(p media.Progress) { last = p }))
	if err != nil {
		log.Panic(err)
	}

	fmt.Println(last.Phase, last.Acknowledged == last.Total, last.SegmentsDone, "segments")
	// Output: complete true 4 segments
}

// An upload that broke off goes on with the segments that are missing: here in the same process, with CheckpointFile in
// another one as well.
func ExampleClient_Resume() {
	client, sandbox := connect(xapitest.WithFaults(xapitest.Fault{
		Operation: "finalizeMediaUpload", When: xapitest.When{Nth: 1}, Do: xapitest.Do{Answer: "forbidden"},
	}))
	defer func() { _ = sandbox.Close() }()
	ctx, uploads, clip := context.Background(), media.New(client), media.File("../testdata/clip.mp4")

	_, err := uploads.Upload(ctx, clip, media.WithSegmentSize(4<<10), media.WithDigest())
	var broken *media.UploadError
	if !errors.As(err, &broken) {
		log.Panic(err)
	}
	result, err := uploads.Resume(ctx, clip, broken.Checkpoint)
	if err != nil {
		log.Panic(err)
	}

	fmt.Println("sent before:", result.Resumed, "of", result.Segments, "segments")
	// Output: sent before: 4 of 4 segments
}

// Another process that runs this goes on where this one stopped.
func ExampleWithCheckpoint() {
	client, sandbox := connect()
	defer func() { _ = sandbox.Close() }()

	result, err := media.New(client).Upload(context.Background(), media.File("../testdata/clip.mp4"),
		media.WithCheckpoint(media.CheckpointFile(filepath.Join(os.TempDir(), "clip.upload"))),
		media.WithRestartFunc(func(r media.Restart) { slog.Info("starting afresh", "reason", r.Reason) }))
	if err != nil {
		log.Panic(err)
	}

	fmt.Println(result.State, "after resuming", result.Resumed, "segments")
	// Output: succeeded after resuming 0 segments
}

// A field of Metadata that is left out stays as it is.
func ExampleClient_SetMetadata() {
	client, sandbox := connect()
	defer func() { _ = sandbox.Close() }()
	ctx, uploads := context.Background(), media.New(client)
	picture, err := uploads.Upload(ctx, media.File("../testdata/picture.png"))
	if err != nil {
		log.Panic(err)
	}

	set, err := uploads.SetMetadata(ctx, picture.MediaID, media.Metadata{
		AltText:   "A dancing cat",
		Countries: media.AllowCountries("de", "jp"),
		Expires:   time.Date(2027, time.March, 1, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		log.Panic(err)
	}

	fmt.Println(set.AltText, set.Countries.Allowed())
	// Output: A dancing cat [de jp]
}

// Subtitles are uploaded and attached in one call.
func ExampleClient_UploadSubtitles() {
	client, sandbox := connect()
	defer func() { _ = sandbox.Close() }()
	ctx, uploads := context.Background(), media.New(client)
	video, err := uploads.Upload(ctx, media.File("../testdata/clip.mp4"))
	if err != nil {
		log.Panic(err)
	}

	_, err = uploads.UploadSubtitles(ctx, media.Video{MediaID: video.MediaID},
		media.File("../testdata/clip.srt"), "en", "English")
	if err != nil {
		log.Panic(err)
	}

	stored, _ := sandbox.Media(video.MediaID)
	fmt.Println(stored.Subtitles[0].Language, stored.Subtitles[0].Name)
	// Output: EN English
}

// What X refuses after the upload comes as an error of its own kind.
func ExampleProcessingError() {
	client, sandbox := connect(xapitest.WithProcessing(xapitest.Step{
		State: "failed", Error: &xapitest.ProcessingError{Code: 1, Name: "InvalidMedia", Message: "Unsupported codec"},
	}))
	defer func() { _ = sandbox.Close() }()

	_, err := media.New(client).Upload(context.Background(), media.File("../testdata/clip.mp4"))

	var refused *media.ProcessingError
	fmt.Println(errors.As(err, &refused), refused.Code, refused.Name, refused.Message)
	// Output: true 1 InvalidMedia Unsupported codec
}

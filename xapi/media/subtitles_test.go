package media_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/media"
)

func TestSubtitlesAreUploadedAndAttachedInOneCall(t *testing.T) {
	client, server := sandbox(t)
	video, err := client.Upload(t.Context(), media.File("../testdata/clip.mp4"))
	require.NoError(t, err)
	for _, file := range []string{"clip.srt", "clip.vtt"} {
		track, err := client.UploadSubtitles(t.Context(), media.Video{MediaID: video.MediaID}, media.File("../testdata/"+file), "en", "English")
		require.NoError(t, err)
		arrived, there := server.Media(track.MediaID)
		require.True(t, there)
		require.Equal(t, "subtitles", arrived.Category)
	}
	require.NoError(t, client.DeleteSubtitles(t.Context(), media.Video{MediaID: video.MediaID}, "EN"))
}

func TestSubtitlesAreSentInTheSpellingOfTheirOwn(t *testing.T) {
	api := &scripted{answer: `{"data":{"id":"1","media_category":"AmplifyVideo","associated_subtitles":[{"id":"7","language_code":"DE","display_name":"Deutsch"}]}}`}
	video := media.Video{MediaID: "1", Category: media.AmplifyVideo}
	tracks, err := media.New(api).CreateSubtitles(t.Context(), video, media.Subtitle{MediaID: "7", Language: "de", Name: "Deutsch"})
	require.NoError(t, err)
	require.Equal(t, []media.Subtitle{{MediaID: "7", Language: "DE", Name: "Deutsch"}}, tracks)
	require.JSONEq(t, `{"id":"1","media_category":"AmplifyVideo","subtitles":{"id":"7","language_code":"DE","display_name":"Deutsch"}}`, api.bodies[0])

	api = &scripted{answer: `{"data":{"deleted":true}}`}
	require.NoError(t, media.New(api).DeleteSubtitles(t.Context(), media.Video{MediaID: "1"}, "de"))
	require.JSONEq(t, `{"id":"1","media_category":"TweetVideo","language_code":"DE"}`, api.bodies[0])

	api = &scripted{answer: `{"data":{"deleted":false}}`}
	require.ErrorContains(t, media.New(api).DeleteSubtitles(t.Context(), media.Video{MediaID: "1"}, "de"), "no subtitles in DE")
}

func TestSubtitlesThatCannotWorkAreRefused(t *testing.T) {
	client := media.New(struct{ media.API }{})
	good, source := media.Video{MediaID: "1"}, media.File("../testdata/clip.srt")
	for name, err := range map[string]error{
		"a video by name": func() error {
			_, err := client.UploadSubtitles(t.Context(), media.Video{MediaID: "cat"}, source, "en", "English")
			return err
		}(),
		"subtitles of a picture": client.DeleteSubtitles(t.Context(), media.Video{MediaID: "1", Category: media.TweetImage}, "en"),
		"a language by name":     client.DeleteSubtitles(t.Context(), good, "English"),
		"a video as subtitles": func() error {
			_, err := client.UploadSubtitles(t.Context(), good, media.File("../testdata/clip.mp4"), "en", "English")
			return err
		}(),
		"a file by name": func() error {
			_, err := client.CreateSubtitles(t.Context(), good, media.Subtitle{MediaID: "x", Language: "en"})
			return err
		}(),
	} {
		t.Run(name, func(t *testing.T) {
			var input *media.InputError
			require.ErrorAs(t, err, &input)
		})
	}
}

package xapitest_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/gen/spec"
	"github.com/xapi-go/xapi-go/xapi/validate"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// conforms fails the test where the answer differs in any way from the spec.
func conforms(t *testing.T, operation string, got reply) {
	t.Helper()
	require.Less(t, got.status, 300, "%s: %s", operation, got.body)
	drifts := slices.DeleteFunc(validate.New().Response(operation, got.status, got.header, got.body), func(d validate.Drift) bool {
		// An answer is spelled as the request was, and some contracts have one spelling for requests and another for answers.
		return impossible(d) || d.Kind == validate.OtherSpelling
	})
	require.Empty(t, drifts, "%s", got.body)
}

// impossible says that no answer can be without the drift: the spec requires a field there that it declares nowhere.
func impossible(d validate.Drift) bool {
	document, err := spec.Document()
	if err != nil || d.Kind != validate.MissingField {
		return false
	}
	name := d.Pointer[strings.LastIndex(d.Pointer, "/")+1:]
	for _, schema := range document.Components.Schemas {
		if schema.Value.Properties[name] != nil {
			return false
		}
	}
	return name != ""
}

func TestAnswersOfWhatKeepsStateConformToTheSpec(t *testing.T) {
	for _, statuses := range [][]xapitest.Option{
		nil,
		{
			xapitest.WithStatus("initializeMediaUpload", http.StatusAccepted), xapitest.WithStatus("finalizeMediaUpload", http.StatusCreated),
			xapitest.WithStatus("mediaUpload", http.StatusCreated), xapitest.WithStatus("appendMediaUpload", http.StatusOK),
		},
	} {
		w := newWire(t, statuses...)
		check := func(operation string, got reply) reply { t.Helper(); conforms(t, operation, got); return got }

		started := check("initializeMediaUpload", w.post("/2/media/upload/initialize",
			object{"media_type": "video/mp4", "media_category": "tweet_video", "total_bytes": 4}))
		video := started.json(t, "data.id").(string)
		check("appendMediaUpload", w.segment(video, 0, []byte("data")))
		check("finalizeMediaUpload", w.finalize(video))
		check("getMediaUploadStatus", w.status(video))
		w.srv.Advance(w.processed())
		check("getMediaUploadStatus", w.status(video))
		image := check("mediaUpload", w.multipart("/2/media/upload", map[string]string{"media_category": "tweet_image"}, []byte("data"))).json(t, "data.id").(string)
		track := check("mediaUpload", w.multipart("/2/media/upload", map[string]string{"media_category": "subtitles"}, []byte("data"))).json(t, "data.id").(string)

		check("createMediaMetadata", w.post("/2/media/metadata", object{"id": image, "metadata": object{"alt_text": object{"text": "a dog"}}}))
		check("createMediaSubtitles", w.post("/2/media/subtitles", object{
			"id": video, "media_category": "TweetVideo", "subtitles": object{"id": track, "language_code": "EN", "display_name": "English"},
		}))
		media, _ := w.srv.Media(video)
		require.Equal(t, []xapitest.Subtitle{{ID: track, Language: "EN", Name: "English"}}, media.Subtitles)
		check("deleteMediaSubtitles", w.remove("/2/media/subtitles", object{"id": video, "media_category": "TweetVideo", "language_code": "EN"}))

		still, _ := w.srv.Media(image)
		fields := "?" + asking(t, gen.OpGetMediaByMediaKeys, "media.fields",
			"alt_text", "duration_ms", "height", "media_key", "preview_image_url", "type", "url", "variants", "width")
		check("getMediaByMediaKey", w.get("/2/media/"+media.Key+fields))
		both := check("getMediaByMediaKeys", w.get("/2/media"+fields+"&media_keys=3_1,"+media.Key+","+still.Key))
		require.Equal(t, "3_1", both.json(t, "errors.0.value"))
		require.Equal(t, "a dog", both.json(t, "data.1.alt_text"))
		check("getMediaAnalytics", w.get("/2/media/analytics?start_time=2026-01-01T00:00:00Z&end_time=2026-01-02T00:00:00Z&granularity=total&media_keys="+media.Key))

		post := check("createPosts", w.post("/2/tweets", object{"text": "see", "media": object{"media_ids": []string{video}}})).json(t, "data.id").(string)
		got := check("getPostsById", w.get("/2/tweets/"+post+
			"?"+asking(t, gen.OpGetPostsByID, "expansions", "attachments.media_keys", "author_id")+
			"&"+asking(t, gen.OpGetPostsByID, "post.fields", "created_at", "author_id", "public_metrics", "entities")))
		require.Equal(t, media.Key, got.json(t, "includes.media.0.media_key"))
		check("getPostsById", w.get("/2/tweets/1"))
		check("deletePosts", w.do(http.MethodDelete, "/2/tweets/"+post, "", nil))
		check("getUsersMe", w.get("/2/users/me?"+asking(t, gen.OpGetUsersMe, "user.fields", "created_at", "public_metrics", "description", "protected", "verified_type")))
		check("getOpenApiSpec", w.get("/2/openapi.json"))
	}
}

// asking writes a query parameter that lists values: as the contract spells it, with those of the values that it has.
func asking(t *testing.T, op gen.Endpoint, name string, values ...string) string {
	t.Helper()
	at := slices.IndexFunc(op.Params, func(p gen.Param) bool { return p.Name == name })
	require.GreaterOrEqual(t, at, 0, name)
	param := op.Params[at]
	values = slices.DeleteFunc(values, func(value string) bool { return param.Values != nil && !slices.Contains(param.Values, value) })
	return param.Wire + "=" + strings.Join(values, ",")
}

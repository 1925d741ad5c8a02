package xapi_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"regexp"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/media"
	"github.com/xapi-go/xapi-go/xapi/validate"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// The contract suite says what the client relies on. It runs against the sandbox, or against the server that
// X_CONTRACT_BASE_URL names with the user's token in X_ACCESS_TOKEN. There, ContractReads changes nothing and
// ContractUploads, which uploads three small files, runs where X_CONTRACT_UPLOADS is set; nothing is ever posted.
const (
	contractURL     = "X_CONTRACT_BASE_URL"
	contractToken   = "X_ACCESS_TOKEN"
	contractUploads = "X_CONTRACT_UPLOADS"
)

// live says that the suite runs against another server than the sandbox.
func live() bool { return os.Getenv(contractURL) != "" }

// contractClient returns a client of the server under test, with another credential where one is given. Against the
// sandbox every drift from the spec fails the test; a live server's is logged.
func contractClient(t *testing.T, credential ...string) *xapi.Client {
	t.Helper()
	base, token := os.Getenv(contractURL), os.Getenv(contractToken)
	if !live() {
		srv := xapitest.New(t, xapitest.WithProcessingTime(0))
		base, token = srv.URL, srv.Token()
	}
	if len(credential) > 0 {
		token = credential[0]
	}
	require.NotEmpty(t, token, "%s is set: set %s too", contractURL, contractToken)
	var mu sync.Mutex
	var drifts []string
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		if live() {
			t.Logf("drifts: %q", drifts)
			return
		}
		require.Empty(t, drifts)
	})
	report := xapi.WithDriftFunc(func(d validate.Drift) {
		mu.Lock()
		defer mu.Unlock()
		drifts = append(drifts, d.String())
	})
	client, err := xapi.New(xapi.WithBaseURL(base), xapi.WithAccessToken(token), report)
	require.NoError(t, err)
	return client
}

// wire returns result as it would stand in JSON: tests must not know the names of generated schemas.
func wire(t *testing.T, result any) map[string]any {
	t.Helper()
	raw, err := json.Marshal(result)
	require.NoError(t, err)
	var fields map[string]any
	require.NoError(t, json.Unmarshal(raw, &fields))
	return fields
}

func data(t *testing.T, result any) map[string]any {
	t.Helper()
	found, isObject := wire(t, result)["data"].(map[string]any)
	require.True(t, isObject, "%+v", result)
	return found
}

// anID is an id that no media and no post has.
const anID = "1"

func TestContractReads(t *testing.T) {
	client := contractClient(t)
	ctx := t.Context()

	t.Run("the user of the token", func(t *testing.T) {
		me, err := client.GetUsersMe(ctx, &xapi.GetUsersMeParams{})
		require.NoError(t, err)
		require.Regexp(t, `^[0-9]{1,19}$`, data(t, me)["id"])
		require.Regexp(t, `^[A-Za-z0-9_]{1,15}$`, data(t, me)["username"])
	})
	t.Run("the spec", func(t *testing.T) {
		served, err := client.GetOpenAPISpec(ctx)
		require.NoError(t, err)
		defer func() { _ = served.Close() }()
		var document map[string]any
		require.NoError(t, json.NewDecoder(served).Decode(&document))
		require.Contains(t, document, "paths")
	})
	t.Run("a post that does not exist", func(t *testing.T) {
		_, err := client.GetPostsByID(ctx, anID, &xapi.GetPostsByIDParams{})
		require.ErrorIs(t, err, xapi.ErrNotFound)
	})
	t.Run("media that does not exist", func(t *testing.T) {
		_, err := client.GetMediaByMediaKeys(ctx, &xapi.GetMediaByMediaKeysParams{MediaKeys: []string{"3_" + anID}})
		require.ErrorIs(t, err, xapi.ErrNotFound)
	})
	t.Run("the status of an upload that does not exist", func(t *testing.T) {
		_, err := client.GetMediaUploadStatus(ctx, &xapi.GetMediaUploadStatusParams{MediaID: anID})
		require.ErrorIs(t, err, xapi.ErrInvalidRequest)
	})
	t.Run("a token that is none", func(t *testing.T) {
		_, err := contractClient(t, "nonsense").GetUsersMe(ctx, &xapi.GetUsersMeParams{})
		require.ErrorIs(t, err, xapi.ErrUnauthorized)
		var problem *xapi.GenericProblem
		require.ErrorAs(t, err, &problem)
	})
}

func TestContractUploads(t *testing.T) {
	if live() && os.Getenv(contractUploads) == "" {
		t.Skipf("set %s to upload to %s", contractUploads, os.Getenv(contractURL))
	}
	client := contractClient(t)
	ctx := t.Context()
	uploads := media.New(client)
	keys := regexp.MustCompile(`^[0-9]+_[0-9]+$`)

	for _, file := range []string{"picture.png", "moving.gif", "clip.mp4"} {
		t.Run(file, func(t *testing.T) {
			result, err := uploads.Upload(ctx, media.File("testdata/"+file))
			require.NoError(t, err)
			require.Regexp(t, keys, result.MediaKey)
			described, err := client.CreateMediaMetadata(ctx, xapi.MediaMetadataUpdate{
				ID: result.MediaID, Metadata: &xapi.MediaMetadata{AltText: &xapi.AltText{Text: "made by a test"}},
			})
			require.NoError(t, err)
			require.Equal(t, result.MediaID, data(t, described)["id"])
		})
	}
	t.Run("a segment as JSON, sent twice", func(t *testing.T) {
		picture, err := os.ReadFile("testdata/picture.png")
		require.NoError(t, err)
		started, err := client.InitializeMediaUpload(ctx, xapi.MediaUploadStart{
			MediaType: xapi.MediaContentTypeImagePNG, MediaCategory: xapi.MediaCategoryPostImage, TotalBytes: int64(len(picture)),
		})
		require.NoError(t, err)
		id, _ := data(t, started)["id"].(string)
		for range 2 {
			_, err = client.AppendMediaUpload(ctx, id, xapi.MediaSegment{Media: base64.StdEncoding.EncodeToString(picture)})
			require.NoError(t, err)
		}
		finished, err := client.FinalizeMediaUpload(ctx, id)
		require.NoError(t, err)
		require.InEpsilon(t, float64(len(picture)), data(t, finished)["size"], 0)
	})
	t.Run("a gap between segments", func(t *testing.T) {
		started, err := client.InitializeMediaUpload(ctx, xapi.MediaUploadStart{
			MediaType: xapi.MediaContentTypeVideoMP4, MediaCategory: xapi.MediaCategoryPostVideo, TotalBytes: 8,
		})
		require.NoError(t, err)
		id, _ := data(t, started)["id"].(string)
		_, err = client.AppendMediaUpload(ctx, id, xapi.MediaSegment{SegmentIndex: 1, Media: "ZGF0YQ=="})
		require.NoError(t, err)
		_, err = client.FinalizeMediaUpload(ctx, id)
		require.ErrorIs(t, err, xapi.ErrInvalidRequest)
	})
}

// TestContractRecording records an upload with a post against the sandbox and plays it back: what the client sends and
// makes of the answers is the same without a server behind it.
func TestContractRecording(t *testing.T) {
	dir := t.TempDir()
	srv := xapitest.New(t, xapitest.WithRecorder(dir), xapitest.WithProcessingTime(0))
	run := func(base string) (string, string) {
		client, err := xapi.New(xapi.WithBaseURL(base), xapi.WithAccessToken(srv.Token()))
		require.NoError(t, err)
		result, err := media.New(client).Upload(t.Context(), media.File("testdata/moving.gif"))
		require.NoError(t, err)
		made, err := client.CreatePosts(t.Context(), xapi.PostWithMedia("recorded", result.MediaID))
		require.NoError(t, err)
		id, _ := data(t, made)["id"].(string)
		return result.MediaID, id
	}
	mediaID, postID := run(srv.URL)
	require.Len(t, srv.Posts(), 1)

	exchanges, err := xapitest.ReadExchanges(os.DirFS(dir), ".")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(exchanges), 4)
	replayedMedia, replayedPost := run(xapitest.Replay(t, exchanges...))
	require.Equal(t, mediaID+" "+postID, replayedMedia+" "+replayedPost)
}

package xapi_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// observed says what the client makes of each exchange in testdata/observed. An error of nil is an answer taken as it
// stands, none of whose data may be lost.
var observed = map[string]struct {
	err  error
	says string
}{
	"append-204": {}, "append-200-empty": {}, "initialize-202": {}, "finalize-201-image": {}, "finalize-200-video": {},
	"status-200-failed": {}, "status-200-failed-no-message": {}, "status-200-error-in-progress": {},
	"status-200-no-check-after": {}, "status-200-processing": {}, "upload-201": {}, "lookup-200-partial": {}, "post-201": {},

	"append-400-content-type":        {xapi.ErrInvalidRequest, "Requests with bodies must have content-type of application/json."},
	"append-400-segment-index":       {xapi.ErrInvalidRequest, "SegmentIndex must be between 0 and 999."},
	"append-413-empty":               {nil, "Request Entity Too Large"},
	"append-431-empty":               {nil, "Request Header Fields Too Large"},
	"initialize-403-scope":           {xapi.ErrForbidden, "media.write"},
	"finalize-400-body":              {xapi.ErrInvalidRequest, "Request body must be a JSON object."},
	"finalize-400-sum":               {xapi.ErrInvalidRequest, "Segments do not add up to provided total file size."},
	"status-400-image":               {xapi.ErrInvalidRequest, "BadRequest: Not found"},
	"metadata-500":                   {xapi.ErrUnavailable, "Internal Server Error"},
	"post-400-media":                 {xapi.ErrInvalidRequest, "Your media IDs are invalid."},
	"post-403-duplicate":             {xapi.ErrForbidden, "duplicate content"},
	"get-200-missing":                {xapi.ErrNotFound, "Could not find tweet"},
	"401-blank":                      {xapi.ErrUnauthorized, "Unauthorized"},
	"402-credits":                    {xapi.ErrPaymentRequired, "CreditsDepleted"},
	"402-credits-depleted":           {xapi.ErrPaymentRequired, "credits depleted"},
	"403-client-forbidden":           {xapi.ErrForbidden, "approved developer account"},
	"403-unsupported-authentication": {xapi.ErrForbidden, "Application-Only"},
	"403-oauth1-permissions":         {xapi.ErrForbidden, "oauth1 permissions"},
	"403-v1":                         {xapi.ErrForbidden, "subset of X API V2 endpoints"},
	"404-empty":                      {xapi.ErrNotFound, "Not Found"},
	"404-bare":                       {xapi.ErrNotFound, "that page does not exist"},
	"429-blank":                      {xapi.ErrRateLimited, ""},
	"429-v1":                         {xapi.ErrRateLimited, ""},
	"429-usage-cap":                  {xapi.ErrUsageCapExceeded, "Monthly product cap"},
	"500-blank":                      {xapi.ErrUnavailable, "Internal Server Error"},
	"500-strings":                    {xapi.ErrUnavailable, "internal server error"},
	"500-wrong-type":                 {xapi.ErrUnavailable, "Internal Server Error"},
	"503-blank":                      {xapi.ErrUnavailable, "Service Unavailable"},
	"520-html":                       {xapi.ErrUnavailable, "520"},
}

// TestContractObserved plays back to the client what the live API has been seen to answer.
func TestContractObserved(t *testing.T) {
	exchanges, err := xapitest.ReadExchanges(os.DirFS("testdata"), "observed")
	require.NoError(t, err)
	require.Len(t, exchanges, len(observed), "each file has its expectation")
	for _, exchange := range exchanges {
		t.Run(exchange.Name, func(t *testing.T) {
			want, known := observed[exchange.Name]
			require.True(t, known, "say in the table what the client makes of it")
			client, err := xapi.New(xapi.WithBaseURL(xapitest.Replay(t, exchange)), xapi.WithAccessToken("token"),
				xapi.WithMaxAttempts(1), xapi.WithRateLimitWait(0))
			require.NoError(t, err)

			result, err := send(t.Context(), client, exchange)

			if exchange.Status < http.StatusMultipleChoices && want.err == nil {
				require.NoError(t, err)
				keepsAll(t, exchange.Answer, result)
				partial := xapi.PartialErrors(problemsOf(result))
				require.Equal(t, strings.Contains(string(exchange.Answer), `"errors"`), len(partial) > 0)
				for _, e := range partial {
					require.ErrorIs(t, e, xapi.ErrNotFound)
				}
				return
			}
			var failed *xapi.Error
			require.ErrorAs(t, err, &failed)
			require.Equal(t, exchange.Status, failed.Status)
			require.Equal(t, string(exchange.Answer), string(failed.Body))
			require.ErrorContains(t, err, want.says)
			if want.err != nil {
				require.ErrorIs(t, err, want.err)
			}
		})
	}
}

// send makes the call that the exchange recorded.
func send(ctx context.Context, c *xapi.Client, e xapitest.Exchange) (any, error) {
	path, query, _ := strings.Cut(e.Path, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, err
	}
	segments := strings.Split(path, "/")
	switch last := segments[len(segments)-1]; {
	case last == "initialize":
		return c.InitializeMediaUpload(ctx, into[xapi.MediaUploadStart](e.Body))
	case last == "append":
		return c.AppendMediaUpload(ctx, segments[4], into[xapi.MediaSegment](e.Body))
	case last == "finalize":
		return c.FinalizeMediaUpload(ctx, segments[4])
	case path == "/2/media/upload" && e.Method == http.MethodGet:
		return c.GetMediaUploadStatus(ctx, &xapi.GetMediaUploadStatusParams{MediaID: values.Get("media_id")})
	case path == "/2/media/upload":
		return c.MediaUpload(ctx, into[xapi.MediaUploadOneShot](e.Body))
	case path == "/2/media/metadata":
		return c.CreateMediaMetadata(ctx, into[xapi.MediaMetadataUpdate](e.Body))
	case path == "/2/media":
		return c.GetMediaByMediaKeys(ctx, &xapi.GetMediaByMediaKeysParams{MediaKeys: strings.Split(values.Get("media_keys"), ",")})
	case path == "/2/users/me":
		return c.GetUsersMe(ctx, &xapi.GetUsersMeParams{})
	case path == "/2/tweets":
		return c.CreatePosts(ctx, into[xapi.PostDraft](e.Body))
	case segments[2] == "tweets":
		return c.GetPostsByID(ctx, last, &xapi.GetPostsByIDParams{})
	}
	return nil, fmt.Errorf("no call for %s %s", e.Method, e.Path)
}

// into reads a recorded body.
func into[T any](body []byte) T {
	var value T
	if err := json.Unmarshal(body, &value); err != nil {
		panic(err)
	}
	return value
}

// spelled are the fields whose old name is recorded: results have the new one.
var spelled = map[string]string{"edit_history_tweet_ids": "edit_history_post_ids"}

// keepsAll fails the test where a value of the answer is missing from the result.
func keepsAll(t *testing.T, answer []byte, result any) {
	t.Helper()
	if len(answer) == 0 {
		return
	}
	written, err := json.Marshal(result)
	require.NoError(t, err)
	var want, got any
	require.NoError(t, json.Unmarshal(answer, &want))
	require.NoError(t, json.Unmarshal(written, &got))
	within(t, "", want, got)
}

func within(t *testing.T, at string, want, got any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		fields, _ := got.(map[string]any)
		for name, value := range want {
			within(t, at+"/"+name, value, fields[cmp.Or(spelled[name], name)])
		}
	case []any:
		items, _ := got.([]any)
		require.Len(t, items, len(want), at)
		for i, value := range want {
			within(t, fmt.Sprint(at, "/", i), value, items[i])
		}
	default:
		require.Equal(t, want, got, at)
	}
}

// problemsOf are the errors beside the data of a result.
func problemsOf(result any) []xapi.Problem {
	switch result := result.(type) {
	case *xapi.GetMediaByMediaKeysResult:
		return result.Errors
	case *xapi.GetPostsByIDResult:
		return result.Errors
	}
	return nil
}

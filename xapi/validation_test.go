package xapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
	"github.com/xapi-go/xapi-go/xapi/validate"
)

// documented has calls held against what the documentation's pages say, so that a test about a rule outlives the contract
// that is vendored.
func documented() xapi.ClientOption {
	return xapi.WithValidator(validate.New(validate.WithDocument(excerpt)))
}

// documentedVersion is the version that the excerpt gives itself.
const documentedVersion = "pages"

var excerpt = sync.OnceValues(func() (*openapi3.T, error) {
	return openapi3.NewLoader().LoadFromFile("validate/testdata/documented.json")
})

const mediaID = "1146654567674912769"

// bothLists is a request whose restrictions contradict each other.
func bothLists(t *testing.T) xapi.MediaMetadataUpdate {
	t.Helper()
	var body xapi.MediaMetadataUpdate
	require.NoError(t, json.Unmarshal([]byte(`{"id": "`+mediaID+`", "metadata": {"geo_restrictions":
		{"blacklisted_country_codes": ["us"], "whitelisted_country_codes": ["us"]}}}`), &body))
	return body
}

// A receiver is a network that reads the body itself, as a server does.
type receiver func(*http.Request) (*http.Response, error)

func (r receiver) RoundTrip(req *http.Request) (*http.Response, error) { return r(req) }

func receiving(t *testing.T, receive receiver) *xapi.Client {
	t.Helper()
	client, err := xapi.New(xapi.WithHTTPClient(&http.Client{Transport: receive}), xapi.WithAccessToken("token-of-a-user"), documented())
	require.NoError(t, err)
	return client
}

// drifts gathers what a client reports.
type drifts struct {
	mu   sync.Mutex
	list []validate.Drift
}

func (d *drifts) option() xapi.ClientOption {
	return xapi.WithDriftFunc(func(drift validate.Drift) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.list = append(d.list, drift)
	})
}

func TestARequestThatBreaksTheSpecIsNotSent(t *testing.T) {
	client, sent := scripted(t, nil, documented())
	_, err := client.CreateMediaMetadata(t.Context(), bothLists(t))
	require.EqualError(t, err, "createMediaMetadata: /metadata/geo_restrictions: one of the two lists must be empty ("+documentedVersion+")")
	var refused *validate.RequestError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "createMediaMetadata", refused.Operation)
	require.Equal(t, "/metadata/geo_restrictions", refused.Findings[0].Pointer)
	require.Zero(t, *sent)

	_, err = client.GetMediaByMediaKeys(t.Context(), &xapi.GetMediaByMediaKeysParams{MediaKeys: []string{"3_1", "three"}})
	require.EqualError(t, err, `getMediaByMediaKeys: query /media_keys/1: must match ^([0-9]+)_([0-9]+)$, got "three" (`+documentedVersion+")")
	require.Zero(t, *sent)
}

// What the documentation shows as a request is held to its own schema, with the typed method between.
func TestTheSamplesOfTheDocumentationAreRefusedForWhatTheyContradict(t *testing.T) {
	client, sent := scripted(t, nil, documented())
	for _, page := range []string{"metadata-english-page", "metadata-korean-page"} {
		sample, err := os.ReadFile("testdata/samples/" + page + ".json")
		require.NoError(t, err)
		var body xapi.MediaMetadataUpdate
		require.NoError(t, json.Unmarshal(sample, &body))
		_, err = client.CreateMediaMetadata(t.Context(), body)
		require.EqualError(t, err, "createMediaMetadata: /metadata/geo_restrictions: one of the two lists must be empty ("+documentedVersion+")")
	}
	require.Zero(t, *sent)
}

func TestARequestThatIsOnlyReportedOnIsSent(t *testing.T) {
	var seen drifts
	client, sent := scripted(t, []roundTripper{with(200, `{"data":{"id":"1"}}`)},
		xapi.WithValidation(xapi.Report, xapi.Report), seen.option(), documented())
	_, err := client.CreateMediaMetadata(t.Context(), bothLists(t))
	require.NoError(t, err)
	require.Equal(t, 1, *sent)
	require.Len(t, seen.list, 1)
	require.Zero(t, seen.list[0].Status)
	require.Equal(t, validate.BrokenRule, seen.list[0].Kind)
}

const drifting = `{"data":{"id":"2244994945","name":"X","username":"x","verified_type":"royal","mood":"good"}}`

func TestAnAnswerThatDriftsIsReportedAndReturned(t *testing.T) {
	var seen drifts
	var log bytes.Buffer
	now := time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)
	clock := transport.SystemClock()
	clock.Now = func() time.Time { return now }
	client, _ := scripted(t, []roundTripper{with(200, drifting), with(200, drifting), with(200, drifting), me, with(200, drifting)},
		seen.option(), xapi.WithLogger(slog.New(slog.NewTextHandler(&log, nil))), xapi.WithClock(clock), documented())
	call := func() {
		user, err := client.GetUsersMe(t.Context(), nil)
		require.NoError(t, err)
		require.Equal(t, "2244994945", user.Data.ID)
	}
	call()
	require.Len(t, seen.list, 2)
	require.Equal(t, `getUsersMe: answer 200: undeclared field: /data/mood: is not declared, got "good" (`+documentedVersion+`)`, seen.list[0].String())
	require.Equal(t, validate.UnknownEnumValue, seen.list[1].Kind)
	require.Equal(t, "/data/verified_type", seen.list[1].Pointer)
	require.Equal(t, `"royal"`, seen.list[1].Value)
	require.Equal(t, 2, strings.Count(log.String(), "x api drift"))
	require.Contains(t, log.String(), `drift.kind="undeclared field"`)

	call()
	call()
	require.Len(t, seen.list, 2, "known for the hour")
	now = now.Add(validate.DefaultInterval)
	call()
	require.Len(t, seen.list, 2, "mended")
	call()
	require.Len(t, seen.list, 4)
	require.Equal(t, 3, seen.list[2].Count)
}

func TestEnforcedAnswersAreAnErrorBesideTheData(t *testing.T) {
	client, _ := scripted(t, []roundTripper{with(200, drifting), with(200, `{"data":7}`)}, xapi.WithValidation(xapi.Enforce, xapi.Enforce), documented())
	user, err := client.GetUsersMe(t.Context(), nil)
	var drifted *validate.ResponseError
	require.ErrorAs(t, err, &drifted)
	require.Len(t, drifted.Drifts, 2)
	require.Equal(t, http.StatusOK, drifted.Status)
	require.ErrorContains(t, err, "getUsersMe: the answer 200 is not what the spec")
	require.Equal(t, "2244994945", user.Data.ID)

	_, err = client.GetUsersMe(t.Context(), nil)
	require.ErrorAs(t, err, &drifted)
	var undecoded *xapi.DecodeError
	require.ErrorAs(t, err, &undecoded, "both are told")
}

func TestACallMayBeValidatedInItsOwnWay(t *testing.T) {
	client, sent := scripted(t, []roundTripper{with(200, `{"data":{"id":"1"}}`), with(200, drifting)}, documented())
	_, err := client.CreateMediaMetadata(t.Context(), bothLists(t), xapi.WithValidation(xapi.Off, xapi.Off))
	require.NoError(t, err)
	require.Equal(t, 1, *sent)
	_, err = client.GetUsersMe(t.Context(), nil, xapi.WithValidation(xapi.Off, xapi.Enforce))
	var drifted *validate.ResponseError
	require.ErrorAs(t, err, &drifted)
	_, err = client.CreateMediaMetadata(t.Context(), bothLists(t))
	var refused *validate.RequestError
	require.ErrorAs(t, err, &refused, "the client's own way is unchanged")
}

func TestTheSpecIsNeverLoadedWithValidationOff(t *testing.T) {
	loaded := make(chan struct{}, 8)
	validator := validate.New(validate.WithDocument(func() (*openapi3.T, error) {
		loaded <- struct{}{}
		return nil, errors.New("the spec is out")
	}))
	client, _ := scripted(t, []roundTripper{me, me, overload},
		xapi.WithValidator(validator), xapi.WithValidation(xapi.Off, xapi.Off), xapi.WithMaxAttempts(1))
	for range 2 {
		_, err := client.GetUsersMe(t.Context(), nil)
		require.NoError(t, err)
	}
	_, err := client.GetUsersMe(t.Context(), nil)
	require.Error(t, err)
	require.Empty(t, loaded)

	_, err = client.GetUsersMe(t.Context(), nil, xapi.WithValidation(xapi.Enforce, xapi.Off))
	require.EqualError(t, err, "getUsersMe: not checked: loading the spec: the spec is out")
	require.Len(t, loaded, 1)
}

func TestStreamedBodiesAreNotReadByTheCheck(t *testing.T) {
	opened := 0
	segment := func(text string) *xapi.Body {
		return xapi.NewBody(int64(len(text)), func() (io.ReadCloser, error) {
			opened++
			return io.NopCloser(strings.NewReader(text)), nil
		})
	}
	sent := 0
	client := receiving(t, func(req *http.Request) (*http.Response, error) {
		sent++
		_, err := io.Copy(io.Discard, req.Body)
		return answer(req, 204, ""), err
	})
	for _, contentType := range []string{"multipart/form-data; boundary=b", "application/json"} {
		_, err := client.AppendMediaUploadForm(t.Context(), mediaID, contentType, segment("any bytes"))
		require.NoError(t, err)
	}
	require.Equal(t, 2, opened, "once for each attempt")
	require.Equal(t, 2, sent)

	_, err := client.AppendMediaUploadForm(t.Context(), "twelve", "multipart/form-data; boundary=b", segment("any bytes"))
	require.ErrorContains(t, err, "appendMediaUpload: path /id: must match")
	_, err = client.AppendMediaUploadForm(t.Context(), mediaID, "video/mp4", segment("any bytes"))
	require.ErrorContains(t, err, "the content type must be application/json or multipart/form-data")
	require.Equal(t, 2, opened)
}

func TestJSONOfThePlainestReaderIsCheckedAndSentInFull(t *testing.T) {
	plain := func(text string) io.Reader { return struct{ io.Reader }{strings.NewReader(text)} }
	const good = `{"id":"` + mediaID + `","metadata":{}}`
	client := receiving(t, func(req *http.Request) (*http.Response, error) {
		raw, err := io.ReadAll(req.Body)
		require.NoError(t, err)
		require.JSONEq(t, good, string(raw))
		require.EqualValues(t, len(good), req.ContentLength)
		return answer(req, 200, `{"data":{"id":"1"}}`), nil
	})
	err := client.Do(t.Context(), xapi.Request{Method: http.MethodPost, Path: "/2/media/metadata", Body: plain(`{"id":1}`)}, nil)
	require.ErrorContains(t, err, "/id: must be a string, got 1")
	err = client.Do(t.Context(), xapi.Request{Method: http.MethodPost, Path: "/2/media/metadata", Body: plain(good)}, nil)
	require.NoError(t, err)
}

func TestALongBodyIsSentUnchecked(t *testing.T) {
	long := `{"id":"` + strings.Repeat("1", validate.DefaultMaxBody) + `"}`
	for name, body := range map[string]io.Reader{
		"replayable": strings.NewReader(long), "plain": struct{ io.Reader }{strings.NewReader(long)},
	} {
		t.Run(name, func(t *testing.T) {
			client := receiving(t, func(req *http.Request) (*http.Response, error) {
				n, err := io.Copy(io.Discard, req.Body)
				require.NoError(t, err)
				require.EqualValues(t, len(long), n)
				return answer(req, 200, `{"data":{"id":"1"}}`), nil
			})
			err := client.Do(t.Context(), xapi.Request{Method: http.MethodPost, Path: "/2/media/metadata", Body: body}, nil)
			require.NoError(t, err)
		})
	}
}

func TestATokenInTheWrongPlaceIsNotShown(t *testing.T) {
	client, _ := scripted(t, nil)
	_, err := client.GetPostsByID(t.Context(), "token-of-a-user", nil)
	require.ErrorContains(t, err, "path /id: must match")
	require.NotContains(t, err.Error(), "token-of-a-user")
}

func TestARuleThatIsNotEnforcedIsReportedAndRefusesNothing(t *testing.T) {
	const document = `{"openapi": "3.0.0", "info": {"title": "-", "version": "7"}, "paths": {"/2/users/me": {"get": {"operationId": "getUsersMe",
		"responses": {"200": {"description": "-", "content": {"application/json": {"schema": {"type": "object", "properties": {"data": {
			"type": "object", "additionalProperties": {"type": "string", "pattern": "^(?=a)"}}}}}}}}}}}}`
	validator := validate.New(validate.WithDocument(func() (*openapi3.T, error) {
		return openapi3.NewLoader().LoadFromData([]byte(document))
	}))
	var seen drifts
	client, _ := scripted(t, []roundTripper{me, me}, xapi.WithValidator(validator), xapi.WithValidation(xapi.Enforce, xapi.Enforce), seen.option())
	for range 2 {
		_, err := client.GetUsersMe(t.Context(), nil)
		require.NoError(t, err)
	}
	require.Len(t, seen.list, 1)
	require.Equal(t, validate.RuleNotEnforced, seen.list[0].Kind)
	require.Equal(t, "pattern ^(?=a)", seen.list[0].Rule)
}

func TestManyCallsAtOnceAreChecked(t *testing.T) {
	var seen drifts
	base := roundTripper(func(req *http.Request) (*http.Response, error) { return answer(req, 200, drifting), nil })
	client, err := xapi.New(xapi.WithHTTPClient(&http.Client{Transport: base}), xapi.WithAccessToken("token-of-a-user"), seen.option(), documented())
	require.NoError(t, err)
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for range 25 {
				user, err := client.GetUsersMe(context.Background(), nil)
				if err != nil || user.Data.ID != "2244994945" {
					t.Errorf("%v, %v", user, err)
				}
			}
		})
	}
	group.Wait()
	require.Len(t, seen.list, 2)
}

func TestValidationOptionsSayWhatIsWrongWithThem(t *testing.T) {
	_, err := xapi.New(xapi.WithValidation(xapi.Off, 7), xapi.WithDriftFunc(nil))
	require.ErrorContains(t, err, "WithValidation: no mode 7: give Off, Report or Enforce")
	require.ErrorContains(t, err, "WithDriftFunc: the function is nil")
}

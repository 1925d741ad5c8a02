package validate_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi/validate"
)

var asJSON = http.Header{"Content-Type": {"application/json; charset=utf-8"}}

// short are drifts as kind, place and value.
func short(drifts []validate.Drift) []string {
	texts := []string{}
	for _, d := range drifts {
		texts = append(texts, strings.TrimSpace(string(d.Kind)+" "+d.Pointer+" "+d.Value))
	}
	return texts
}

func TestKindsOfDrift(t *testing.T) {
	for name, c := range map[string]struct {
		operation string
		status    int
		body      string
		want      []string
	}{
		"none":               {"createPosts", 201, `{"data":{"id":"1","text":"a"}}`, nil},
		"undeclared field":   {"createPosts", 201, `{"data":{"id":"1","text":"a","mood":"good"}}`, []string{`undeclared field /data/mood "good"`}},
		"missing field":      {"createPosts", 201, `{"data":{"id":"1"}}`, []string{"missing required field /data/text"}},
		"wrong type":         {"createPosts", 201, `{"data":{"id":1,"text":"a"}}`, []string{"wrong type /data/id 1"}},
		"null":               {"createPosts", 201, `{"data":{"id":null,"text":"a"}}`, []string{"wrong type /data/id"}},
		"unknown value":      {"createMediaSubtitles", 200, `{"data":{"id":"1","media_category":"Film","associated_subtitles":[{"id":"1"}]}}`, []string{`unknown enum value /data/media_category "Film"`}},
		"pattern":            {"getMediaByMediaKey", 200, `{"data":{"type":"photo","media_key":"x"}}`, []string{`broken rule /data/media_key "x"`}},
		"undeclared status":  {"createMediaMetadata", 206, `{"data":{"id":"1","mood":1}}`, []string{"undeclared field /data/mood 1", "undeclared status"}},
		"an empty answer":    {"createPosts", 201, " \n", []string{"missing required field"}},
		"no JSON":            {"createPosts", 201, `<html>`, []string{"wrong type"}},
		"several":            {"getMediaByMediaKeys", 200, `{"data":[{"type":"photo","alt":1},{"type":"photo","alt":2},{"type":"photo","url":3}]}`, []string{"undeclared field /data/0/alt 1", "wrong type /data/2/url 3"}},
		"of another kind":    {"getMediaByMediaKeys", 200, `{"data":[{"type":"hologram","depth":3}]}`, []string{`unknown enum value /data/0/type "hologram"`}},
		"of the wrong kind":  {"getMediaByMediaKeys", 200, `{"data":[{"type":"photo","duration_ms":3},{"type":"video","duration_ms":3}]}`, []string{"undeclared field /data/0/duration_ms 3"}},
		"of no kind":         {"getMediaByMediaKeys", 200, `{"data":[{"alt_text":"a"}]}`, []string{"missing required field /data/0/type"}},
		"a problem":          {"getMediaByMediaKeys", 200, `{"data":[{"type":"photo"}],"errors":[{"title":"t","type":"about:blank","whatever":1}]}`, nil},
		"an unknown problem": {"getMediaByMediaKeys", 200, `{"data":[{"type":"photo"}],"errors":[{"title":"t","type":"https://api.x.com/2/problems/new","x":1}]}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			drifts := documented().Response(c.operation, c.status, asJSON, []byte(c.body))
			require.Equal(t, append([]string{}, c.want...), short(drifts))
			for _, d := range drifts {
				require.Equal(t, c.operation, d.Operation)
				require.Equal(t, c.status, d.Status)
				require.NotEmpty(t, d.SpecVersion)
				require.Contains(t, d.String(), string(d.Kind))
			}
		})
	}
}

func TestItemsOfAListAreOnePlace(t *testing.T) {
	body := `{"data":[{"type":"photo"}` + strings.Repeat(`,{"type":"photo","mood":1}`, 200) + `]}`
	drifts := documented().Response("getMediaByMediaKeys", 200, asJSON, []byte(body))
	require.Equal(t, []string{"undeclared field /data/1/mood 1"}, short(drifts))
	require.Equal(t, 200, drifts[0].Count)
}

func TestContentTypesOfAnswers(t *testing.T) {
	body := []byte(`{"data":{"id":"1","text":"a","mood":1}}`)
	respond := func(contentType string) []string {
		header := http.Header{}
		if contentType != "" {
			header.Set("Content-Type", contentType)
		}
		return short(documented().Response("createPosts", http.StatusCreated, header, body))
	}
	require.Equal(t, []string{"undeclared field /data/mood 1"}, respond("APPLICATION/JSON"))
	require.Equal(t, []string{"undeclared field /data/mood 1", "undeclared content type  text/html"}, respond("text/html; charset=utf-8"))
	require.Equal(t, []string{"undeclared field /data/mood 1", "undeclared content type"}, respond(""))
}

// What the server was seen to answer beside the published contract is in the corrected document, or an error, whose
// body no schema is held against.
func TestWhatTheServerIsKnownToAnswerIsNoDrift(t *testing.T) {
	upload := `{"data":{"id":"1146654567674912769","media_key":"7_1146654567674912769","size":17179869184,"expires_after_secs":86400`
	for name, c := range map[string]struct {
		operation string
		status    int
		body      string
	}{
		"segment stored":             {"appendMediaUpload", 204, ``},
		"segment stored, 200":        {"appendMediaUpload", 200, ``},
		"session, 202":               {"initializeMediaUpload", 202, `{"data":{"id":"1","media_key":"3_1","expires_after_secs":1295999}}`},
		"finalized, 201":             {"finalizeMediaUpload", 201, upload + `}}`},
		"finalized, no meta":         {"finalizeMediaUpload", 200, upload + `}}`},
		"one shot, 201":              {"mediaUpload", 201, upload + `}}`},
		"image":                      {"finalizeMediaUpload", 201, upload + `,"image":{"image_type":"image/jpeg","w":1200,"h":675}}}`},
		"video":                      {"finalizeMediaUpload", 201, upload + `,"video":{"video_type":"video/mp4"}}}`},
		"processing":                 {"getMediaUploadStatus", 200, upload + `,"processing_info":{"state":"pending","check_after_secs":1}}}`},
		"failed":                     {"getMediaUploadStatus", 200, upload + `,"processing_info":{"state":"failed","error":{"code":1,"name":"InvalidMedia","message":"m"}}}}`},
		"failing":                    {"getMediaUploadStatus", 200, upload + `,"processing_info":{"state":"in_progress","progress_percent":99,"error":{"code":3,"name":"UnsupportedMedia"}}}}`},
		"another state":              {"getMediaUploadStatus", 200, upload + `,"processing_info":{"state":"uploading"}}}`},
		"unauthorized":               {"getUsersMe", 401, `{"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}`},
		"too many requests":          {"getUsersMe", 429, `{"title":"Too Many Requests","detail":"Too Many Requests","type":"about:blank","status":429}`},
		"of the old kind":            {"getUsersMe", 429, `{"errors":[{"code":88,"message":"Rate limit exceeded"}]}`},
		"credits depleted":           {"createPosts", 402, `{"title":"CreditsDepleted","detail":"d","type":"https://api.x.com/2/problems/credits","account_id":1}`},
		"too large, nothing said":    {"appendMediaUpload", 413, ``},
		"unknown path, nothing said": {"getUsersMe", 404, ``},
		"texts for errors":           {"getUsersMe", 500, `{"errors":["internal server error"]}`},
		"a page":                     {"getUsersMe", 520, `<html></html>`},
	} {
		t.Run(name, func(t *testing.T) {
			require.Empty(t, documented().Response(c.operation, c.status, asJSON, []byte(c.body)))
		})
	}
}

// The answer that the documentation shows contradicts itself as the request beside it does, and in nothing else.
func TestTheAnswerOfTheDocumentation(t *testing.T) {
	body := strings.Replace(metadataAnswer, `"whitelisted_country_codes":[]`, `"whitelisted_country_codes":["us"]`, 1)
	body = strings.TrimSuffix(body, "}") + `,"errors":[{"title":"<string>","type":"<string>","detail":"<string>","status":123}]}`
	drifts := documented().Response("createMediaMetadata", http.StatusOK, asJSON, []byte(body))
	require.Equal(t, []string{"broken rule /data/associated_metadata/geo_restrictions"}, short(drifts))
	require.Equal(t, "one of the two lists must be empty", drifts[0].Reason)
	refused := validate.ResponseError{Operation: "createMediaMetadata", Status: http.StatusOK, Drifts: drifts}
	require.EqualError(t, &refused, "createMediaMetadata: the answer 200 is not what the spec "+documentedVersion+
		" promises: broken rule: /data/associated_metadata/geo_restrictions: one of the two lists must be empty")
}

func TestAnswersAboveTheLimitAreNotChecked(t *testing.T) {
	body := []byte(`{"data":{"id":"1"}}`)
	require.NotEmpty(t, documented(validate.WithMaxBody(len(body))).Response("createPosts", 201, asJSON, body))
	require.Empty(t, documented(validate.WithMaxBody(len(body)-1)).Response("createPosts", 201, asJSON, body))
}

func TestNothingOfAnAnswerIsKept(t *testing.T) {
	body := []byte(`{"data":{"id":"x","text":"a","mood":"good"}}`)
	drifts := documented().Response("createPosts", 201, asJSON, body)
	before := append([]validate.Drift{}, drifts...)
	for i := range body {
		body[i] = '#'
	}
	other := []byte(`{"data":{"id":"3","text":"b","mode":"evil"}}`)
	documented().Response("createPosts", 201, asJSON, other)
	require.Equal(t, before, drifts)
	require.Equal(t, []string{`broken rule /data/id "x"`, `undeclared field /data/mood "good"`}, short(drifts))
}

func FuzzResponse(f *testing.F) {
	for _, body := range []string{metadataAnswer, `{"data":[{"type":"photo","url":1}]}`, `{"data":{"id":"1","text":"a"}}`, `[]`, `null`, `{"errors":[{}]}`} {
		f.Add(body, 200)
	}
	v := validate.New()
	f.Fuzz(func(t *testing.T, body string, status int) {
		for op := range gen.Operations() {
			drifts := v.Response(op.ID, status, asJSON, []byte(body))
			require.LessOrEqual(t, len(drifts), 100)
			require.Equal(t, drifts, v.Response(op.ID, status, asJSON, []byte(body)), "the same each time")
		}
	})
}

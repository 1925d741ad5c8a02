package validate_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi/validate"
)

func request(t testing.TB, method, target, body string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "https://api.x.com"+target, strings.NewReader(body))
	require.NoError(t, err)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	return req
}

// findings are what the error of a refused request says, without its frame.
func findings(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var refused *validate.RequestError
	require.ErrorAs(t, err, &refused)
	text := strings.TrimPrefix(err.Error(), refused.Operation+": ")
	return strings.TrimSuffix(text, " ("+refused.SpecVersion+")")
}

// restrictions is a request as X's own documentation shows it, with nothing but the lists left to choose.
func restrictions(blocked, allowed string) string {
	return `{"id": "1146654567674912769", "metadata": {"geo_restrictions":
		{"blacklisted_country_codes": ` + blocked + `, "whitelisted_country_codes": ` + allowed + `}}}`
}

func TestMetadataRequests(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"right":               {metadata, ""},
		"both lists filled":   {restrictions(`["us"]`, `["us"]`), "/metadata/geo_restrictions: one of the two lists must be empty"},
		"both lists empty":    {restrictions(`[]`, `[]`), "/metadata/geo_restrictions: one of the two lists must have an item"},
		"one list missing":    {`{"id":"1","metadata":{"geo_restrictions":{"whitelisted_country_codes":["us"]}}}`, "/metadata/geo_restrictions/blacklisted_country_codes: is required and missing"},
		"no country":          {restrictions(`["usa"]`, `[]`), `/metadata/geo_restrictions/blacklisted_country_codes/0: must match ^[a-zA-Z]{2}$, got "usa"`},
		"id is a number":      {`{"id": 1146654567674912769, "metadata": {}}`, "/id: must be a string, got 1146654567674912769"},
		"id is missing":       {`{"metadata": {}}`, "/id: is required and missing"},
		"everything at once":  {`{"id": "x", "metadata": {"alt_text": {}, "managed": true}}`, `/id: must match ^[0-9]{1,19}$, got "x"; /metadata/alt_text/text: is required and missing; /metadata/managed: is not declared, got true`},
		"within a list":       {`{"id":"1","metadata":{"sticker_info":{"stickers":[{"id":"1"},{"id":2,"size":3}]}}}`, "/metadata/sticker_info/stickers/1/id: must be a string, got 2; /metadata/sticker_info/stickers/1/size: is not declared, got 3"},
		"too long":            {`{"id":"1","metadata":{"alt_text":{"text":"` + strings.Repeat("é", 1001) + `"}}}`, `/metadata/alt_text/text: must have at most 1000 characters, got "` + strings.Repeat("é", 64) + `…"`},
		"a fraction":          {`{"id":"1","metadata":{"content_expiration":{"timestamp_sec":1.5}}}`, "/metadata/content_expiration/timestamp_sec: must be an integer, got 1.5"},
		"null":                {`{"id":"1","metadata":{"alt_text":null}}`, "/metadata/alt_text: must not be null"},
		"a list":              {`[]`, "body: must be an object"},
		"no metadata":         {`{"id":"1"}`, "/metadata: is required and missing"},
		"a name to escape":    {`{"id":"1","metadata":{},"a/b~c":1}`, "/a~1b~0c: is not declared, got 1"},
		"a secret":            {`{"id":"1","metadata":{},"access_token":"abcdef"}`, "/access_token: is not declared, got [redacted]"},
		"cut off":             {`{"id":"1"`, "body: is not JSON: the JSON ends early"},
		"not JSON":            {`id=1`, "body: is not JSON: byte 0: unexpected 'i' where a value should start"},
		"more than one value": {`{"id":"1"}{}`, "body: is not JSON: byte 10: unexpected '{' after the value"},
	} {
		t.Run(name, func(t *testing.T) {
			err := documented().Request("createMediaMetadata", request(t, http.MethodPost, "/2/media/metadata", c.body), []byte(c.body))
			require.Equal(t, c.want, findings(t, err))
		})
	}
}

// The request that the Korean page of the documentation shows.
func TestTheSampleOfTheKoreanPage(t *testing.T) {
	const body = `{"id": "1146654567674912769", "metadata": {"allow_download_status": {"allow_download": true},
		"audience_policy": {"creator_subscriptions": [], "x_subscriptions": []},
		"geo_restrictions": {"blacklisted_country_codes": ["us"], "whitelisted_country_codes": ["us"]},
		"sensitive_media_warning": {"adult_content": true, "graphic_violence": true, "other": false}}}`
	err := documented().Request("createMediaMetadata", request(t, http.MethodPost, "/2/media/metadata", body), []byte(body))
	require.EqualError(t, err, "createMediaMetadata: /metadata/geo_restrictions: one of the two lists must be empty ("+documentedVersion+")")
}

// The request that the English page of the documentation shows has every field. Of its 13, one breaks the schema.
func TestTheSampleOfTheEnglishPage(t *testing.T) {
	body := strings.Replace(metadata, `"whitelisted_country_codes":[]`, `"whitelisted_country_codes":["us"]`, 1)
	require.NotEqual(t, metadata, body)
	err := documented().Request("createMediaMetadata", request(t, http.MethodPost, "/2/media/metadata", body), []byte(body))
	require.EqualError(t, err, "createMediaMetadata: /metadata/geo_restrictions: one of the two lists must be empty ("+documentedVersion+")")
}

func TestTargets(t *testing.T) {
	for name, c := range map[string]struct{ operation, method, target, want string }{
		"right":                 {"getMediaByMediaKeys", "GET", "/2/media?media_keys=3_1,7_2&media.fields=url,width", ""},
		"below a base path":     {"getMediaByMediaKey", "GET", "/gateway/v1/2/media/3_1", ""},
		"another path":          {"getMediaByMediaKeys", "GET", "/2/medium?media_keys=3_1", "the path must end in /2/media, got /2/medium"},
		"another path below":    {"getMediaByMediaKey", "GET", "/3/media/3_1", "the path must end in /2/media/{media_key}, got /3/media/3_1"},
		"another method":        {"getMediaByMediaKeys", "PUT", "/2/media?media_keys=3_1", "the method must be GET, got PUT"},
		"missing":               {"getMediaByMediaKeys", "GET", "/2/media", "query /media_keys: is required and missing"},
		"empty":                 {"getMediaByMediaKeys", "GET", "/2/media?media_keys=", "query /media_keys: is empty"},
		"an item broken":        {"getMediaByMediaKeys", "GET", "/2/media?media_keys=3_1,%20,x", `query /media_keys/1: must match ^([0-9]+)_([0-9]+)$, got " "; query /media_keys/2: must match ^([0-9]+)_([0-9]+)$, got "x"`},
		"too many":              {"getMediaByMediaKeys", "GET", "/2/media?media_keys=3_1" + strings.Repeat(",3_1", 100), "query /media_keys: must have at most 100 items"},
		"undeclared":            {"getMediaByMediaKeys", "GET", "/2/media?media_keys=3_1&tweet.fields=id", `query /tweet.fields: is not declared, got "id"`},
		"a secret":              {"getMediaByMediaKeys", "GET", "/2/media?media_keys=3_1&access_token=abc", "query /access_token: is not declared, got [redacted]"},
		"malformed":             {"getMediaByMediaKeys", "GET", "/2/media?media_keys=3_1&a=%zz", "the query is not well-formed"},
		"given twice":           {"getMediaUploadStatus", "GET", "/2/media/upload?media_id=1&media_id=2", "query /media_id: takes a single value and is given several"},
		"path off its pattern":  {"getMediaByMediaKey", "GET", "/2/media/3-1", `path /media_key: must match ^([0-9]+)_([0-9]+)$, got "3-1"`},
		"path empty":            {"appendMediaUpload", "POST", "/2/media/upload//append", "path /id: is empty"},
		"path with a slash":     {"getMediaByMediaKey", "GET", "/2/media/3_1%2F..", `path /media_key: must match ^([0-9]+)_([0-9]+)$, got "3_1/.."`},
		"no time":               {"getMediaAnalytics", "GET", "/2/media/analytics?media_keys=3_1&start_time=today&end_time=2026-08-01T00:00:00Z&granularity=daily", `query /start_time: must be of the format date-time, got "today"`},
		"a body that must be":   {"createPosts", "POST", "/2/tweets", "body: a body is required and missing"},
		"a body that need not":  {"createMediaMetadata", "POST", "/2/media/metadata", ""},
		"everything at once":    {"getMediaByMediaKeys", "GET", "/2/media?a=1&b=2", `query /a: is not declared, got "1"; query /b: is not declared, got "2"; query /media_keys: is required and missing`},
		"a path of other parts": {"getMediaByMediaKey", "GET", "/3_1", "the path must end in /2/media/{media_key}, got /3_1"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, findings(t, documented().Request(c.operation, request(t, c.method, c.target, ""), nil)))
		})
	}
}

func TestContentTypes(t *testing.T) {
	for contentType, want := range map[string]string{
		"application/json":                "",
		"Application/JSON; charset=utf-8": "",
		"multipart/form-data; boundary=b": "",
		"text/plain":                      "the content type must be application/json or multipart/form-data, got text/plain",
		"":                                "the content type must be application/json or multipart/form-data",
	} {
		t.Run(contentType, func(t *testing.T) {
			req := request(t, http.MethodPost, "/2/media/upload/1/append", "any")
			req.Header.Set("Content-Type", contentType)
			require.Equal(t, want, findings(t, documented().Request("appendMediaUpload", req, nil)))
		})
	}
}

func TestTheBodyOfTheRequestIsNeverRead(t *testing.T) {
	req := request(t, http.MethodPost, "/2/media/metadata", metadata)
	req.Body = unreadable{t}
	require.NoError(t, documented().Request("createMediaMetadata", req, []byte(metadata)))
	require.NoError(t, documented().Request("createMediaMetadata", req, nil))
}

type unreadable struct{ t *testing.T }

func (u unreadable) Read([]byte) (int, error) { u.t.Error("read"); return 0, nil }
func (u unreadable) Close() error             { u.t.Error("closed"); return nil }

func TestAlternativesOfAnotherTypeAreNotMeant(t *testing.T) {
	body := `{"media": "YWJj", "segment_index": 1000}`
	err := documented().Request("appendMediaUpload", request(t, http.MethodPost, "/2/media/upload/1/append", body), []byte(body))
	require.Equal(t, "/segment_index: must be at most 999, got 1000", findings(t, err))
}

func TestAnUnknownOperationIsNoFinding(t *testing.T) {
	err := documented().Request("uploadMediaStatus", request(t, http.MethodGet, "/2/media", ""), nil)
	require.EqualError(t, err, "uploadMediaStatus: not checked: the spec "+documentedVersion+" has no such operation")
}

func TestBodiesAboveTheLimitAreNotChecked(t *testing.T) {
	body := `{"id": 1}`
	v := documented(validate.WithMaxBody(len(body) - 1))
	require.NoError(t, v.Request("createMediaMetadata", request(t, http.MethodPost, "/2/media/metadata", body), []byte(body)))
}

func TestAReportHasAnEnd(t *testing.T) {
	body := `{"id":"1"` + strings.Repeat(`,"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa":1`, 1)
	for i := range 500 {
		body += `,"f` + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + strings.Repeat("y", i/26) + `":1`
	}
	body += "}"
	var refused *validate.RequestError
	require.ErrorAs(t, documented().Request("createMediaMetadata", request(t, http.MethodPost, "/2/media/metadata", body), []byte(body)), &refused)
	require.Len(t, refused.Findings, 100)
	require.Less(t, len(refused.Error()), 20_000)
}

func FuzzRequest(f *testing.F) {
	f.Add("/2/media/metadata", "a=1", metadata)
	f.Add("/2/media", "media_keys=3_1,7_2&media.fields=url", "")
	f.Add("/x/2/media/upload/%2F/append", "media_id=%zz", `{"media":"YWJj","segment_index":"12"}`)
	v := validate.New()
	f.Fuzz(func(t *testing.T, path, query, body string) {
		req := request(t, http.MethodPost, "/", body)
		req.URL.Path, req.URL.RawQuery = path, query
		for op := range gen.Operations() {
			err := v.Request(op.ID, req, []byte(body))
			if again := v.Request(op.ID, req, []byte(body)); err != nil {
				require.EqualError(t, again, err.Error(), "the same each time")
			}
		}
	})
}

// TestManyUndeclaredFieldsAreJudgedAtOnce has a body whose time would grow with the square of its fields, if each of them
// were looked at for each.
func TestManyUndeclaredFieldsAreJudgedAtOnce(t *testing.T) {
	var body strings.Builder
	body.WriteString(`{"text":"a"`)
	for i := range 100_000 {
		body.WriteString(`,"k` + strconv.Itoa(i) + `":1`)
	}
	body.WriteString(`}`)
	var refused *validate.RequestError
	require.ErrorAs(t, validate.New().Request("createPosts", request(t, "POST", "/2/tweets", "{}"), []byte(body.String())), &refused)
	require.Len(t, refused.Findings, 100)
	require.Equal(t, "/k0", refused.Findings[0].Pointer)
}

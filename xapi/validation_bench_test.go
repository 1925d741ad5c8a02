package xapi_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen/spec"
	"github.com/xapi-go/xapi-go/xapi"
)

// allMetadata has every field that createMediaMetadata takes.
const allMetadata = `{"allow_download_status": {"allow_download": true}, "alt_text": {"text": "A cat that dances"},
	"audience_policy": {"creator_subscriptions": ["Any"], "x_subscriptions": ["Any"]},
	"content_expiration": {"timestamp_sec": 1740787200}, "domain_restrictions": {"whitelist": ["example.com"]},
	"found_media_origin": {"id": "u5BzatR15TZ04", "provider": "giphy"},
	"geo_restrictions": {"blacklisted_country_codes": ["us"], "whitelisted_country_codes": []},
	"management_info": {"managed": false},
	"preview_image": {"media_key": {"media": "1146654567674912769", "media_category": "TweetImage"}},
	"sensitive_media_warning": {"adult_content": true, "graphic_violence": true, "other": false},
	"shared_info": {"shared": false}, "upload_source": {"upload_source": "gallery"},
	"sticker_info": {"stickers": [{"aspect_ratio": 1.78, "group_annotation_id": 987654321098765, "id": "12345",
		"sticker_set_annotation_id": 123456789012345, "transform_a": 1, "transform_b": 0, "transform_c": 0,
		"transform_d": 1, "transform_tx": 10.5, "transform_ty": -5.2}]}}`

// A canned transport answers every request with the same body, from memory.
type canned []byte

func (c canned) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, Request: req, ContentLength: int64(len(c)),
		Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}, Body: io.NopCloser(bytes.NewReader(c)),
	}, nil
}

// filtered validates as openapi3filter is meant to be used: a router, the request before, the answer after.
type filtered struct {
	router routers.Router
	next   http.RoundTripper
}

func (f filtered) RoundTrip(req *http.Request) (*http.Response, error) {
	route, path, err := f.router.FindRoute(req)
	if err != nil {
		return nil, err
	}
	in := &openapi3filter.RequestValidationInput{
		Request: req, Route: route, PathParams: path,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}
	if err := openapi3filter.ValidateRequest(req.Context(), in); err != nil {
		return nil, err
	}
	resp, err := f.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: resp.StatusCode, Header: resp.Header, Body: resp.Body,
	}
	err = openapi3filter.ValidateResponse(req.Context(), out)
	resp.Body = out.Body
	return resp, err
}

func filterAround(b *testing.B, next http.RoundTripper) http.RoundTripper {
	b.Helper()
	document, err := spec.Document()
	require.NoError(b, err)
	router, err := gorillamux.NewRouter(document)
	require.NoError(b, err)
	return filtered{router: router, next: next}
}

// BenchmarkValidate is one metadata call through a transport in memory: as it is, validated both ways, and validated
// by openapi3filter.
func BenchmarkValidate(b *testing.B) {
	answer := canned(`{"data": {"id": "1146654567674912769", "associated_metadata": ` + allMetadata + `}}`)
	off := xapi.WithValidation(xapi.Off, xapi.Off)
	for _, c := range []struct {
		name      string
		transport func() http.RoundTripper
		option    xapi.ClientOption
	}{
		{"Bare", func() http.RoundTripper { return answer }, off},
		{"Ours", func() http.RoundTripper { return answer }, xapi.WithValidation(xapi.Enforce, xapi.Enforce)},
		{"OpenAPI3Filter", func() http.RoundTripper { return filterAround(b, answer) }, off},
	} {
		b.Run(c.name, func(b *testing.B) {
			client, err := xapi.New(c.option, xapi.WithAccessToken("token-of-a-user"),
				xapi.WithHTTPClient(&http.Client{Transport: c.transport()}))
			require.NoError(b, err)
			var body xapi.MediaMetadataUpdate
			require.NoError(b, json.Unmarshal([]byte(`{"id": "1146654567674912769", "metadata": `+allMetadata+`}`), &body))
			_, err = client.CreateMediaMetadata(b.Context(), body)
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := client.CreateMediaMetadata(b.Context(), body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkLargeAnswer is an answer of 8 MiB, reported on and not.
func BenchmarkLargeAnswer(b *testing.B) {
	var page bytes.Buffer
	page.WriteString(`{"data": [`)
	for page.Len() < 8<<20 {
		if page.Len() > 10 {
			page.WriteByte(',')
		}
		page.WriteString(`{"media_key": "3_1146654567674912769", "type": "photo", "width": 1200, "height": 675,
			"alt_text": "A cat that dances", "url": "https://pbs.twimg.com/media/F0a1b2c3d4e5f6.jpg"}`)
	}
	page.WriteString(`]}`)
	for _, c := range []struct {
		name string
		mode xapi.Mode
	}{{"Off", xapi.Off}, {"Report", xapi.Report}} {
		b.Run(c.name, func(b *testing.B) {
			client, err := xapi.New(xapi.WithValidation(xapi.Off, c.mode), xapi.WithAccessToken("token-of-a-user"),
				xapi.WithHTTPClient(&http.Client{Transport: canned(page.Bytes())}))
			require.NoError(b, err)
			params := &xapi.GetMediaByMediaKeysParams{MediaKeys: []string{"3_1146654567674912769"}}
			b.SetBytes(int64(page.Len()))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := client.GetMediaByMediaKeys(b.Context(), params); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

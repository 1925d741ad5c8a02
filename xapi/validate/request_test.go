package validate_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen/spec"
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

func TestBothGeoListsFilled(t *testing.T) {
	body := `{"id":"1146654567674912769","metadata":{"geo_restrictions":{"blacklisted_country_codes":["us"],"whitelisted_country_codes":["us"]}}}`
	err := validate.New().Request("createMediaMetadata", request(t, "POST", "/2/media/metadata", body), []byte(body))
	require.EqualError(t, err, "createMediaMetadata: /metadata/geo_restrictions: one of the two lists must be empty ("+spec.Version+")")
	var refused *validate.RequestError
	require.ErrorAs(t, err, &refused)
	t.Logf("%+v", refused.Findings)
}

func TestScratch(t *testing.T) {
	v := validate.New()
	for _, c := range [][3]string{
		{"getMediaByMediaKeys", "GET", "/2/media"},
		{"getMediaByMediaKeys", "GET", "/2/media?media_keys=3_12,x&media.fields=foo&a=b"},
		{"getMediaByMediaKey", "GET", "/2/media/%2F"},
		{"getMediaByMediaKey", "GET", "/v/2/media/3_1"},
	} {
		t.Log(v.Request(c[0], request(t, c[1], c[2], ""), nil))
	}
	for _, b := range []string{
		`{"id":12,"metadata":{"alt_text":{},"sticker_info":{"stickers":[{"id":3,"foo":1}]}},"more":null}`,
		`{"id":"12","metadata":{"geo_restrictions":{"blacklisted_country_codes":[]}}}`,
		`{"id":"12","metadata":{"geo_restrictions":{"blacklisted_country_codes":[],"whitelisted_country_codes":[]}}}`,
		`{"id":"12","metadata":{"geo_restrictions":{"blacklisted_country_codes":["us1"],"whitelisted_country_codes":[]}}}`,
		`{"id":"12",`,
	} {
		t.Log(v.Request("createMediaMetadata", request(t, "POST", "/2/media/metadata", b), []byte(b)))
	}
	h := http.Header{"Content-Type": {"application/json"}}
	for _, b := range []string{
		`{"data":[{"type":"photo","media_key":"3_1","alt_text":4,"url":"x","new":1},{"type":"hologram","x":1},{"type":"video","new":1}],"errors":[{"type":"about:blank","title":"x","foo":1}]}`,
		`{"data":[]}`,
		``,
		`<html>`,
	} {
		for _, d := range v.Response("getMediaByMediaKeys", 200, h, []byte(b)) {
			t.Log(d)
		}
	}
	for _, d := range v.Response("finalizeMediaUpload", 201, h, []byte(`{"data":{"id":"1","image":{}}}`)) {
		t.Log(d)
	}
}

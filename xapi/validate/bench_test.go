package validate_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/validate"
)

// metadata is a request with all fields that createMediaMetadata takes, and metadataAnswer what the server answers.
const (
	fields = `{"allow_download_status":{"allow_download":true},"alt_text":{"text":"A cat that dances"},` +
		`"audience_policy":{"creator_subscriptions":["Any"],"x_subscriptions":["Any"]},` +
		`"content_expiration":{"timestamp_sec":1740787200},"domain_restrictions":{"whitelist":["example.com"]},` +
		`"found_media_origin":{"id":"u5BzatR15TZ04","provider":"giphy"},` +
		`"geo_restrictions":{"blacklisted_country_codes":["us"],"whitelisted_country_codes":[]},` +
		`"management_info":{"managed":false},"preview_image":{"media_key":{"media":"1146654567674912769","media_category":"TweetImage"}},` +
		`"sensitive_media_warning":{"adult_content":true,"graphic_violence":true,"other":false},"shared_info":{"shared":false},` +
		`"sticker_info":{"stickers":[{"aspect_ratio":1.78,"group_annotation_id":987654321098765,"id":"12345",` +
		`"sticker_set_annotation_id":123456789012345,"transform_a":1,"transform_b":0,"transform_c":0,"transform_d":1,` +
		`"transform_tx":10.5,"transform_ty":-5.2}]},"upload_source":{"upload_source":"gallery"}}`
	metadata       = `{"id":"1146654567674912769","metadata":` + fields + `}`
	metadataAnswer = `{"data":{"id":"1146654567674912769","associated_metadata":` + fields + `}}`
)

// BenchmarkMetadata is what one metadata call costs, both ways, beside the call itself.
func BenchmarkMetadata(b *testing.B) {
	v := validate.New()
	req := request(b, http.MethodPost, "/2/media/metadata", metadata)
	header := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
	body, answer := []byte(metadata), []byte(metadataAnswer)
	require.NoError(b, v.Request("createMediaMetadata", req, body))
	require.Empty(b, v.Response("createMediaMetadata", http.StatusOK, header, answer))
	b.ReportAllocs()
	for b.Loop() {
		_ = v.Request("createMediaMetadata", req, body)
		v.Response("createMediaMetadata", http.StatusOK, header, answer)
	}
}

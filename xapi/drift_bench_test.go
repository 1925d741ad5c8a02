package xapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
)

// BenchmarkKnownDrift is a page of media as the spec has it, and the same page with 15 differences that were reported
// before: they are to cost no more than a tenth of the call.
func BenchmarkKnownDrift(b *testing.B) {
	page := func(differs string) canned {
		var items []string
		for i := range 15 {
			field, key := "alt_text", "3_11466545676749"
			switch differs {
			case "fields":
				field = fmt.Sprintf("alt_tex%d", i)
			case "patterns":
				key = "3-11466545676749"
			}
			items = append(items, fmt.Sprintf(`{"media_key":"%s%d","type":"photo","width":1200,"height":675,%q:"a cat"}`, key, 10000+i, field))
		}
		return canned(`{"data":[` + strings.Join(items, ",") + `]}`)
	}
	for _, differs := range []string{"none", "fields", "patterns"} {
		b.Run(differs, func(b *testing.B) {
			client, err := xapi.New(xapi.WithAccessToken("token-of-a-user"), xapi.WithHTTPClient(&http.Client{Transport: page(differs)}))
			require.NoError(b, err)
			params := &xapi.GetMediaByMediaKeysParams{MediaKeys: []string{"3_1146654567674912769"}}
			_, err = client.GetMediaByMediaKeys(b.Context(), params)
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := client.GetMediaByMediaKeys(b.Context(), params); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

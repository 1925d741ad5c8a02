package xapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi"
)

// BenchmarkKnownDrift is a page of media as the spec has it, and the same page with 15 differences that were reported
// before: they are to cost no more than a tenth of the call.
func BenchmarkKnownDrift(b *testing.B) {
	page := func(differs bool) canned {
		var items []string
		for i := range 15 {
			field, kind, width := "alt_text", "photo", "1200"
			if differs {
				switch i % 3 {
				case 0:
					field = fmt.Sprintf("alt_tex%d", i)
				case 1:
					kind = fmt.Sprintf("phot%d", i)
				case 2:
					field = "alt_tezt"
				}
			}
			items = append(items, fmt.Sprintf(`{"media_key":"3_11466545676749%d","type":%q,"width":%s,"height":675,%q:"a cat"}`, 10000+i, kind, width, field))
		}
		return canned(`{"data":[` + strings.Join(items, ",") + `]}`)
	}
	for _, c := range []struct {
		name    string
		differs bool
	}{{"None", false}, {"Fifteen", true}} {
		b.Run(c.name, func(b *testing.B) {
			client, err := xapi.New(xapi.WithAccessToken("token-of-a-user"), xapi.WithHTTPClient(&http.Client{Transport: page(c.differs)}))
			require.NoError(b, err)
			params := &gen.GetMediaByMediaKeysParams{MediaKeys: []string{"3_1146654567674912769"}}
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

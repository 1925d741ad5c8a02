package xapi_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen"
	genwire "github.com/xapi-go/xapi-go/gen/wire"
	"github.com/xapi-go/xapi-go/xapi"
)

// inMemory answers without a network: what is left is what the client itself costs.
type inMemory struct{ answer []byte }

func (m inMemory) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		_, _ = io.Copy(io.Discard, req.Body)
		_ = req.Body.Close()
	}
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req,
		Header: http.Header{
			"Content-Type":           {"application/json"},
			"X-Rate-Limit-Limit":     {"500"},
			"X-Rate-Limit-Remaining": {"499"},
			"X-Rate-Limit-Reset":     {"4102444800"},
		},
		Body: io.NopCloser(bytes.NewReader(m.answer)), ContentLength: int64(len(m.answer)),
	}, nil
}

// BenchmarkCall compares a bare call, with the header and the decoding that it needs to be of use, with
// the same call through the chain.
func BenchmarkCall(b *testing.B) {
	base := inMemory{[]byte(`{"data":{"id":"1146654567674912769","associated_metadata":{"alt_text":{"text":"a cat"}}}}`)}
	var body xapi.MediaMetadataUpdate
	require.NoError(b, json.Unmarshal([]byte(`{"id":"1146654567674912769","metadata":{"alt_text":{"text":"a cat"}}}`), &body))

	b.Run("bare", func(b *testing.B) {
		client := &http.Client{Transport: base}
		b.ReportAllocs()
		for b.Loop() {
			req, err := genwire.Request(b.Context(), xapi.DefaultBaseURL, &gen.OpCreateMediaMetadata, gen.Input{Body: body})
			require.NoError(b, err)
			req.Header.Set("Authorization", "Bearer token-of-a-user")
			resp, err := client.Do(req)
			require.NoError(b, err)
			raw, err := io.ReadAll(resp.Body)
			require.NoError(b, err)
			require.NoError(b, resp.Body.Close())
			var result xapi.CreateMediaMetadataResult
			require.NoError(b, json.Unmarshal(raw, &result))
		}
	})
	for _, each := range []struct {
		name string
		opts []xapi.ClientOption
	}{
		{"client", []xapi.ClientOption{xapi.WithValidation(xapi.Off, xapi.Off)}},
		{"validatingClient", nil},
	} {
		b.Run(each.name, func(b *testing.B) {
			client, err := xapi.New(append(each.opts,
				xapi.WithHTTPClient(&http.Client{Transport: base}), xapi.WithAccessToken("token-of-a-user"))...)
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				_, err := client.CreateMediaMetadata(b.Context(), body)
				require.NoError(b, err)
			}
		})
	}
}

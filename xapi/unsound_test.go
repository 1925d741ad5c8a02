package xapi_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
)

// TestWhoWritesABodyIsNotLeftWaiting has calls that end before anything is sent, while somebody writes their body.
func TestWhoWritesABodyIsNotLeftWaiting(t *testing.T) {
	unreachable := xapi.WithHTTPClient(&http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
		panic("nothing is to be sent")
	})})
	user := xapi.WithAccessToken("token-of-a-user")
	for name, test := range map[string]struct {
		client []xapi.ClientOption
		call   xapi.CallOption
	}{
		"an option that is refused": {[]xapi.ClientOption{user}, xapi.WithMaxAttempts(0)},
		"no credentials that may":   {[]xapi.ClientOption{xapi.WithBearerToken("token-of-the-app")}, nil},
		"a scope that is missing":   {[]xapi.ClientOption{xapi.WithAccessToken("token-of-a-user", "tweet.read")}, nil},
		"a request that is refused": {[]xapi.ClientOption{user, xapi.WithValidation(xapi.Enforce, xapi.Off)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := xapi.New(append(test.client, unreachable)...)
			require.NoError(t, err)
			reading, writing := io.Pipe()
			written := make(chan error, 1)
			go func() {
				_, err := io.WriteString(writing, "a segment")
				written <- err
			}()
			var opts []xapi.CallOption
			if test.call != nil {
				opts = append(opts, test.call)
			}
			_, err = client.AppendMediaUploadForm(t.Context(), "not an id", "multipart/form-data; boundary=b", reading, opts...)
			require.Error(t, err)
			require.ErrorIs(t, <-written, io.ErrClosedPipe)
		})
	}
}

func TestARoundTripperThatKeepsToNoContractDoesNoHarm(t *testing.T) {
	for name, answer := range map[string]*http.Response{
		"nothing": nil, "no body and no header": {StatusCode: 200}, "a status alone": {StatusCode: 503}, "a redirect": {StatusCode: 302}, "a zero answer": {},
	} {
		for where, options := range map[string]func(roundTripper) xapi.ClientOption{
			"transport": func(rt roundTripper) xapi.ClientOption { return xapi.WithHTTPClient(&http.Client{Transport: rt}) },
			"middleware": func(rt roundTripper) xapi.ClientOption {
				return xapi.WithMiddleware(func(http.RoundTripper) http.RoundTripper { return rt })
			},
		} {
			t.Run(where+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					client, err := xapi.New(xapi.WithAccessToken("token-of-a-user"), options(func(*http.Request) (*http.Response, error) {
						if answer == nil {
							return nil, nil
						}
						copied := *answer
						return &copied, nil
					}))
					require.NoError(t, err)
					require.NotPanics(t, func() {
						_, err = client.GetUsersMe(t.Context(), nil)
						require.Error(t, err)
						_, err = client.AppendMediaUpload(t.Context(), "1", xapi.MediaSegment{})
						if name != "no body and no header" { // an append is answered with nothing
							require.Error(t, err)
						}
					})
				})
			})
		}
	}
}

func TestACertificateThatIsNotTrustedIsNoMatterOfCallingAgain(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithAccessToken("token-of-a-user"))
	require.NoError(t, err)
	_, err = client.GetUsersMe(t.Context(), nil)
	require.ErrorContains(t, err, "calling again does not help: check the address")
	require.NotContains(t, err.Error(), "nothing is lost")
	var network *xapi.NetworkError
	require.ErrorAs(t, err, &network)
	require.Equal(t, 1, network.Attempts)
}

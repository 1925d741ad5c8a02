package xapi_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/auth"
)

// credentialed has each kind of credentials: the source, where there is one to print, and the option.
func credentialed(t *testing.T, server string) map[string]struct {
	source any
	option xapi.ClientOption
} {
	oauth1 := auth.OAuth1{
		ConsumerKey: auth.NewSecret("canary-key"), ConsumerSecret: auth.NewSecret("canary-key-secret"),
		Token: auth.NewSecret("canary-token"), TokenSecret: auth.NewSecret("canary-token-secret"),
	}
	config := auth.OAuth2{ClientID: "app", ClientSecret: auth.NewSecret("canary-client-secret"), Endpoint: auth.Endpoint{TokenURL: server + "/2/oauth2/token"}}
	store := auth.NewFileStore(filepath.Join(t.TempDir(), "login.json"))
	session := auth.NewSession(config, store)
	require.NoError(t, session.Login(t.Context(), &auth.Record{
		ClientID: "app", Confidential: true, TokenURL: config.Endpoint.TokenURL,
		Token: auth.Token{Access: auth.NewSecret("canary-access"), Refresh: auth.NewSecret("canary-refresh"), Expiry: time.Now().Add(time.Hour)},
	}))
	return map[string]struct {
		source any
		option xapi.ClientOption
	}{
		"access token":       {auth.AccessToken{Token: auth.NewSecret("canary-access")}, xapi.WithAccessToken("canary-access")},
		"bearer token":       {auth.AppToken{Token: auth.NewSecret("canary-bearer")}, xapi.WithBearerToken("canary-bearer")},
		"client credentials": {&auth.ClientCredentials{Key: auth.NewSecret("canary-key"), KeySecret: auth.NewSecret("canary-key-secret")}, xapi.WithClientCredentials("canary-key", "canary-key-secret")},
		"OAuth 1.0a":         {oauth1, xapi.WithOAuth1(oauth1)},
		"login":              {session, xapi.WithLogin(session)},
	}
}

// printed is value as every printer shows it.
func printed(value any) string {
	var out bytes.Buffer
	for _, verb := range []string{"%s", "%q", "%v", "%+v", "%#v", "%x", "%X", "%d", "%t", "%p", "%T", "%U", "%e", "%10.3s"} {
		fmt.Fprintf(&out, verb+"\n", value)
		fmt.Fprintf(&out, verb+"\n", struct{ hidden, Shown any }{value, value})
	}
	fmt.Fprint(&out, value)
	if encoded, err := json.Marshal(value); err == nil {
		out.Write(encoded)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "value", value)
	slog.New(slog.NewTextHandler(&out, nil)).Info("m", "value", value)
	func() {
		defer func() { fmt.Fprint(&out, recover()) }()
		panic(value)
	}()
	return out.String()
}

// reached is all text that a walk through memory finds: it follows pointers, unexported fields, interfaces, maps and
// slices, as spew does, and asks no methods.
func reached(value any) string {
	var (
		out  bytes.Buffer
		seen = make(map[any]bool)
		walk func(reflect.Value)
	)
	walk = func(v reflect.Value) {
		if v.CanAddr() {
			v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
		}
		switch v.Kind() {
		case reflect.String:
			out.WriteString(v.String() + "\n")
		case reflect.Pointer:
			if key := [2]any{v.Type(), v.Pointer()}; !v.IsNil() && !seen[key] {
				seen[key] = true
				walk(v.Elem())
			}
		case reflect.Interface:
			if !v.IsNil() {
				walk(v.Elem())
			}
		case reflect.Struct:
			copied := reflect.New(v.Type()).Elem()
			if v.CanAddr() {
				copied = v
			} else if v.CanInterface() {
				copied.Set(v)
			}
			for i := range copied.NumField() {
				walk(copied.Field(i))
			}
		case reflect.Slice, reflect.Array:
			if v.Type().Elem().Kind() == reflect.Uint8 {
				for i := range v.Len() {
					out.WriteByte(byte(v.Index(i).Uint()))
				}
				return
			}
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Map:
			for _, key := range v.MapKeys() {
				for _, each := range []reflect.Value{key, v.MapIndex(key)} {
					copied := reflect.New(each.Type()).Elem()
					copied.Set(each)
					walk(copied)
				}
			}
		}
	}
	walk(reflect.ValueOf(&value))
	return out.String()
}

// signedError is an error that holds the whole request, and does not say so.
type signedError struct {
	Request *http.Request
	Header  http.Header
}

func (signedError) Error() string { return "the proxy is out of order" }

type holding struct{}

func (holding) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
	return nil, signedError{Request: req, Header: req.Header}
}

func TestNothingThatPrintsReachesACredential(t *testing.T) {
	require.Contains(t, reached(struct{ a map[string]any }{map[string]any{"k": &signedError{Header: http.Header{"A": {"canary"}}}}}), "canary")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/token") {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"token_type":"bearer","access_token":"canary-fetched"}`)
			return
		}
		w.WriteHeader(http.StatusNotFound)
		_, _ = fmt.Fprintf(w, `{"title":%q}`, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	}))
	defer server.Close()
	for name, kind := range credentialed(t, server.URL) {
		t.Run(name, func(t *testing.T) {
			over := &http.Client{Transport: &http.Transport{}} // a transport of its own has the latest request in its buffers
			defer over.CloseIdleConnections()
			client, err := xapi.New(xapi.WithBaseURL(server.URL), kind.option, xapi.WithHTTPClient(over))
			require.NoError(t, err)
			_, refused := client.GetMediaByMediaKey(t.Context(), "3_1", nil)
			require.ErrorIs(t, refused, xapi.ErrNotFound)

			broken, err := xapi.New(xapi.WithBaseURL(server.URL), kind.option, xapi.WithMaxAttempts(2), xapi.WithBackoff(0, 0),
				xapi.WithHTTPClient(&http.Client{Transport: holding{}}))
			require.NoError(t, err)
			_, failed := broken.GetMediaByMediaKey(t.Context(), "3_1", nil)
			require.Error(t, failed)
			for what, value := range map[string]any{
				"source": kind.source, "option": kind.option, "client": client, "client itself": *client,
				"refused": refused, "failed": failed,
			} {
				shown := printed(value)
				require.Negative(t, strings.Index(shown, "canary"), what) // NotContains would print it all
				require.Negative(t, strings.Index(strings.ToLower(shown), hex.EncodeToString([]byte("canary"))), what)
				require.Negative(t, strings.Index(reached(value), "canary"), "a walk reaches into the %s", what)
			}
			if name != "client credentials" { // which fetch their token through the same transport
				var signed signedError
				require.ErrorAs(t, failed, &signed, "who asks for the error by its type gets it")
			}
		})
	}
}

func TestZeroErrorsCanBePrinted(t *testing.T) {
	for _, err := range []error{
		new(xapi.Error), new(xapi.NetworkError), new(xapi.RateLimitError), new(xapi.DecodeError), new(xapi.GenericProblem), new(xapi.IdleTimeoutError),
		new(auth.ScopeError), new(auth.SchemeError), new(auth.TokenError),
	} {
		require.NotPanics(t, func() {
			require.NotEmpty(t, fmt.Sprintf("%v|%+v|%#v", err, err, err))
			_ = err.Error()
			slog.New(slog.NewJSONHandler(io.Discard, nil)).Info("m", "err", err)
			require.NotErrorIs(t, err, io.EOF)
			require.NotErrorAs(t, err, new(*http.MaxBytesError))
		}, "%T", err)
	}
	for _, problem := range xapi.Problems() {
		require.NotPanics(t, func() { _ = problem.Error() }, "%T", problem)
	}
}

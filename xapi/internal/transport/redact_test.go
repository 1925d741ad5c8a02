package transport_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

func TestRedactorFindsSecretsByWhereTheyStand(t *testing.T) {
	const secret = "c4n4ry.Z9-_~x/+w==long"
	tests := map[string]struct{ text, want string }{
		"bearer header":          {"Authorization: Bearer " + secret + "\r\nHost: h", "Authorization: Bearer REDACTED\r\nHost: h"},
		"short bearer header":    {"authorization: bearer abc", "authorization: bearer REDACTED"},
		"basic header":           {"Authorization: Basic " + secret, "Authorization: Basic REDACTED"},
		"bearer in prose":        {"sent Bearer " + secret + " twice", "sent Bearer REDACTED twice"},
		"oauth 1.0a header":      {`OAuth oauth_consumer_key="k", oauth_signature="` + secret + `"`, `OAuth REDACTED`},
		"printed http.Header":    {"map[Authorization:[Bearer " + secret + "] Accept:[x]]", "map[Authorization:[Bearer REDACTED] Accept:[x]]"},
		"form":                   {"grant_type=refresh_token&refresh_token=" + secret + "&x=1", "grant_type=refresh_token&refresh_token=REDACTED&x=1"},
		"query":                  {"/cb?state=" + secret + "&code=" + secret, "/cb?state=REDACTED&code=REDACTED"},
		"token at the start":     {"token=" + secret, "token=REDACTED"},
		"code at the start":      {"code=" + secret, "code=REDACTED"},
		"verifier":               {"a=b&code_verifier=" + secret, "a=b&code_verifier=REDACTED"},
		"json":                   {`{"access_token":"` + secret + `","scope":"a b"}`, `{"access_token":"REDACTED","scope":"a b"}`},
		"spaced json":            {`{"refresh_token" : "two words"}`, `{"refresh_token" : "REDACTED"}`},
		"json in a Go string":    {`"{\"client_secret\":\"abc\",\"x\":1}"`, `"{\"client_secret\":\"REDACTED\",\"x\":1}"`},
		"printed url.Values":     {"map[client_secret:[abc] code_verifier:[def]]", "map[client_secret:[REDACTED] code_verifier:[REDACTED]]"},
		"printed struct":         {"{AccessToken:abc TokenType:bearer RefreshToken:def}", "{AccessToken:REDACTED TokenType:bearer RefreshToken:REDACTED}"},
		"slog text":              {`level=DEBUG token=abc api_key="a b"`, `level=DEBUG token=REDACTED api_key="REDACTED"`},
		"url with a password":    {"proxy http://me:" + "pw@proxy:1/", "proxy http://REDACTED@proxy:1/"},
		"prose about a token":    {"refresh the token: the server answered 400", "refresh the token: the server answered 400"},
		"the server's own words": {"Value passed for the token was invalid.", "Value passed for the token was invalid."},
		"pagination token":       {"?next_token=abc&pagination_token=def", "?next_token=abc&pagination_token=def"},
		"error code":             {`{"errors":[{"code":88,"message":"m"}]} code=88`, `{"errors":[{"code":88,"message":"m"}]} code=88`},
		"basic in prose":         {"use basic authentication or bearer tokens", "use basic authentication or bearer tokens"},
		"nothing":                {"", ""},
		"json null":              {`{"token":null,"id_token": true,"code":1}`, `{"token":null,"id_token": true,"code":1}`},
		"json number":            {`{"token":123456,"x":1}`, `{"token":"REDACTED","x":1}`},
		"json list":              {`{"parameters":{"token":["abc"],"ids":["1"]}}`, `{"parameters":{"token":["REDACTED"],"ids":["1"]}}`},
		"json header":            {`{"Authorization":["Bearer abc"],"authorization":null}`, `{"Authorization":["Bearer REDACTED"],"authorization":null}`},
		"address of a token":     {`Post "https://api.x.com/2/oauth2/token": dial tcp: lookup api.x.com: no such host`, `Post "https://api.x.com/2/oauth2/token": dial tcp: lookup api.x.com: no such host`},
		"address, end of file":   {`Post "http://127.0.0.1:8080/oauth2/token": EOF`, `Post "http://127.0.0.1:8080/oauth2/token": EOF`},
		"address called so":      {`Get "token": unsupported protocol scheme ""`, `Get "token": unsupported protocol scheme ""`},
		"address, authorization": {`Get "https://h/authorization": dial tcp: timeout`, `Get "https://h/authorization": dial tcp: timeout`},
		"header without scheme":  {"Authorization: " + secret, "Authorization: REDACTED"},
		"prose, authorization":   {"authorization: invalid grant", "authorization: invalid grant"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var redactor transport.Redactor
			require.Equal(t, test.want, redactor.String(test.text))
			require.Equal(t, test.want, redactor.String(redactor.String(test.text)), "a second pass changes nothing")
		})
	}
}

func TestRedactorFindsKnownSecretsAnywhere(t *testing.T) {
	var redactor transport.Redactor
	redactor.Know("p+q/r s=ü", "p+q/r s=ü and more", "tiny", "")
	for _, text := range []string{
		"x p+q/r s=ü y", "x" + url.QueryEscape("p+q/r s=ü") + "y", "x" + url.PathEscape("p+q/r s=ü") + "y",
		"x" + "p%2Bq%2Fr%20s%3D%C3%BC" + "y", "x p+q/r s=ü and more y",
	} {
		require.NotContains(t, redactor.String(text), "r s=")
		require.Contains(t, redactor.String(text), transport.Redacted)
		require.NotContains(t, redactor.String(text), "%3D")
		require.NotContains(t, redactor.String(text), "and more")
	}
	require.Equal(t, "tiny stays", redactor.String("tiny stays"))
	redactor.Know("uvwxy", "abcdef")
	require.Equal(t, "uvwxy "+transport.Redacted, redactor.String("uvwxy abcdef"), "from six bytes on")
}

func TestWhatIsJSONStaysJSON(t *testing.T) {
	var redactor transport.Redactor
	redactor.Know("1234567", "quo\"ted<1>")
	for text, want := range map[string]string{
		`{"id":1234567,"ids":[7,1234567]}`:              `{"id":"REDACTED","ids":[7,"REDACTED"]}`,
		`{"id":1234567,"token":["a","b"],"error":null}`: `{"id":"REDACTED","token":"REDACTED","error":null}`,
		`{"said":"quo\"ted<1>"}`:                        `{"said":"REDACTED"}`,
		`{"said":"quo\"ted\u003c1\u003e"}`:              `{"said":"REDACTED"}`,
		`{"errors":[{"token":null}]}`:                   `{"errors":[{"token":null}]}`,
	} {
		require.JSONEq(t, want, string(redactor.Bytes([]byte(text))))
	}
	require.Equal(t, "id REDACTED is no JSON", string(redactor.Bytes([]byte("id 1234567 is no JSON"))))
}

func FuzzRedactorKeepsJSON(f *testing.F) {
	f.Add([]byte(`{"token":null,"refresh_token":"a","x":["Authorization: Bearer abc"]}`), "secret")
	f.Add([]byte(`{"a":"\"token\":1","b":{"client_secret":-1.5e9}}`), "5e9000")
	f.Fuzz(func(t *testing.T, text []byte, secret string) {
		var redactor transport.Redactor
		redactor.Know(secret)
		if json.Valid(text) {
			require.True(t, json.Valid(redactor.Bytes(text)), "%s", redactor.Bytes(text))
		}
	})
}

func TestNothingLeadsToWhatARedactorHides(t *testing.T) {
	redactor := new(transport.Redactor)
	redactor.Know("known-secret")
	cause := struct{ error }{errors.New("holds known-secret")}
	hidden := redactor.Hide(cause)
	require.EqualError(t, hidden, "holds REDACTED")
	require.ErrorIs(t, hidden, cause)
	require.NoError(t, redactor.Hide(nil))
	for _, verb := range []string{"%s", "%q", "%v", "%+v", "%#v", "%d", "%x"} {
		require.NotContains(t, fmt.Sprintf(verb, redactor)+fmt.Sprintf(verb, hidden), "known-secret")
	}
}

func TestRedactorForgetsTheOldestSecret(t *testing.T) {
	var redactor transport.Redactor
	for i := range 300 {
		redactor.Know(fmt.Sprintf("secret-%04d", i))
	}
	require.Equal(t, "secret-0000", redactor.String("secret-0000"))
	require.Equal(t, "secret-0043", redactor.String("secret-0043"))
	require.Equal(t, transport.Redacted, redactor.String("secret-0044"), "256 are remembered")
	require.Equal(t, transport.Redacted, redactor.String("secret-0299"))
}

func TestRedactorCleansHeadersURLsAndErrors(t *testing.T) {
	var redactor transport.Redactor
	redactor.Know("known-secret")
	header := http.Header{
		"Authorization": {"Bearer abc"}, "Set-Cookie": {"guest_id=1"}, "X-Echo": {"known-secret"}, "Accept": {"a/b"},
	}
	require.Equal(t, http.Header{
		"Authorization": {"Bearer REDACTED"}, "Set-Cookie": {"REDACTED"}, "X-Echo": {"REDACTED"}, "Accept": {"a/b"},
	}, redactor.Header(header))
	require.Equal(t, "Bearer abc", header.Get("Authorization"), "the caller's header stays as it is")

	address, err := url.Parse("https://me:pw@host/p?code=abc&q=known-secret")
	require.NoError(t, err)
	require.Equal(t, "https://REDACTED@host/p?code=REDACTED&q=REDACTED", redactor.URL(address))
	require.Empty(t, redactor.URL(nil))

	cause := errors.New("cause with known-secret")
	clean := redactor.Error(fmt.Errorf("wrap: %w", cause))
	require.EqualError(t, clean, "wrap: cause with REDACTED")
	require.ErrorIs(t, clean, cause)
	require.NoError(t, redactor.Error(nil))
	plain := errors.New("plain")
	require.Same(t, plain, redactor.Error(plain))
}

func BenchmarkRedactor(b *testing.B) {
	var redactor transport.Redactor
	redactor.Know("AAAAAAAAAAAAAAAAAAAAA-one", "AAAAAAAAAAAAAAAAAAAAA-two", "BBBBBBBBBBBBBBBBBBBBBBBB")
	for name, text := range map[string]string{
		"clean error":   `Post "https://api.x.com/2/media/upload/1234567890/append": read tcp 127.0.0.1:443: connection reset by peer`,
		"problem body":  `{"title":"Forbidden","detail":"Forbidden","type":"about:blank","status":403}`,
		"secret header": "Authorization: Bearer AAAAAAAAAAAAAAAAAAAAA-one",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = redactor.String(text)
			}
		})
	}
}

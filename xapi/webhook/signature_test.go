package webhook_test

import (
	"encoding/base64"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/webhook"
	"github.com/xapi-go/xapi-go/xapi/webhook/webhooktest"
)

const (
	modern = webhook.ClientSignature
	legacy = webhook.ConsumerSignature
)

var (
	client      = auth.NewSecret("client-secret-one")
	consumer    = auth.NewSecret("consumer-secret-one")
	stranger    = auth.NewSecret("a stranger's secret")
	bothSecrets = webhook.Secrets{Client: []auth.Secret{client}, Consumer: []auth.Secret{consumer}}
	clientOnly  = webhook.Secrets{Client: []auth.Secret{client}}
	legacyOnly  = webhook.Secrets{Consumer: []auth.Secret{consumer}}
)

type vector struct {
	secret    auth.Secret
	message   []byte
	signature string
}

// vectors are what openssl computed, by testdata/signatures.sh.
func vectors(t *testing.T) []vector {
	t.Helper()
	file, err := os.ReadFile("testdata/signatures.tsv")
	require.NoError(t, err)
	var read []vector
	for line := range strings.Lines(string(file)) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		require.Len(t, columns, 3)
		message, err := base64.StdEncoding.DecodeString(columns[1])
		require.NoError(t, err)
		read = append(read, vector{auth.NewSecret(columns[0]), message, columns[2]})
	}
	require.NotEmpty(t, read)
	return read
}

func TestSignaturesAreThoseOfOpenSSL(t *testing.T) {
	accepted := 0
	for _, v := range vectors(t) {
		require.Equal(t, v.signature, webhook.Sign(v.secret, v.message))
		for header, secrets := range map[string]webhook.Secrets{
			modern: {Client: []auth.Secret{v.secret}}, legacy: {Consumer: []auth.Secret{v.secret}},
		} {
			handler, events := recording(t, secrets)
			x := webhooktest.New(t, handler, secrets)
			r := x.Request(v.message)
			require.Equal(t, v.signature, r.Header.Get(header))
			status := x.Send(r).Code
			if v.message[0] != '{' {
				require.Equal(t, http.StatusBadRequest, status, "signed, and no delivery")
				continue
			}
			require.Equal(t, http.StatusOK, status)
			require.Len(t, events(), 1)
			accepted++
		}
	}
	require.Equal(t, 10, accepted)
}

func TestWhichSignatureDecides(t *testing.T) {
	body := []byte(`{"data":{"event_uuid":"1","event_type":"post.create","payload":{"id":"20"}}}`)
	next := auth.NewSecret("client-secret-two")
	sign := func(secret auth.Secret) string { return webhook.Sign(secret, body) }
	bad := webhook.Sign(client, []byte("another body"))
	for name, c := range map[string]struct {
		secrets        webhook.Secrets
		modern, legacy []string
		status         int
	}{
		"the newer one":                                   {bothSecrets, []string{sign(client)}, nil, 200},
		"the legacy one":                                  {bothSecrets, nil, []string{sign(consumer)}, 200},
		"both":                                            {bothSecrets, []string{sign(client)}, []string{sign(consumer)}, 200},
		"the newer one beside a bad legacy one":           {bothSecrets, []string{sign(client)}, []string{bad}, 200},
		"a second secret, while it is rotated":            {webhook.Secrets{Client: []auth.Secret{next, client}}, []string{sign(client)}, nil, 200},
		"a first secret, while it is rotated":             {webhook.Secrets{Client: []auth.Secret{next, client}}, []string{sign(next)}, nil, 200},
		"a second consumer secret":                        {webhook.Secrets{Consumer: []auth.Secret{next, consumer}}, nil, []string{sign(consumer)}, 200},
		"a newer one that cannot be checked":              {legacyOnly, []string{sign(client)}, []string{sign(consumer)}, 200},
		"no fallback from a bad newer one":                {bothSecrets, []string{bad}, []string{sign(consumer)}, 401},
		"no fallback from an empty newer one":             {bothSecrets, []string{""}, []string{sign(consumer)}, 401},
		"no fallback from a malformed newer one":          {bothSecrets, []string{"sha256=?"}, []string{sign(consumer)}, 401},
		"no fallback from two newer ones":                 {bothSecrets, []string{sign(client), sign(client)}, []string{sign(consumer)}, 401},
		"the consumer secret is none of the newer scheme": {bothSecrets, []string{sign(consumer)}, nil, 401},
		"the client secret is none of the legacy scheme":  {bothSecrets, nil, []string{sign(client)}, 401},
		"no legacy one where there is no secret for it":   {clientOnly, nil, []string{sign(consumer)}, 401},
		"a secret that was taken out":                     {webhook.Secrets{Client: []auth.Secret{next}}, []string{sign(client)}, nil, 401},
		"none":                                            {bothSecrets, nil, nil, 401},
	} {
		t.Run(name, func(t *testing.T) {
			handler, events := recording(t, c.secrets)
			x := webhooktest.New(t, handler, webhook.Secrets{})
			r := x.Request(body)
			r.Header[http.CanonicalHeaderKey(modern)] = c.modern
			r.Header[http.CanonicalHeaderKey(legacy)] = c.legacy
			answer := x.Send(r)
			require.Equal(t, c.status, answer.Code)
			require.Empty(t, answer.Body.String())
			require.Equal(t, c.status == 200, len(events()) == 1)
		})
	}
}

func TestSecretsAreRotatedWithoutANewHandler(t *testing.T) {
	handler, events := recording(t, clientOnly)
	next := auth.NewSecret("client-secret-two")
	old, fresh := webhooktest.New(t, handler, clientOnly), webhooktest.New(t, handler, webhook.Secrets{Client: []auth.Secret{next}})
	body := func() []byte { return webhooktest.Activity("like.create", "1", map[string]any{}) }
	require.Equal(t, http.StatusUnauthorized, send(fresh, body()))

	require.NoError(t, handler.SetSecrets(webhook.Secrets{Client: []auth.Secret{next, client}}))
	old.Deliver(body())
	fresh.Deliver(body())
	fresh.Challenge()

	require.NoError(t, handler.SetSecrets(webhook.Secrets{Client: []auth.Secret{next}}))
	require.Equal(t, http.StatusUnauthorized, send(old, body()))
	require.ErrorContains(t, handler.SetSecrets(webhook.Secrets{}), "no secret")
	fresh.Deliver(body())
	require.Len(t, events(), 3)
}

func TestSecretsMustBeThere(t *testing.T) {
	for _, secrets := range []webhook.Secrets{{}, {Client: []auth.Secret{{}}}, {Client: []auth.Secret{client}, Consumer: []auth.Secret{{}}}} {
		_, err := webhook.New(secrets, webhook.Lines(nil))
		require.ErrorContains(t, err, "secret")
	}
}

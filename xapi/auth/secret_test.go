package auth_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

func TestASecretNeverPrints(t *testing.T) {
	const canary = "canary-4c1d7e"
	secret := auth.NewSecret(canary)
	nested := struct {
		Public auth.Secret
		hidden auth.Secret
		List   []auth.Secret
		Map    map[string]auth.Secret
		Ptr    *auth.Secret
	}{secret, secret, []auth.Secret{secret}, map[string]auth.Secret{"k": secret}, &secret}

	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "%p", "%t", "%10.3s"} {
		fmt.Fprintf(&out, verb+verb+verb+"\n", secret, &secret, nested)
	}
	fmt.Fprintln(&out, secret, nested, fmt.Errorf("failed with %v", secret))
	logger := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	logger.Debug("m", "secret", secret, "nested", nested)
	slog.New(slog.NewTextHandler(&out, nil)).Info("m", "secret", secret, "nested", nested)
	encoded, err := json.Marshal(nested)
	require.NoError(t, err)
	out.Write(encoded)
	encoded, err = xml.Marshal(secret)
	require.NoError(t, err)
	out.Write(encoded)

	require.NotContains(t, out.String(), canary)
	require.NotContains(t, out.String(), fmt.Sprintf("%x", canary))
	require.Contains(t, out.String(), "REDACTED")
	require.Equal(t, canary, secret.Reveal())
}

func TestAnEmptySecretIsNone(t *testing.T) {
	require.True(t, auth.NewSecret("").IsZero())
	require.Empty(t, auth.Secret{}.String())
	require.Empty(t, auth.Secret{}.Reveal())
	require.True(t, auth.Secret{}.Equal(auth.NewSecret("")))
}

func TestSecretsCompareByText(t *testing.T) {
	require.True(t, auth.NewSecret("a").Equal(auth.NewSecret("a")))
	require.False(t, auth.NewSecret("a").Equal(auth.NewSecret("b")))
	require.False(t, auth.NewSecret("a").Equal(auth.Secret{}))
}

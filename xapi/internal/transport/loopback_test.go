package transport_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

func TestLoopback(t *testing.T) {
	for _, host := range []string{"localhost", "127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"} {
		require.True(t, transport.Loopback(host), host)
	}
	for _, host := range []string{
		"", "0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "127.0.0.1.example.com", "localhost.example.com", "api.x.com", "127.1", "2130706433",
	} {
		require.False(t, transport.Loopback(host), host)
	}
}

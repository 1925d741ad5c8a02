package webhook_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/webhook"
	"github.com/xapi-go/xapi-go/xapi/webhook/webhooktest"
)

func TestTheMemoryWindowIsAWindow(t *testing.T) {
	window := webhook.NewMemoryWindow(100)
	webhooktest.TestWindow(t, func(*testing.T) webhook.Window { return window }, nil)
}

func TestTheMemoryWindowIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		window := webhook.NewMemoryWindow(10)
		claim := func(id string) int {
			attempt, err := window.Claim(t.Context(), id, "a", time.Second, time.Hour)
			require.NoError(t, err)
			return attempt
		}
		claim("held")
		for i := range 100 {
			require.Equal(t, 1, claim(fmt.Sprint(i)))
			require.NoError(t, window.Commit(t.Context(), fmt.Sprint(i), time.Hour))
		}
		for i := 91; i < 100; i++ {
			require.Equal(t, webhook.Committed, claim(fmt.Sprint(i)), i)
		}
		attempt, err := window.Claim(t.Context(), "held", "b", time.Second, time.Hour)
		require.NoError(t, err)
		require.Equal(t, webhook.Held, attempt, "what is being taken is not forgotten")
		require.Equal(t, 1, claim("90"), "the oldest is")

		pass(59 * time.Minute)
		require.Equal(t, webhook.Committed, claim("99"))
		pass(time.Minute)
		require.Equal(t, 1, claim("98"))
		require.Equal(t, webhook.Committed, claim("99"))

		ended, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = window.Claim(ended, "x", "a", time.Second, time.Hour)
		require.ErrorIs(t, err, context.Canceled)
	})
}

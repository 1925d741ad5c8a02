package store_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/store"
)

// TestTheBudgetsOfAFleetAreOne has two programs, each with a store of its own on one engine, spend what one may.
func TestTheBudgetsOfAFleetAreOne(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusCreated)
		_, _ = fmt.Fprint(w, `{"data":{"id":"1","text":"hi"}}`)
	}))
	defer server.Close()
	engine := new(store.Memory)
	posts := 0
	for range 2 {
		budget := xapi.NewBudget(5*xapi.DefaultPrices()[xapi.UnitPostCreate], xapi.WithSharedCount(store.New(engine), "2026-11", 40*24*time.Hour))
		client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithAccessToken("t"), xapi.WithBudget(budget))
		require.NoError(t, err)
		for range 3 {
			_, err = client.CreatePosts(t.Context(), xapi.PostDraft{Text: "hi"})
			if err != nil {
				var over *xapi.BudgetError
				require.ErrorAs(t, err, &over)
				require.Equal(t, over.Limit, over.Spent)
				continue
			}
			posts++
		}
	}
	require.Equal(t, 5, posts)
}

package xapi_test

import (
	"testing"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/ratetest"
)

func TestMemoryRateStoreKeepsTheContract(t *testing.T) {
	ratetest.Run(t, func(*testing.T) ratetest.Store {
		now := time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)
		store := &xapi.MemoryRateStore{Now: func() time.Time { return now }}
		return ratetest.Store{RateStore: store, Advance: func(d time.Duration) { now = now.Add(d) }}
	})
}

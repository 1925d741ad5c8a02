package store_test

import (
	"testing"

	"github.com/xapi-go/xapi-go/xapi/store"
	"github.com/xapi-go/xapi-go/xapi/store/storetest"
)

func TestMemoryIsAnEngine(t *testing.T) {
	storetest.Run(t, func(*testing.T) storetest.Fixture {
		memory := new(store.Memory)
		return storetest.Fixture{Engine: memory, Advance: memory.Advance}
	})
}

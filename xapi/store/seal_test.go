package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/store"
	"github.com/xapi-go/xapi-go/xapi/store/storetest"
)

func FuzzOpen(f *testing.F) {
	seal := storetest.NewSeal("key")
	good := store.SealAs(seal, "place", []byte("text"))
	for _, sample := range [][]byte{good, good[:len(good)-1], good[:8], []byte("1:key:"), []byte("1::"), []byte("0:x"), nil} {
		f.Add(sample)
	}
	f.Fuzz(func(t *testing.T, sealed []byte) {
		text, err := store.Open([]store.Seal{seal}, "place", sealed)
		if err == nil {
			require.Equal(t, "text", string(text), "only what was encrypted opens")
			return
		}
		require.ErrorIs(t, err, store.ErrSealed)
	})
}

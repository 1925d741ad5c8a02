package validate

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/xapi-go/xapi-go/gen/spec"
)

// BenchmarkLoad is what the first check of a process waits for, unless it was loaded before: reading the document, and
// making it ready.
func BenchmarkLoad(b *testing.B) {
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if _, err := openapi3.NewLoader().LoadFromData([]byte(spec.JSON())); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("prepare", func(b *testing.B) {
		document, err := spec.Document()
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := newContract(document); err != nil {
				b.Fatal(err)
			}
		}
	})
}

package programs_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/programs"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func TestProgramsRunUnderTheContractThereIs(t *testing.T) {
	t.Parallel()
	for name, program := range programs.All() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sandbox := xapitest.New(t, xapitest.WithProcessingTime(0))
			client, err := xapi.New(xapi.WithBaseURL(sandbox.URL), xapi.WithAccessToken(sandbox.Token()))
			require.NoError(t, err)
			require.NoError(t, program(t.Context(), client))
		})
	}
}

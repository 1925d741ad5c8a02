package wholefile_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/internal/wholefile"
)

func TestAFileIsReplacedWholeOrNotAtAll(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "state")
	write := func(text string, failure error) error {
		return wholefile.Write(path, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return errors.Join(err, failure)
		})
	}
	require.NoError(t, write("old", nil))
	broken := errors.New("broken")
	require.ErrorIs(t, write("half of the n", broken), broken)
	there, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "old", string(there))

	require.NoError(t, write("new", nil))
	there, err = os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "new", string(there))
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing is left beside it")

	require.Error(t, wholefile.Write(filepath.Join(folder, "missing", "state"), func(io.Writer) error { return nil }))
}

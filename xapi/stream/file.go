package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/xapi-go/xapi-go/xapi/internal/wholefile"
)

// File is a [Store] in a file: for a stream that one process reads. It keeps no two processes apart. The file is replaced
// as a whole, so that a process that is killed leaves the old position or the new one.
type File string

// Acquire grants the lease to whoever asks.
func (f File) Acquire(context.Context, string, string, time.Duration) (bool, error) { return true, nil }

// Renew grants it again.
func (f File) Renew(context.Context, string, string, time.Duration) (bool, error) { return true, nil }

// Release has nothing to do.
func (f File) Release(context.Context, string, string) error { return nil }

// Position reads the file, if there is one.
func (f File) Position(context.Context, string) ([]byte, error) {
	position, err := os.ReadFile(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return position, err
}

// SetPosition writes the file.
func (f File) SetPosition(_ context.Context, _, _ string, position []byte) error {
	err := wholefile.Write(string(f), func(w io.Writer) error {
		_, err := w.Write(position)
		return err
	})
	if err != nil {
		return fmt.Errorf("storing the position: %w", err)
	}
	return nil
}

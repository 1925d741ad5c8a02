package sql_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/xapi-go/xapi-go/xapi/media"
	"github.com/xapi-go/xapi-go/xapi/store"
	"github.com/xapi-go/xapi-go/xapi/store/sql"
)

// An upload that one process began is gone on with by another, which finds the checkpoint in the same file.
func Example() {
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "fleet")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(folder) }()

	// In a fleet of several machines it is sql.OpenPostgreSQL, with the address of the database.
	process := func(work func(checkpoint media.CheckpointStore) error) error {
		engine, err := sql.OpenSQLite(ctx, filepath.Join(folder, "fleet.db"))
		if err != nil {
			return err
		}
		defer func() { _ = engine.Close() }()
		return work(store.New(engine).Checkpoint("cat.mp4"))
	}
	fmt.Println(process(func(checkpoint media.CheckpointStore) error {
		return checkpoint.Save(ctx, media.Checkpoint{
			Version: 1, MediaID: "1900000000000000001", Bytes: 8 << 20, MediaType: "video/mp4",
			Segments: []media.Segment{{Bytes: 4 << 20, Sum: "0badcafe"}, {Bytes: 4 << 20}},
		})
	}))
	fmt.Println(process(func(checkpoint media.CheckpointStore) error {
		found, err := checkpoint.Load(ctx)
		if err != nil {
			return err
		}
		bytes, segments := found.Acknowledged()
		fmt.Println("X has", bytes, "of", found.Bytes, "bytes, in", segments, "segment")
		return nil
	}))
	// Output:
	// <nil>
	// X has 4194304 of 8388608 bytes, in 1 segment
	// <nil>
}

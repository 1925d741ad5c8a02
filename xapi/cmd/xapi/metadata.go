package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi/media"
)

// maxInput bounds a JSON file that is read whole.
const maxInput = 1 << 20

// read returns the file at path, or the standard input for -.
func (c console) read(path string) ([]byte, error) { return c.readUpTo(path, maxInput) }

// readUpTo reads no more than so many bytes.
func (c console) readUpTo(path string, most int64) ([]byte, error) {
	in := c.in
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, usageError{err}
		}
		defer func() { _ = file.Close() }()
		in = file
	}
	data, err := io.ReadAll(io.LimitReader(in, most+1))
	if err != nil {
		return nil, usageError{fmt.Errorf("reading %s: %w", path, err)}
	}
	if int64(len(data)) > most {
		return nil, usage("%s is larger than %d bytes", path, most)
	}
	return data, nil
}

func newMetadata(c console) *cobra.Command {
	var conn connection
	var file string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "metadata MEDIA_ID --file FILE.json|-",
		Short: "Set the metadata of uploaded media",
		Long: "Set the metadata of uploaded media from a JSON file: the metadata object as X documents it,\n" +
			"or a whole request around it, whose id gives way to MEDIA_ID.",
		Args: exactly("a MEDIA_ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := c.read(file)
			if err != nil {
				return err
			}
			metadata, err := media.ParseMetadata(data)
			if err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			client, server, err := conn.open(cmd.Context(), c)
			if err != nil {
				return err
			}
			defer func() { _ = server.Close() }()
			associated, err := conn.media(client).SetMetadata(cmd.Context(), args[0], metadata)
			if err != nil {
				return err
			}
			if asJSON {
				return c.json(map[string]any{"media_id": args[0], "associated_metadata": associated})
			}
			err = c.say("metadata of media %s set\n", args[0])
			return err
		},
	}
	conn.serverFlag(cmd)
	cmd.Flags().StringVar(&file, "file", "", "read the metadata from `FILE`, - for standard input")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	_ = cmd.MarkFlagRequired("file")
	return cmd
}

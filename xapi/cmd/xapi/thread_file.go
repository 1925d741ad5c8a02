package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"reflect"
	"strings"

	"github.com/xapi-go/xapi-go/xapi/internal/wholefile"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/thread"
)

// maxThread bounds a file of posts: a thousand of the longest take less.
const maxThread = 128 << 20

// readThread reads the posts of a file: JSON, or text with lines of --- between them.
func readThread(c console, file string) ([]xapi.PostDraft, error) {
	text, err := c.readUpTo(file, maxThread)
	if err != nil {
		return nil, usage("reading the thread: %w", err)
	}
	var posts []xapi.PostDraft
	if begin := bytes.TrimSpace(text); len(begin) > 0 && begin[0] == '[' {
		decoder := json.NewDecoder(bytes.NewReader(begin))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&posts); err != nil {
			return nil, usage("%s is no JSON list of posts: %w", file, err)
		}
	} else {
		posts = splitThread(string(text))
	}
	if len(posts) == 0 {
		return nil, usage("%s has no posts: write text with lines of --- between them, or a JSON list", file)
	}
	return posts, nil
}

// splitThread makes posts of what stands between lines of ---.
func splitThread(text string) []xapi.PostDraft {
	var posts []xapi.PostDraft
	var post strings.Builder
	end := func() {
		if said := strings.TrimSpace(post.String()); said != "" {
			posts = append(posts, xapi.PostDraft{Text: said})
		}
		post.Reset()
	}
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == "---" {
			end()
			continue
		}
		post.WriteString(line)
	}
	end()
	return posts
}

// progressOf is the file that keeps how far a thread has come.
func progressOf(file string) string { return file + ".progress" }

// resume returns the thread of the posts, as far as it has come, which saves itself as it goes on. What is published
// already must be what the file still says.
func resume(file string, posts []xapi.PostDraft) (*thread.Thread, error) {
	work := thread.New(posts...)
	if file == "-" {
		return work, nil
	}
	path := progressOf(file)
	work.Save = func(t *thread.Thread) error { return keep(path, t) }
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return work, nil
	}
	var before thread.Thread
	if err == nil {
		err = json.Unmarshal(text, &before)
	}
	if err != nil {
		return nil, usage("how far the thread has come cannot be read: %w: look at %s", err, path)
	}
	sent := len(before.IDs)
	if before.Doubtful {
		sent++
	}
	if sent > len(posts) || sent > len(before.Posts) || !reflect.DeepEqual(posts[:sent], before.Posts[:sent]) {
		return nil, usage("%s has changed: its first %d posts are published as they were; put them back, or remove %s to begin anew", file, sent, path)
	}
	work.IDs, work.Doubtful, work.Tried = before.IDs, before.Doubtful, before.Tried
	return work, nil
}

// keep writes how far a thread has come, whole or not at all.
func keep(path string, t *thread.Thread) error {
	text, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return err
	}
	return wholefile.Write(path, func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}

// doneWith removes what was kept of a thread that is done.
func doneWith(file string) error {
	if file == "-" {
		return nil
	}
	if err := os.Remove(progressOf(file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("all is published, and %s could not be removed: %w", progressOf(file), err)
	}
	return nil
}

package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"
)

// Lines returns a function for New that writes each event to w as one line of JSON, for tools that read lines:
//
//	{"id":…,"source":…,"type":…,"user_id":…,"received_at":…,"body":{…}}
//
// The body is what X sent. An event that could not be written is not acknowledged.
func Lines(w io.Writer) func(ctx context.Context, event *Event) error {
	var mu sync.Mutex
	return func(_ context.Context, event *Event) error {
		// Compacted, it is one line: strings of JSON cannot hold a line feed.
		var body bytes.Buffer
		if err := json.Compact(&body, event.Raw()); err != nil {
			return fmt.Errorf("webhook: print an event: %w", err)
		}
		head, err := json.Marshal(struct {
			ID         string    `json:"id"`
			Source     Source    `json:"source"`
			Type       string    `json:"type,omitzero"`
			UserID     string    `json:"user_id,omitzero"`
			ReceivedAt time.Time `json:"received_at"`
		}{event.ID, event.Source, event.Type, event.UserID, time.Now().UTC().Truncate(time.Millisecond)})
		if err != nil {
			return fmt.Errorf("webhook: print an event: %w", err)
		}
		line := bytes.NewBuffer(head[:len(head)-1])
		line.WriteString(`,"body":`)
		line.Write(body.Bytes())
		line.WriteString("}\n")
		mu.Lock()
		defer mu.Unlock()
		if _, err := w.Write(line.Bytes()); err != nil {
			return fmt.Errorf("webhook: print an event: %w", err)
		}
		return nil
	}
}

package webhook_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/webhook"
	"github.com/xapi-go/xapi-go/xapi/webhook/webhooktest"
)

func TestLinesAreOneEventEach(t *testing.T) {
	var out bytes.Buffer
	x, _ := calling(t, webhook.Lines(&out))
	x.Deliver(samples(t)["account_message"])
	x.Deliver(webhooktest.Activity("tips.received", "1", map[string]string{"a": "<\n>"}))
	lines := bytes.Split(bytes.TrimSuffix(out.Bytes(), []byte("\n")), []byte("\n"))
	require.Len(t, lines, 2)
	var line struct {
		ID, Source, Type, User string
		ReceivedAt             time.Time `json:"received_at"`
		Body                   json.RawMessage
	}
	require.NoError(t, json.Unmarshal(lines[0], &line))
	require.Equal(t, []string{"account_activity", "direct_message_events"}, []string{line.Source, line.Type})
	require.WithinDuration(t, time.Now(), line.ReceivedAt, time.Minute)
	require.JSONEq(t, string(samples(t)["account_message"]), string(line.Body))
	again, err := webhook.Parse(line.Body)
	require.NoError(t, err)
	require.Equal(t, line.ID, again[0].ID)
}

// full is a pipe that nobody reads any more.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestALineThatIsNotWrittenIsNotAcknowledged(t *testing.T) {
	x, _ := calling(t, webhook.Lines(full{}))
	require.Equal(t, http.StatusServiceUnavailable, send(x, webhooktest.Activity("like.create", "1", nil)))
}

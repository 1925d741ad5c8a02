package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/media"
)

func TestTheBarNamesTheFileAndThePhase(t *testing.T) {
	var shown bytes.Buffer
	u := &uploading{console: console{err: &shown}}
	report, end := u.bar("some/where/clip.mp4")
	report(media.Progress{})
	report(media.Progress{Phase: media.Uploading, Total: 100, Sent: 60, Acknowledged: 40})
	report(media.Progress{Phase: media.Processing, Total: 100, Acknowledged: 100, ProcessingPercent: 30})
	end()
	require.Contains(t, shown.String(), "clip.mp4: uploading, 60% sent")
	require.Contains(t, shown.String(), "clip.mp4: processing, 30% by X")
	require.NotContains(t, shown.String(), "where")
	require.True(t, bytes.HasSuffix(shown.Bytes(), []byte("\n")), "what follows stands on a line of its own")
}

func TestARestartIsTold(t *testing.T) {
	var shown bytes.Buffer
	u := &uploading{console: console{err: &shown}}
	u.restarted(media.Restart{MediaID: "1", Reason: "the upload expired"})
	require.Equal(t, "starting afresh: the upload expired\n", shown.String())
}

package stream_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/gen/spec"
	"github.com/xapi-go/xapi-go/xapi/internal/streamtest"
	"github.com/xapi-go/xapi-go/xapi/stream"
)

const tooMany = `{"title":"ConnectionException","detail":"This stream is currently at the maximum allowed connection limit.",` +
	`"connection_issue":"TooManyConnections","type":"https://api.x.com/2/problems/streaming-connection"}`

// crowded is a server on which connections of a client that has vanished are open until somebody closes them.
type crowded struct {
	ghosts  bool
	vanish  time.Time // when the ghosts do by themselves, zero for never
	deleted []string
	refuse  bool
}

func (s *crowded) RoundTrip(req *http.Request) (*http.Response, error) {
	answer := streamtest.Refuse(http.StatusTooManyRequests, tooMany)
	if !s.vanish.IsZero() && time.Now().After(s.vanish) {
		s.ghosts = false
	}
	switch {
	case req.Method == http.MethodDelete && s.refuse:
		answer = streamtest.Refuse(http.StatusOK, `{"data":{"successful_kills":0,"failed_kills":1,"results":[]}}`)
	case req.Method == http.MethodDelete:
		s.deleted = append(s.deleted, req.URL.Path)
		s.ghosts = false
		answer = streamtest.Refuse(http.StatusOK, `{"data":{"successful_kills":1,"failed_kills":0,"results":[{"uuid":"1","success":true}]}}`)
	case !s.ghosts:
		s.ghosts = true
		answer = streamtest.Stream(func(c *streamtest.Conn) error {
			c.Send(streamtest.Post(streamtest.ID(time.Now(), 0)))
			return nil
		})
	}
	return answer(new(streamtest.Server), req)
}

// read reads n posts, and returns when each came.
func (s *crowded) read(t *testing.T, n int, opts ...stream.Option) (came []time.Duration, notices []stream.Notice) {
	t.Helper()
	start := streamtest.Begin()
	events := stream.New(newClient(t, s).StreamPosts, nil, append(opts, stream.WithNotices(func(n stream.Notice) { notices = append(notices, n) }))...)
	for _, err := range events.All(t.Context()) {
		require.NoError(t, err)
		if came = append(came, time.Since(start)); len(came) == n {
			break
		}
	}
	return came, notices
}

func TestGhostsAreClosedOnRequestAndNotTooOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &crowded{ghosts: true}
		came, notices := server.read(t, 2, stream.WithHealing(newClient(t, server), stream.DefaultCooldown))
		require.Zero(t, came[0])
		require.Greater(t, came[1], 15*time.Minute, "the second time is within the cooldown")
		require.Less(t, came[1], 35*time.Minute)
		require.Equal(t, []string{"/2/connections/filtered_stream", "/2/connections/filtered_stream"}, server.deleted)
		var closed []stream.Notice
		for _, notice := range notices {
			if notice.Kind == stream.ConnectionsClosed {
				closed = append(closed, notice)
			}
		}
		require.Len(t, closed, 2)
		require.NoError(t, closed[0].Err)
	})
}

func TestHealingThatFailsIsToldAndTheStreamWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &crowded{ghosts: true, refuse: true, vanish: streamtest.Begin().Add(5 * time.Minute)}
		came, notices := server.read(t, 1, stream.WithHealing(newClient(t, server), stream.DefaultCooldown))
		require.Greater(t, came[0], 5*time.Minute)
		for _, notice := range notices {
			if notice.Kind == stream.ConnectionsClosed {
				require.ErrorContains(t, notice.Err, "no connection was closed, and 1 could not be")
			}
		}
	})
}

func TestGhostsAreWaitedForWithoutHealing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &crowded{ghosts: true, vanish: streamtest.Begin().Add(5 * time.Minute)}
		came, _ := server.read(t, 1)
		require.Greater(t, came[0], 5*time.Minute)
		require.Empty(t, server.deleted)
	})
}

func TestEveryStreamCanBeHealed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &crowded{ghosts: true}
		for _, err := range stream.New(newClient(t, server).ActivityStream, nil, stream.WithHealing(newClient(t, server), time.Hour)).All(t.Context()) {
			require.NoError(t, err)
			break
		}
		require.Equal(t, []string{"/2/connections/all"}, server.deleted, "it has no name of its own")
	})
	closing, err := spec.Operation("deleteConnectionsByEndpoint")
	require.NoError(t, err)
	names := closing.Paths.Value("/2/connections/{endpoint_id}").Delete.Parameters.GetByInAndName("path", "endpoint_id").Schema.Value.Enum
	known := map[string]bool{}
	for op := range gen.Operations() {
		if !strings.HasPrefix(op.ID, "stream") {
			continue
		}
		require.Contains(t, names, stream.Endpoint(op.ID), op.ID)
		known[stream.Endpoint(op.ID)] = true
	}
	require.Len(t, known, len(names))
}

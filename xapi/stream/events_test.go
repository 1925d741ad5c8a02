package stream_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/streamtest"
	"github.com/xapi-go/xapi-go/xapi/stream"
	"github.com/xapi-go/xapi-go/xapi/webhook"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func TestActivityIsTypedByItsEventType(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := streamtest.Script(streamtest.Lines(
			`{"data":{"event_uuid":"-17","event_type":"post.delete","filter":{"user_id":"7"},"tag":"gone","payload":{"id":"99"}}}`,
			`{"data":{"event_uuid":"-17","event_type":"post.delete","filter":{"user_id":"8"},"payload":{"id":"99"}}}`,
			`{"data":{"event_uuid":"-17","event_type":"post.delete","filter":{"user_id":"7"},"tag":"gone","payload":{"id":"99"}}}`,
			`{"data":{"event_uuid":"18","event_type":"gift.received","payload":{"wrapped":true}}}`,
			`{"data":{"event_uuid":"19","event_type":"like.create","payload":{"data":{"liked_tweet_author_id":"3","timestamp_ms":"1750000000000"}}}}`,
		), refused)
		var got []*webhook.Event
		var last error
		for event, err := range stream.Activity(t.Context(), stream.New(newClient(t, server).ActivityStream, nil)) {
			if last = err; err == nil {
				got = append(got, event)
			}
		}
		require.ErrorIs(t, last, xapi.ErrForbidden)
		require.Len(t, got, 4, "an event that comes again is given once, and each subscription's is an event")
		deleted, ok := got[0].Payload.(*webhook.PostDeleted)
		require.True(t, ok)
		require.Equal(t, "99", deleted.PostID)
		require.Equal(t, "gone", got[0].Tag)
		require.Equal(t, "8", got[1].Filter.UserID)
		require.Equal(t, "gift.received", got[2].Type)
		require.Nil(t, got[2].Payload)
		require.JSONEq(t, `{"data":{"event_uuid":"18","event_type":"gift.received","payload":{"wrapped":true}}}`, string(got[2].Raw()))
		require.IsType(t, new(webhook.Liked), got[3].Payload)
	})
}

func TestComplianceEventsAreReadByTheirKind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := streamtest.Script(streamtest.Lines(
			`{"data":{"delete":{"event_at":"2026-11-01T12:00:00.000Z","tweet":{"id":"1","author_id":"2"}}}}`,
			`{"data":{"withheld":{"event_at":"2026-11-01T12:00:01.000Z","post":{"id":"3","author_id":"4"},"withheld_in_countries":["XY"]}}}`,
			`{"data":{"tweet_vanish":{"event_at":"nonsense","tweet":{"id":"5"}},"another":"thing"}}`,
			`{"errors":[{"title":"Not Found Error","type":"https://api.x.com/2/problems/resource-not-found"}]}`,
		), refused)
		var got []stream.ComplianceEvent
		for event, err := range stream.Compliance(t.Context(), stream.New(newClient(t, server).StreamPostsCompliance, &xapi.StreamPostsComplianceParams{Partition: 1})) {
			if err == nil {
				got = append(got, event)
			}
		}
		require.Len(t, got, 5)
		require.Equal(t, stream.ComplianceEvent{
			Kind: "delete", At: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC), PostID: "1", UserID: "2",
			Object: []byte(`{"event_at":"2026-11-01T12:00:00.000Z","tweet":{"id":"1","author_id":"2"}}`),
		}, got[0])
		require.Equal(t, "3", got[1].PostID)
		require.Contains(t, string(got[1].Object), "withheld_in_countries")
		require.Equal(t, "another", got[2].Kind)
		require.Equal(t, "5", got[3].PostID)
		require.Zero(t, got[3].At)
		require.Empty(t, got[4].Kind)
		require.Contains(t, string(got[4].Object), "resource-not-found")
	})
	synctest.Test(t, func(t *testing.T) {
		server := streamtest.Script(streamtest.Lines(`{"data":{"user_suspend":{"event_at":"2026-11-01T12:00:00.000Z","user":{"id":"6"}}}}`), refused)
		for event, err := range stream.Compliance(t.Context(), stream.New(newClient(t, server).StreamUsersCompliance, nil, stream.WithPartitions(3))) {
			if err == nil {
				require.Equal(t, "user_suspend", event.Kind)
				require.Equal(t, "6", event.UserID)
			}
		}
	})
	synctest.Test(t, func(t *testing.T) {
		server := streamtest.Script(streamtest.Lines(`{"data":{"delete":{"event_at":"2026-11-01T12:00:00.000Z","favorite":{"id":"7","user_id":"8"}}}}`), refused)
		for event, err := range stream.Compliance(t.Context(), stream.New(newClient(t, server).StreamLikesCompliance, nil)) {
			if err == nil {
				require.Equal(t, []string{"7", "8"}, []string{event.PostID, event.UserID})
			}
		}
	})
}

// TestStreamsOfTheSandbox reads what happens in a sandbox's world.
func TestStreamsOfTheSandbox(t *testing.T) {
	server, app := sandboxed(t)
	user, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithAccessToken(server.Token()))
	require.NoError(t, err)
	_, err = stream.SyncRules(t.Context(), app, []stream.Rule{{Value: "cats", Tag: "pets"}})
	require.NoError(t, err)
	_, err = app.CreateActivitySubscription(t.Context(), xapi.ActivitySubscriptionDraft{
		EventType: "follow.follow", Filter: &xapi.ActivityFilter{UserID: server.Me().ID}, Tag: "new",
	})
	require.NoError(t, err)

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	connected := func() (stream.Option, <-chan struct{}) {
		open := make(chan struct{}, 100)
		return stream.WithNotices(func(n stream.Notice) {
			if n.Kind == stream.Connected {
				open <- struct{}{}
			}
		}), open
	}
	disconnect := xapitest.Fault{Operation: "streamPosts", When: xapitest.When{Nth: 1}, Do: xapitest.Do{Disconnect: "OperationalDisconnect", After: 1}}
	require.NoError(t, server.SetFaults(disconnect))

	postsOpen, open := connected()
	events := stream.New(app.StreamPosts, &xapi.StreamPostsParams{Expansions: []xapi.PostExpansion{"author_id"}}, postsOpen)
	var texts []string
	go func() {
		<-open
		_, _ = user.CreatePosts(ctx, xapi.PostDraft{Text: "cats one"})
		<-open // after the disconnect
		_, _ = user.CreatePosts(ctx, xapi.PostDraft{Text: "cats two"})
	}()
	var last string
	for document, err := range events.Documents(ctx) {
		require.NoError(t, err)
		require.Equal(t, "pets", document.Value.MatchingRules[0].Tag)
		require.Equal(t, server.Me().ID, document.Value.Includes.Users[0].ID)
		texts, last = append(texts, document.Value.Data.Text), document.Value.Data.ID
		if len(texts) == 2 {
			break
		}
	}
	require.Equal(t, []string{"cats one", "cats two"}, texts)

	activityOpen, open := connected()
	complianceOpen, complianceConnected := connected()
	happened := make(chan *webhook.Event, 1)
	go func() {
		for event, err := range stream.Activity(ctx, stream.New(app.ActivityStream, nil, activityOpen)) {
			if err == nil {
				happened <- event
			}
			return
		}
	}()
	deleted := make(chan stream.ComplianceEvent, 1)
	go func() {
		for event, err := range stream.Compliance(ctx, stream.New(app.StreamPostsCompliance, nil, stream.WithAllPartitions(), complianceOpen)) {
			if err == nil {
				deleted <- event
			}
			return
		}
	}()
	<-open
	for range 4 {
		<-complianceConnected
	}
	_, err = user.DeletePosts(ctx, last)
	require.NoError(t, err)
	event := <-deleted
	require.Equal(t, []string{"delete", last, server.Me().ID}, []string{event.Kind, event.PostID, event.UserID})
	server.Issue(xapitest.Grant{Username: "ada"})
	ada, err := app.GetUsersByUsername(ctx, "ada", nil)
	require.NoError(t, err)
	friend := ada.Data.ID
	_, err = user.FollowUser(ctx, server.Me().ID, xapi.FollowUserRequest{TargetUserID: friend})
	require.NoError(t, err)
	activity := <-happened
	payload, ok := activity.Payload.(*webhook.Relation)
	require.True(t, ok)
	require.Equal(t, []string{server.Me().ID, friend}, []string{payload.Source.ID, payload.Target.ID})
}

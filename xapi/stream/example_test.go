package stream_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/stream"
	"github.com/xapi-go/xapi-go/xapi/webhook"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// example starts a sandbox, and returns clients for an app and for a user on it.
func example() (server *xapitest.Server, app, user *xapi.Client) {
	server, err := xapitest.Start()
	if err != nil {
		log.Fatal(err)
	}
	app, err = xapi.New(xapi.WithBaseURL(server.URL), xapi.WithBearerToken(server.Issue(xapitest.Grant{AppOnly: true}).Access))
	if err != nil {
		log.Fatal(err)
	}
	user, err = xapi.New(xapi.WithBaseURL(server.URL), xapi.WithAccessToken(server.Token()))
	if err != nil {
		log.Fatal(err)
	}
	return server, app, user
}

// posting posts something.
func posting(ctx context.Context, user *xapi.Client, text string) *xapi.CreatePostsResult {
	posted, err := user.CreatePosts(ctx, xapi.PostDraft{Text: text})
	if err != nil {
		log.Print(err)
	}
	return posted
}

// The rules are made those that are wanted, and posts read until there were two. The sandbox ends the connection after
// the first; the stream stays up.
func Example() {
	server, app, user := example()
	defer func() { _ = server.Close() }()
	ctx := context.Background()
	err := server.SetFaults(xapitest.Fault{
		Operation: "streamPosts", When: xapitest.When{Nth: 1}, Do: xapitest.Do{Disconnect: "OperationalDisconnect", After: 1},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	rules := []stream.Rule{{Value: "cats has:hashtags", Tag: "cats"}, {Value: "rivers", Tag: "water"}}
	if _, err := stream.SyncRules(ctx, app, rules); err != nil {
		fmt.Println(err)
		return
	}

	connections, ends := 0, []error{}
	posts := stream.New(app.StreamPosts, &xapi.StreamPostsParams{Expansions: []xapi.PostExpansion{"author_id"}},
		stream.WithNotices(func(n stream.Notice) {
			switch n.Kind {
			case stream.Connected: // somebody posts
				connections++
				go posting(ctx, user, fmt.Sprintf("number %d of my #cats", connections))
			case stream.Disconnected:
				ends = append(ends, n.Err)
			}
		}))
	count := 0
	for post, err := range posts.All(ctx) {
		if err != nil {
			fmt.Println(err) // nothing comes behind an error
			return
		}
		fmt.Println(post.Data.Text, "by", post.Includes.Users[0].ID == server.Me().ID, "for", post.MatchingRules[0].Tag)
		if count++; count == 2 {
			break
		}
	}
	fmt.Println("meanwhile:", ends[0])
	// Output:
	// number 1 of my #cats by true for cats
	// number 2 of my #cats by true for cats
	// meanwhile: streamPosts: 200 operational-disconnect: This stream has been disconnected for operational reasons.
}

// Only what differs is added and deleted. A dry run tells what would be.
func ExampleSyncRules() {
	server, app, _ := example()
	defer func() { _ = server.Close() }()
	ctx := context.Background()
	if _, err := stream.SyncRules(ctx, app, []stream.Rule{{Value: "cats", Tag: "pets"}, {Value: "dogs", Tag: "pets"}}); err != nil {
		fmt.Println(err)
		return
	}

	report, err := stream.SyncRules(ctx, app, []stream.Rule{{Value: "cats", Tag: "pets"}, {Value: "birds"}}, stream.WithDryRun())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, result := range report.Results {
		fmt.Println(result.Outcome, result.Value)
	}
	// Output:
	// kept cats
	// deleted dogs
	// added birds
}

// A position outlives the process: what was posted meanwhile comes by a backfill.
func ExampleWithStore() {
	server, app, user := example()
	defer func() { _ = server.Close() }()
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "position")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(folder) }()
	position := stream.File(filepath.Join(folder, "sample.position"))

	read := func(last string, when func()) {
		posts := stream.New(app.StreamPostsSample, nil, stream.WithStore(position, "sample"),
			stream.WithNotices(func(n stream.Notice) {
				if n.Kind == stream.Connected {
					go when()
				}
			}))
		for post, err := range posts.All(ctx) {
			if err != nil {
				fmt.Println(err)
				return
			}
			if post.Data.Text == last {
				break // this one is not done with, and comes again
			}
			fmt.Println(post.Data.Text)
		}
	}
	read("two", func() { posting(ctx, user, "one"); posting(ctx, user, "two") })
	posting(ctx, user, "three, when nobody reads")
	fmt.Println("again:")
	read("four", func() { posting(ctx, user, "four") })
	// Output:
	// one
	// again:
	// two
	// three, when nobody reads
}

// Events of the X Activity API have a type for each kind.
func ExampleActivity() {
	server, app, user := example()
	defer func() { _ = server.Close() }()
	ctx := context.Background()
	server.Issue(xapitest.Grant{Username: "ada"})
	ada, err := app.GetUsersByUsername(ctx, "ada", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	friend := ada.Data.ID
	_, err = app.CreateActivitySubscription(ctx, xapi.ActivitySubscriptionDraft{
		EventType: "follow.follow", Filter: &xapi.ActivityFilter{UserID: server.Me().ID}, Tag: "mine",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	events := stream.New(app.ActivityStream, nil, stream.WithNotices(func(n stream.Notice) {
		if n.Kind == stream.Connected {
			go func() {
				if _, err := user.FollowUser(ctx, server.Me().ID, xapi.FollowUserRequest{TargetUserID: friend}); err != nil {
					log.Print(err)
				}
			}()
		}
	}))
	for event, err := range stream.Activity(ctx, events) {
		if err != nil {
			fmt.Println(err)
			return
		}
		switch happened := event.Payload.(type) {
		case *webhook.Relation:
			fmt.Println(event.Type, event.Tag, happened.Target.ID == friend)
			return
		default:
			fmt.Println(event.Type, string(event.Raw())) // a newer kind
		}
	}
	// Output:
	// follow.follow mine true
}

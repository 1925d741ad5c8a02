package thread_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/thread"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// A thread whose third post is lost on the way back: it was made, is found in the timeline, and the thread goes on.
func Example() {
	sandbox, err := xapitest.Start(xapitest.WithFaults(xapitest.Fault{
		Operation: xapi.OpCreatePosts, When: xapitest.When{Nth: 3}, Do: xapitest.Do{Reset: xapitest.ResetAfter},
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = sandbox.Close() }()
	client, err := xapi.New(xapi.WithBaseURL(sandbox.URL), xapi.WithAccessToken(sandbox.Token()))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	before := len(sandbox.Posts())

	story := thread.New(
		xapi.PostDraft{Text: "Which way?"}, xapi.PostDraft{Text: "There are two"}, xapi.PostDraft{Text: "One is https://example.com/short"},
		xapi.PostDraft{Text: "Vote", Poll: &xapi.PollDraft{Options: []string{"short", "long"}, DurationMinutes: 60}}, xapi.PostDraft{Text: "Thanks"},
	)
	err = story.Publish(ctx, client)
	var stopped *thread.Error
	if errors.As(err, &stopped) && stopped.MaybeMade {
		fmt.Println("post", stopped.Index+1, "may have been made")
		if found, err := story.Reconcile(ctx, client, sandbox.Me().ID); !found {
			fmt.Println("not in the timeline:", err)
			return
		}
		err = story.Publish(ctx, client)
	}
	fmt.Println(len(story.IDs), "posts,", len(sandbox.Posts())-before, "made:", err)
	// Output:
	// post 3 may have been made
	// 5 posts, 5 made: <nil>
}

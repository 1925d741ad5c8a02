package xapi_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// A program that reads the followers of a user and keeps where it stands in a file, so that it goes on there after it was
// killed, with the next follower. Here it is run twice, and killed once.
func Example_followers() {
	sandbox, err := xapitest.Start()
	if err != nil {
		log.Panic(err)
	}
	defer func() { _ = sandbox.Close() }()
	place := filepath.Join(os.TempDir(), fmt.Sprintf("followers-%d.cursor", os.Getpid()))
	defer func() { _ = os.Remove(place) }()

	seen := map[string]bool{}
	run := func(killedAfter int) (count int) {
		client, err := xapi.New(xapi.WithBaseURL(sandbox.URL), xapi.WithAccessToken(sandbox.Token()))
		if err != nil {
			log.Panic(err)
		}
		cursor, _ := os.ReadFile(place) // there is none at the first start
		params := &xapi.GetUsersFollowersParams{MaxResults: 10}
		followers := client.GetUsersFollowersPages(sandbox.Me().ID, params, xapi.From(string(cursor)))
		for follower, err := range followers.Each(context.Background()) {
			if err != nil {
				log.Panic(err)
			}
			if count == killedAfter {
				return count
			}
			if seen[follower.ID] {
				log.Panic("twice: ", follower.Username)
			}
			seen[follower.ID] = true
			count++
			if err := os.WriteFile(place, []byte(followers.Cursor()), 0o600); err != nil {
				log.Panic(err)
			}
		}
		return count
	}
	first := run(13)
	second := run(-1)
	third := run(-1)
	fmt.Println(first, "then the others:", second > 0, "and no one is left:", third == 0 && len(seen) == first+second)
	// Output: 13 then the others: true and no one is left: true
}

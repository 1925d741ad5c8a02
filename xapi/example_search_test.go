package xapi_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// A program that prints 1,000 posts with their authors, their media and the posts that they refer to. It runs against a
// sandbox in its own process: leave WithBaseURL out to call X.
func Example_search() {
	sandbox, err := xapitest.Start()
	if err != nil {
		log.Panic(err)
	}
	defer func() { _ = sandbox.Close() }()
	client, err := xapi.New(xapi.WithBaseURL(sandbox.URL), xapi.WithBearerToken(sandbox.Issue(xapitest.Grant{AppOnly: true}).Access))
	if err != nil {
		log.Panic(err)
	}
	posts := client.SearchPostsAllPages(&xapi.SearchPostsAllParams{
		Query:      "a OR the",
		PostFields: xapi.AllPostFields(),
		Expansions: []xapi.PostExpansion{xapi.PostExpansionAuthorID, xapi.PostExpansionAttachmentsMediaKeys, xapi.PostExpansionReferencedPosts},
	}, xapi.Limit(1000))
	var text strings.Builder
	for post, err := range posts.Each(context.Background()) {
		if err != nil {
			log.Panicf("%v; go on with %s", err, posts.Cursor())
		}
		if author := posts.Join().PostAuthor(&post); author != nil {
			fmt.Fprintf(&text, "@%s, %s: %s\n", author.Username, post.CreatedAt.Format("2 January 2006"), post.Text)
		}
		for _, media := range posts.Join().PostMedia(&post) {
			fmt.Fprintf(&text, "  with a %s, %s\n", media.Type, media.MediaKey)
		}
		for _, other := range posts.Join().PostReferencedPosts(&post) {
			fmt.Fprintf(&text, "  refers to %s\n", other.Text)
		}
	}
	fmt.Println(strings.Count(text.String(), " 2026: "), "posts")
	// Output: 1000 posts
}

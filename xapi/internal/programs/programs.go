// Package programs holds programs as users write them, against the names of package xapi alone. A sync of the spec builds
// them, and the tests run them: a version of the contract under which one of them does not compile breaks users.
package programs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/media"
	"github.com/xapi-go/xapi-go/xapi/thread"
)

// Program is one program. It returns an error where anything is not as it has to be.
type Program func(ctx context.Context, client *xapi.Client) error

// All are the programs by name.
func All() map[string]Program {
	return map[string]Program{
		"account": account, "timeline": timeline, "search": search, "engage": engage, "lists": lists, "messages": messages,
		"upload": upload, "threads": threads, "by name": byName, "errors": failures,
	}
}

var errWrong = errors.New("not what was asked for")

func wrong(what string, value any) error { return fmt.Errorf("%w: %s: %v", errWrong, what, value) }

// account reads who the user is, with what is known of them.
func account(ctx context.Context, client *xapi.Client) error {
	me, err := client.GetUsersMe(ctx, &xapi.GetUsersMeParams{
		UserFields: []xapi.UserField{xapi.UserFieldCreatedAt, xapi.UserFieldPublicMetrics, xapi.UserFieldDescription, xapi.UserFieldVerified, xapi.UserFieldProtected},
		Expansions: []xapi.UserExpansion{xapi.UserExpansionPinnedPostID},
		PostFields: []xapi.PostField{xapi.PostFieldCreatedAt},
	})
	if err != nil {
		return err
	}
	if me.Data.Username == "" || me.Data.CreatedAt.IsZero() || me.Data.PublicMetrics == nil {
		return wrong("the account", me.Data)
	}
	for follower, err := range client.GetUsersFollowersPages(me.Data.ID, &xapi.GetUsersFollowersParams{UserFields: xapi.AllUserFields()}).Each(ctx) {
		if err != nil {
			return err
		}
		if follower.ID == "" || follower.Name == "" {
			return wrong("a follower", follower)
		}
		break
	}
	return nil
}

// timeline reads posts with what they refer to.
func timeline(ctx context.Context, client *xapi.Client) error {
	me, err := client.GetUsersMe(ctx, nil)
	if err != nil {
		return err
	}
	first, err := client.CreatePosts(ctx, xapi.PostDraft{Text: "Something to quote"})
	if err != nil {
		return err
	}
	if _, err := client.CreatePosts(ctx, xapi.PostDraft{Text: "A quote", QuotePostID: first.Data.ID}); err != nil {
		return err
	}
	read, err := client.GetUsersPosts(ctx, me.Data.ID, &xapi.GetUsersPostsParams{
		PostFields: []xapi.PostField{xapi.PostFieldAuthorID, xapi.PostFieldCreatedAt, xapi.PostFieldPublicMetrics, xapi.PostFieldReferencedPosts, xapi.PostFieldEntities, xapi.PostFieldLang},
		Expansions: []xapi.PostExpansion{xapi.PostExpansionAuthorID, xapi.PostExpansionReferencedPosts},
		UserFields: []xapi.UserField{xapi.UserFieldUsername},
		MaxResults: 5,
	})
	if err != nil {
		return err
	}
	if len(read.Data) < 2 || len(read.Includes.Users) == 0 {
		return wrong("the timeline", read)
	}
	quote := read.Data[0]
	if quote.AuthorID != me.Data.ID || quote.CreatedAt.IsZero() || quote.PublicMetrics == nil || len(quote.ReferencedPosts) != 1 || quote.ReferencedPosts[0].ID != first.Data.ID {
		return wrong("the quote", quote)
	}
	return nil
}

// search reads posts page by page, to a limit.
func search(ctx context.Context, client *xapi.Client) error {
	found := 0
	for post, err := range client.SearchPostsRecentPages(&xapi.SearchPostsRecentParams{
		Query: "coffee", PostFields: xapi.AllPostFields(), StartTime: time.Now().Add(-24 * time.Hour),
	}, xapi.Limit(15)).Each(ctx) {
		if err != nil {
			return err
		}
		if post.ID == "" || post.Text == "" {
			return wrong("a post", post)
		}
		found++
	}
	if found > 15 {
		return wrong("posts", found)
	}
	return nil
}

// engage likes, reposts, bookmarks and deletes.
func engage(ctx context.Context, client *xapi.Client) error {
	me, err := client.GetUsersMe(ctx, nil)
	if err != nil {
		return err
	}
	post, err := client.CreatePosts(ctx, xapi.PostDraft{Text: "Like this", Poll: &xapi.PollDraft{DurationMinutes: 60, Options: []string{"yes", "no"}}})
	if err != nil {
		return err
	}
	if liked, err := client.LikePost(ctx, me.Data.ID, xapi.LikePostRequest{PostID: post.Data.ID}); err != nil || !liked.Data.Liked {
		return errors.Join(err, wrong("liked", liked))
	}
	if reposted, err := client.RepostPost(ctx, me.Data.ID, xapi.RepostPostRequest{PostID: post.Data.ID}); err != nil || !reposted.Data.Reposted {
		return errors.Join(err, wrong("reposted", reposted))
	}
	if kept, err := client.CreateUsersBookmark(ctx, me.Data.ID, xapi.CreateUsersBookmarkRequest{PostID: post.Data.ID}); err != nil || !kept.Data.Bookmarked {
		return errors.Join(err, wrong("bookmarked", kept))
	}
	if _, err := client.UnlikePost(ctx, me.Data.ID, post.Data.ID); err != nil {
		return err
	}
	if gone, err := client.DeletePosts(ctx, post.Data.ID); err != nil || !gone.Data.Deleted {
		return errors.Join(err, wrong("deleted", gone))
	}
	return nil
}

// lists makes a list and fills it.
func lists(ctx context.Context, client *xapi.Client) error {
	list, err := client.CreateLists(ctx, xapi.ListDraft{Name: "Friends", Private: true})
	if err != nil {
		return err
	}
	found, err := client.SearchUsers(ctx, &xapi.SearchUsersParams{Query: "a"})
	if err != nil {
		return err
	}
	if len(found.Data) == 0 {
		return wrong("users", found)
	}
	if _, err := client.AddListsMember(ctx, list.Data.ID, xapi.AddListsMemberRequest{UserID: found.Data[0].ID}); err != nil {
		return err
	}
	_, err = client.DeleteLists(ctx, list.Data.ID)
	return err
}

// messages writes to somebody and reads what was written.
func messages(ctx context.Context, client *xapi.Client) error {
	me, err := client.GetUsersMe(ctx, nil)
	if err != nil {
		return err
	}
	followers, err := client.GetUsersFollowers(ctx, me.Data.ID, nil)
	if err != nil {
		return err
	}
	if _, err := client.CreateDirectMessagesByParticipantID(ctx, followers.Data[0].ID, xapi.MessageDraft{Text: "Hello"}); err != nil {
		return err
	}
	read, err := client.GetDirectMessagesEventsByParticipantID(ctx, followers.Data[0].ID, &xapi.GetDirectMessagesEventsByParticipantIDParams{
		DMEventFields: []xapi.DMEventField{xapi.DMEventFieldSenderID, xapi.DMEventFieldText, xapi.DMEventFieldCreatedAt},
	})
	if err != nil {
		return err
	}
	if len(read.Data) == 0 || read.Data[0].Text != "Hello" {
		return wrong("messages", read.Data)
	}
	return nil
}

// picture is a dot as a PNG.
func picture() []byte {
	var out bytes.Buffer
	_ = png.Encode(&out, image.NewGray(image.Rect(0, 0, 1, 1))) // a buffer takes all
	return out.Bytes()
}

// upload puts a picture up, describes it, and shows it in a post.
func upload(ctx context.Context, client *xapi.Client) error {
	up, err := media.New(client).Upload(ctx, media.Bytes("picture.png", picture()), media.WithMetadata(media.Metadata{AltText: "A dot"}))
	if err != nil {
		return err
	}
	_, err = client.CreatePosts(ctx, xapi.PostWithMedia("A dot", up.MediaID))
	return err
}

// threads publishes two posts, one the answer to the other.
func threads(ctx context.Context, client *xapi.Client) error {
	return thread.New(xapi.PostDraft{Text: "One"}, xapi.PostDraft{Text: "Two"}).Publish(ctx, client)
}

// byName carries out an operation that is only known when the program runs.
func byName(ctx context.Context, client *xapi.Client) error {
	var user struct {
		Data struct{ Username string }
	}
	if err := client.Call(ctx, xapi.OpGetUsersMe, map[string]string{"user.fields": "verified"}, nil, &user); err != nil {
		return err
	}
	if user.Data.Username == "" {
		return wrong("the user", user)
	}
	return nil
}

// failures tells one failure from another.
func failures(ctx context.Context, client *xapi.Client) error {
	gone, err := client.GetPostsByID(ctx, "1", nil)
	if err == nil && len(gone.Errors) == 0 {
		return wrong("a post that is not there", gone)
	}
	_, err = client.CreatePosts(ctx, xapi.PostDraft{})
	if err == nil {
		return wrong("a post of nothing", "no error")
	}
	return nil
}

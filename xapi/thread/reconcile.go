package thread

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/posttext"
)

// Timeline is what Reconcile needs of a client; *xapi.Client is one.
type Timeline interface {
	GetUsersPosts(ctx context.Context, id string, params *xapi.GetUsersPostsParams, opts ...xapi.CallOption) (*xapi.GetUsersPostsResult, error)
}

// recent is how many of the author's latest posts are looked through, and skew how far clocks may differ.
const (
	recent = 100
	skew   = time.Minute
)

// Reconcile looks for the doubtful post among the latest posts of the author, who is given by id, settles it where it is
// there, and reports whether it was: then Publish goes on behind it. A post is known by what it replies to and its text;
// one that replies to the right post and has another text is an error that names it.
//
// That it is not found proves nothing within the first minutes, as timelines lag: look again, and call Settle once you
// are sure. Reading the timeline is charged like any read.
func (t *Thread) Reconcile(ctx context.Context, client Timeline, authorID string, opts ...xapi.CallOption) (found bool, err error) {
	if !t.Doubtful {
		return false, nil
	}
	params := &xapi.GetUsersPostsParams{
		MaxResults: recent,
		PostFields: []xapi.PostField{xapi.PostFieldCreatedAt, xapi.PostFieldNotePost, xapi.PostFieldReferencedPosts},
	}
	draft := t.draft()
	parent := ""
	if draft.Reply != nil {
		parent = draft.Reply.InReplyToPostID
		params.SinceID = parent
	}
	latest, err := client.GetUsersPosts(ctx, authorID, params, opts...)
	if err != nil {
		return false, fmt.Errorf("looking for post %d of the thread: %w", len(t.IDs)+1, err)
	}
	var same, near []string
	for i := range latest.Data {
		post := &latest.Data[i]
		switch {
		case !t.mayBe(post, parent):
		case sameText(post, draft.Text):
			same = append(same, post.ID)
		case parent != "":
			near = append(near, post.ID)
		}
	}
	switch {
	case len(same) == 1:
		return true, t.Settle(same[0])
	case len(same)+len(near) > 0:
		return false, fmt.Errorf("post %d of the thread may be one of %s: look at them, and tell by Settle",
			len(t.IDs)+1, strings.Join(append(same, near...), ", "))
	}
	return false, nil
}

// mayBe reports whether a post of the author's stands where the doubtful one would.
func (t *Thread) mayBe(post *xapi.Post, parent string) bool {
	if !t.Tried.IsZero() && !post.CreatedAt.IsZero() && post.CreatedAt.Before(t.Tried.Add(-skew)) {
		return false
	}
	repliesTo := ""
	for _, reference := range post.ReferencedPosts {
		if reference.Type == xapi.ReferenceTypeRepliedTo {
			repliesTo = reference.ID
		}
	}
	return repliesTo == parent
}

// sameText reports whether the post has the text of the draft. Addresses are left out, as X replaces them by others, and
// so is what it appends for media.
func sameText(post *xapi.Post, draft string) bool {
	text := post.Text
	if post.NotePost != nil && post.NotePost.Text != "" {
		text = post.NotePost.Text
	}
	return bare(text) == bare(draft)
}

// unescape undoes how X writes three characters of a text.
var unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

func bare(text string) string {
	text = unescape.Replace(text)
	for _, address := range posttext.URLs(text) {
		text = strings.Replace(text, address, " ", 1)
	}
	return strings.Join(strings.Fields(text), " ")
}

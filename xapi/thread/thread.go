package thread

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
)

// Poster is what a thread needs of a client; *xapi.Client is one.
type Poster interface {
	CreatePosts(ctx context.Context, body xapi.PostDraft, opts ...xapi.CallOption) (*xapi.CreatePostsResult, error)
}

// Thread is a chain of posts and how much of it is published. It is for one goroutine at a time.
type Thread struct {
	// Posts are the drafts, in order. The first may reply to a post of somebody's; the others reply to the one before.
	Posts []xapi.PostDraft `json:"posts"`
	// IDs are those of the posts that are published: the first of Posts, in order.
	IDs []string `json:"ids,omitempty"`
	// Doubtful says that the next post may have been published already, though its id is not known.
	Doubtful bool `json:"doubtful,omitempty"`
	// Tried is when the doubtful post was sent. It stands until the post is published, also where Settle was told that it was
	// not: should X then refuse it as a duplicate, it is in doubt again.
	Tried time.Time `json:"tried,omitzero"`

	// Save, where it is set, is called before each post and after it, to keep the thread where it outlives the program. An
	// error of it ends Publish: before a post, nothing is sent.
	Save func(*Thread) error `json:"-"`
}

// New returns a thread of the posts.
func New(posts ...xapi.PostDraft) *Thread { return &Thread{Posts: posts} }

// Done reports whether all posts are published.
func (t *Thread) Done() bool { return len(t.IDs) >= len(t.Posts) }

// Error is a thread that stopped.
type Error struct {
	// Index is which of the posts failed, from 0.
	Index int
	// IDs are those of the posts that are published: those before it, and its own where only the answer was at fault.
	IDs []string
	// MaybeMade says that the post may have been published all the same.
	MaybeMade bool
	// Err is why it failed.
	Err error
}

// Error says how far the thread has come, and how to go on.
func (e *Error) Error() string {
	text := fmt.Sprintf("post %d of the thread: %s; %d published", e.Index+1, e.Err, len(e.IDs))
	if e.MaybeMade {
		return text + ", and this one may be: find out with Reconcile, or look and tell by Settle, then Publish goes on"
	}
	if len(e.IDs) > e.Index {
		return text + ", this one too: Publish goes on with the next"
	}
	return text + ": Publish goes on with this one"
}

// Unwrap returns why the post failed.
func (e *Error) Unwrap() error { return e.Err }

// ErrDoubtful is why Publish does not go on: the next post may have been published already.
var ErrDoubtful = errors.New("whether it was published is not known")

// Publish makes the posts that are not made yet, and stops with an *Error at the first that fails. The options hold for
// each post.
func (t *Thread) Publish(ctx context.Context, client Poster, opts ...xapi.CallOption) error {
	if err := t.check(); err != nil {
		return err
	}
	for !t.Done() {
		if t.Doubtful {
			return t.stopped(ErrDoubtful)
		}
		if err := t.publishNext(ctx, client, opts); err != nil {
			return err
		}
	}
	return nil
}

// publishNext makes one post.
func (t *Thread) publishNext(ctx context.Context, client Poster, opts []xapi.CallOption) error {
	if err := ctx.Err(); err != nil {
		return t.stopped(err)
	}
	before := t.Tried
	t.Doubtful, t.Tried = true, time.Now()
	if err := t.save(); err != nil {
		t.Doubtful, t.Tried = false, before
		return t.stopped(fmt.Errorf("not sent: saving the thread: %w", err))
	}
	result, err := client.CreatePosts(ctx, t.draft(), opts...)
	at := len(t.IDs)
	if result != nil && result.Data.ID != "" { // it is published, whatever else is wrong with the answer
		t.IDs = append(t.IDs, result.Data.ID)
		t.Doubtful, t.Tried = false, time.Time{}
	} else {
		if err == nil {
			err = errors.New("the answer has no id")
		}
		t.doubt(err, before)
	}
	failed := &Error{Index: at, IDs: t.IDs[:len(t.IDs):len(t.IDs)], MaybeMade: t.Doubtful, Err: err}
	if saved := t.save(); saved != nil {
		failed.Err = errors.Join(err, fmt.Errorf("saving the thread: %w", saved))
	}
	if failed.Err == nil {
		return nil
	}
	return failed
}

// doubt decides what is known of a post that failed with err, and that was sent before at the time before, if it was.
func (t *Thread) doubt(err error, before time.Time) {
	switch {
	case xapi.MaybeDone(err):
		return
	case !before.IsZero() && duplicate(err):
		t.Tried = before
		return
	}
	t.Doubtful, t.Tried = false, before
}

// duplicate reports whether X refused a post because there is one with that text.
func duplicate(err error) bool {
	var refused *xapi.Error
	return errors.As(err, &refused) && refused.Status == http.StatusForbidden && strings.Contains(refused.Detail, "duplicate content")
}

// stopped is the error of a thread whose next post was not sent.
func (t *Thread) stopped(err error) *Error {
	return &Error{Index: len(t.IDs), IDs: t.IDs[:len(t.IDs):len(t.IDs)], MaybeMade: t.Doubtful, Err: err}
}

func (t *Thread) save() error {
	if t.Save == nil {
		return nil
	}
	return t.Save(t)
}

// draft is the next post, as a reply to the one before.
func (t *Thread) draft() xapi.PostDraft {
	draft := t.Posts[len(t.IDs)]
	if len(t.IDs) > 0 {
		var reply xapi.ReplyDraft
		if draft.Reply != nil {
			reply = *draft.Reply
		}
		reply.InReplyToPostID = t.IDs[len(t.IDs)-1]
		draft.Reply = &reply
	}
	return draft
}

// check refuses a thread that cannot be one, before anything is published.
func (t *Thread) check() error {
	if len(t.Posts) == 0 {
		return errors.New("the thread has no posts: give it some")
	}
	for i, post := range t.Posts {
		switch {
		case i > 0 && post.Reply != nil && post.Reply.InReplyToPostID != "":
			return fmt.Errorf("post %d of the thread replies to %s: only the first may reply to another post", i+1, post.Reply.InReplyToPostID)
		case post.EditOptions != nil:
			return fmt.Errorf("post %d of the thread edits another: a thread is of new posts", i+1)
		}
	}
	return nil
}

// Settle tells a doubtful thread what became of its next post: the id by which it was found, or empty where it is sure
// that it was not published and may be sent.
func (t *Thread) Settle(id string) error {
	if !t.Doubtful {
		return errors.New("the thread has no doubtful post: nothing is to be settled")
	}
	t.Doubtful = false
	if id != "" {
		t.IDs = append(t.IDs, id)
		t.Tried = time.Time{}
	}
	return t.save()
}

package thread_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/gen/wire"
	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/thread"
)

// world is a server that publishes posts.
type world struct {
	t *testing.T
	// mu is held while a request is answered; the test looks when there is none.
	mu    sync.Mutex
	posts []posted
	// fault, where it has an entry for the number of a request to publish, answers in the place of the usual.
	fault map[int]func(w http.ResponseWriter, publish func() string)
	asked int
}

type posted struct {
	xapi.PostDraft
	id string
}

func (s *world) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Method == http.MethodGet {
		s.timeline(w)
		return
	}
	var draft xapi.PostDraft
	body, err := io.ReadAll(r.Body)
	assertNoError(s.t, err)
	assertNoError(s.t, json.Unmarshal(wire.Rename(body, gen.OpCreatePosts.BodyOld), &draft)) // in Go's spelling
	publish := func() string {
		id := strconv.Itoa(1000 + len(s.posts))
		s.posts = append(s.posts, posted{draft, id})
		return id
	}
	s.asked++
	if fault := s.fault[s.asked]; fault != nil {
		fault(w, publish)
		return
	}
	w.WriteHeader(http.StatusCreated)
	_, _ = fmt.Fprintf(w, `{"data":{"id":%q,"text":"t"}}`, publish())
}

func (s *world) published() []posted {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.posts
}

// requests is how often it was asked to publish.
func (s *world) requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

func assertNoError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// timeline answers the posts in X's own writing: latest first, with addresses replaced.
func (s *world) timeline(w http.ResponseWriter) {
	data := []map[string]any{}
	for i := len(s.posts) - 1; i >= 0; i-- {
		post := map[string]any{"id": s.posts[i].id, "text": s.posts[i].Text + " https://t.co/abcdefgh", "created_at": time.Now().UTC().Format(time.RFC3339)}
		if reply := s.posts[i].Reply; reply != nil {
			post["referenced_tweets"] = []map[string]any{{"type": "replied_to", "id": reply.InReplyToPostID}}
		}
		data = append(data, post)
	}
	assertNoError(s.t, json.NewEncoder(w).Encode(map[string]any{"data": data, "meta": map[string]any{"result_count": len(data)}}))
}

func newWorld(t *testing.T) (*world, *xapi.Client) {
	t.Helper()
	s := &world{t: t, fault: map[int]func(http.ResponseWriter, func() string){}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithAccessToken("token-of-a-user"))
	require.NoError(t, err)
	return s, client
}

func five() *thread.Thread {
	return thread.New(
		xapi.PostWithMedia("one", "7"), xapi.PostDraft{Text: "two"}, xapi.PostDraft{Text: "three https://example.com/a"},
		xapi.PostDraft{Text: "four", Poll: &xapi.PollDraft{Options: []string{"yes", "no"}, DurationMinutes: 60}}, xapi.PostDraft{Text: "five"},
	)
}

// chained checks that the server has the five posts, each once, each a reply to the one before.
func (s *world) chained(t *testing.T, ids []string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	require.Len(t, s.posts, 5)
	for i, post := range s.posts {
		require.Equal(t, five().Posts[i].Text, post.Text)
		require.Equal(t, ids[i], post.id)
		if i > 0 {
			require.Equal(t, ids[i-1], post.Reply.InReplyToPostID)
		}
	}
	require.NotNil(t, s.posts[3].Poll)
}

func TestAThreadOfFiveWithAPoll(t *testing.T) {
	server, client := newWorld(t)
	story := five()
	require.NoError(t, story.Publish(t.Context(), client))
	require.True(t, story.Done())
	server.chained(t, story.IDs)
	require.NoError(t, story.Publish(t.Context(), client), "what is done is done")
	require.Len(t, server.published(), 5)
}

func TestAPostThatFailsIsMadeByTheNextPublish(t *testing.T) {
	server, client := newWorld(t)
	server.fault[3] = func(w http.ResponseWriter, _ func() string) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"title":"Forbidden","detail":"You are not allowed to create a Tweet with duplicate content.","type":"about:blank","status":403}`)
	}
	story := five()
	err := story.Publish(t.Context(), client)
	var failed *thread.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, 2, failed.Index, err)
	require.Equal(t, []string{"1000", "1001"}, failed.IDs)
	require.False(t, failed.MaybeMade)
	require.ErrorIs(t, err, xapi.ErrForbidden)
	require.NoError(t, story.Publish(t.Context(), client))
	server.chained(t, story.IDs)
}

func TestAPostOfUnknownOutcomeIsNeverMadeTwice(t *testing.T) {
	for name, fault := range map[string]func(w http.ResponseWriter, publish func() string){
		"made, and the connection lost": func(w http.ResponseWriter, publish func() string) {
			publish()
			panic(http.ErrAbortHandler)
		},
		"made, and the server failed": func(w http.ResponseWriter, publish func() string) {
			publish()
			w.WriteHeader(http.StatusServiceUnavailable)
		},
		"made, and the answer has no id": func(w http.ResponseWriter, publish func() string) {
			publish()
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, `{"data":{"text":"three"}}`)
		},
		"made, and the answer cut": func(w http.ResponseWriter, publish func() string) {
			w.Header().Set("Content-Length", "100")
			w.WriteHeader(http.StatusCreated)
			_, _ = fmt.Fprintf(w, `{"data":{"id":%q`, publish())
		},
	} {
		t.Run(name, func(t *testing.T) {
			server, client := newWorld(t)
			server.fault[3] = fault
			story := five()
			err := story.Publish(t.Context(), client)
			var failed *thread.Error
			require.ErrorAs(t, err, &failed)
			require.True(t, failed.MaybeMade, err)
			require.True(t, xapi.MaybeDone(err))
			require.Equal(t, 2, failed.Index)
			require.Len(t, server.published(), 3)

			raw, err := json.Marshal(story)
			require.NoError(t, err)
			read := new(thread.Thread)
			require.NoError(t, json.Unmarshal(raw, read), "another process goes on")
			require.ErrorIs(t, read.Publish(t.Context(), client), thread.ErrDoubtful)
			require.Equal(t, 3, server.requests())

			found, err := read.Reconcile(t.Context(), client, "42")
			require.NoError(t, err)
			require.True(t, found)
			require.NoError(t, read.Publish(t.Context(), client))
			server.chained(t, read.IDs)
		})
	}
}

func TestADoubtfulPostThatIsNotThereIsSettledByHand(t *testing.T) {
	server, client := newWorld(t)
	server.fault[3] = func(http.ResponseWriter, func() string) { panic(http.ErrAbortHandler) }
	story := five()
	require.Error(t, story.Publish(t.Context(), client))
	found, err := story.Reconcile(t.Context(), client, "42")
	require.NoError(t, err)
	require.False(t, found)
	require.ErrorIs(t, story.Publish(t.Context(), client), thread.ErrDoubtful)
	require.NoError(t, story.Settle(""))
	require.NoError(t, story.Publish(t.Context(), client))
	server.chained(t, story.IDs)
	require.Error(t, story.Settle("7"), "nothing is in doubt any more")
}

func TestWhatOnlyLooksLikeThePostIsNotTakenForIt(t *testing.T) {
	server, client := newWorld(t)
	server.fault[2] = func(http.ResponseWriter, func() string) { panic(http.ErrAbortHandler) }
	story := five()
	require.Error(t, story.Publish(t.Context(), client))
	_, err := client.CreatePosts(t.Context(), xapi.PostDraft{Text: "by hand", Reply: &xapi.ReplyDraft{InReplyToPostID: "1000"}})
	require.NoError(t, err)
	_, err = story.Reconcile(t.Context(), client, "42")
	require.ErrorContains(t, err, "may be one of 1001: look at them")
	require.True(t, story.Doubtful)
	_ = server
}

func TestAKilledProgramKnowsOfThePostUnderWay(t *testing.T) {
	server, client := newWorld(t)
	var kept []string
	story := five()
	story.Save = func(s *thread.Thread) error {
		raw, err := json.Marshal(s)
		kept = append(kept, string(raw))
		return err
	}
	require.NoError(t, story.Publish(t.Context(), client))
	require.Len(t, kept, 10)
	read := new(thread.Thread)
	require.NoError(t, json.Unmarshal([]byte(kept[4]), read), "killed while the third was under way")
	require.True(t, read.Doubtful)
	require.ErrorIs(t, read.Publish(t.Context(), client), thread.ErrDoubtful)
	require.Len(t, server.published(), 5)

	full := errors.New("the disk is full")
	unsaved := five()
	unsaved.Save = func(*thread.Thread) error { return full }
	require.ErrorIs(t, unsaved.Publish(t.Context(), client), full)
	require.False(t, unsaved.Doubtful)
	require.Equal(t, 5, server.requests(), "nothing is sent that could not be remembered")
}

func TestAThreadThatCannotBeOneIsRefused(t *testing.T) {
	server, client := newWorld(t)
	elsewhere := xapi.PostDraft{Text: "b", Reply: &xapi.ReplyDraft{InReplyToPostID: "5"}}
	for _, story := range []*thread.Thread{
		thread.New(), thread.New(xapi.PostDraft{Text: "a"}, elsewhere), thread.New(xapi.PostDraft{Text: "a", EditOptions: &xapi.EditDraft{}}),
	} {
		require.Error(t, story.Publish(t.Context(), client))
	}
	require.Zero(t, server.requests())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	story := thread.New(elsewhere, xapi.PostDraft{Text: "c"})
	err := story.Publish(ctx, client)
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, story.Doubtful)
	require.NoError(t, story.Publish(t.Context(), client))
	require.Equal(t, "5", server.published()[0].Reply.InReplyToPostID)
}

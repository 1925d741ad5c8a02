package xapitest_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func TestATestAnswersAnOperationItself(t *testing.T) {
	w := newWire(t)
	path := "/2/users/" + w.srv.Me().ID + "/following"
	restore, err := xapitest.Handle(w.srv, "getUsersFollowing", func(c *xapitest.Call) (got xapi.GetUsersFollowingResult, err error) {
		require.Equal(t, w.srv.Me().ID, c.User)
		got.Meta.ResultCount = 0
		return got, nil
	})
	require.NoError(t, err)
	got := w.get(path)
	require.Equal(t, http.StatusOK, got.status, "%s", got.header.Get(xapitest.HintHeader))
	require.Nil(t, got.json(t, "data"))
	restore()
	require.NotEmpty(t, w.get(path).ids(t))
}

func TestOwnAnswersAreSpelledAsTheContractHasThem(t *testing.T) {
	w := newWire(t)
	_, err := xapitest.Handle(w.srv, "getPostsById", func(c *xapitest.Call) (got xapi.GetPostsByIDResult, err error) {
		got.Data.ID, got.Data.Text = c.Params["id"], "mine"
		got.Data.EditHistoryPostIDs = []string{c.Params["id"]}
		return got, nil
	})
	require.NoError(t, err)
	require.Equal(t, []any{"20"}, w.get("/2/tweets/20").tweets(t, "data.edit_history_tweet_ids"))
	require.Equal(t, []any{"20"}, w.get("/2/tweets/20?tweet.fields=created_at").json(t, "data.edit_history_tweet_ids"))
	require.Equal(t, []any{"20"}, w.get("/2/tweets/20?post.fields=created_at").json(t, "data.edit_history_post_ids"))
}

func TestOwnAnswersThatTheContractRefusesAreNotSent(t *testing.T) {
	w := newWire(t)
	_, err := xapitest.Handle(w.srv, "getUsersMe", func(*xapitest.Call) (object, error) {
		return object{"data": "no user"}, nil
	})
	require.NoError(t, err)
	got := w.get("/2/users/me")
	require.Equal(t, http.StatusInternalServerError, got.status)
	require.Contains(t, got.header.Get(xapitest.HintHeader), "getUsersMe")

	_, err = xapitest.Handle(w.srv, "getUsersMe", func(*xapitest.Call) (object, error) {
		return nil, &xapitest.Refusal{Status: http.StatusPaymentRequired, Body: object{"title": "CreditsDepleted"}}
	})
	require.NoError(t, err)
	require.Equal(t, "CreditsDepleted", w.get("/2/users/me").json(t, "title"))
	_, err = xapitest.Handle(w.srv, "getUsersMe", func(*xapitest.Call) (object, error) { return nil, errors.New("broken") })
	require.NoError(t, err)
	require.Contains(t, w.get("/2/users/me").header.Get(xapitest.HintHeader), "broken")
	_, err = xapitest.Handle(w.srv, "nothing", func(*xapitest.Call) (object, error) { return nil, nil })
	require.ErrorContains(t, err, "nothing")
}

package xapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
)

// userServer has every user whose id is even, and says of the others whose id is no multiple of three that it has not.
func userServer(t *testing.T, asked *[]int) *xapi.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ids := strings.Split(r.URL.Query().Get("ids"), ",")
		*asked = append(*asked, len(ids))
		answer := map[string][]map[string]string{}
		for i := len(ids) - 1; i >= 0; i-- {
			var n int
			_, _ = fmt.Sscan(ids[i], &n)
			switch {
			case n >= 100000:
				w.WriteHeader(http.StatusBadRequest)
				return
			case n%2 == 0:
				answer["data"] = append(answer["data"], map[string]string{"id": ids[i], "name": "n" + ids[i], "username": "u" + ids[i]})
			case n%3 != 0:
				answer["errors"] = append(answer["errors"], map[string]string{
					"resource_id": ids[i], "resource_type": "user", "title": "Not Found Error", "type": "https://api.x.com/2/problems/resource-not-found",
				})
			}
		}
		_ = json.NewEncoder(w).Encode(answer)
	}))
	t.Cleanup(server.Close)
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithAccessToken("t"))
	require.NoError(t, err)
	return client
}

func TestALookupOfManyIsSplitAndKeepsItsOrder(t *testing.T) {
	var asked []int
	client := userServer(t, &asked)
	call := func(ids []string) (*xapi.GetUsersByIDsResult, error) {
		return client.GetUsersByIDs(t.Context(), &xapi.GetUsersByIDsParams{IDs: ids})
	}
	key := func(u xapi.User) string { return u.ID }
	var ids []string
	for n := range 250 {
		ids = append(ids, fmt.Sprint(n+1))
		if n == 50 {
			ids = append(ids, "2", "2") // asked for again
		}
	}
	at := 0
	for found, err := range xapi.Lookup(ids, key, call) {
		require.NoError(t, err)
		require.Equal(t, ids[at], found.ID)
		var n int
		_, err = fmt.Sscan(found.ID, &n)
		require.NoError(t, err)
		switch {
		case n%2 == 0:
			require.Equal(t, "u"+found.ID, found.Value.Username)
		case n%3 == 0:
			require.Nil(t, found.Value)
			require.Nil(t, found.Problem)
		default:
			require.Nil(t, found.Value)
			require.Equal(t, "Not Found Error", found.Problem.Title)
		}
		at++
	}
	require.Len(t, ids, at)
	require.Equal(t, []int{100, 100, 50}, asked)

	for range xapi.Lookup(ids, key, call) {
		break
	}
	require.Len(t, asked, 4, "no call is made before it is needed")

	for found, err := range xapi.Lookup([]string{"1", "5"}, key, call) {
		require.NoError(t, err, "all are missing")
		require.NotNil(t, found.Problem)
	}
	for range xapi.Lookup(nil, key, call) {
		t.Fatal("nothing was asked for")
	}

	ids[150] = "100000"
	at = 0
	var failed error
	for found, err := range xapi.Lookup(ids, key, call) {
		if failed = err; err != nil {
			require.Equal(t, ids[at], found.ID)
			break
		}
		at++
	}
	require.ErrorIs(t, failed, xapi.ErrInvalidRequest)
	require.Equal(t, 102, at, "100 different ones, of which one three times")
}

func TestHandlesAreLookedUpWhateverTheirCase(t *testing.T) {
	client, _ := scripted(t, []roundTripper{with(200, `{"data":[{"id":"1","name":"X","username":"XDevelopers"}]}`)})
	for found, err := range xapi.Lookup([]string{"xdevelopers", "XDEVELOPERS"}, func(u xapi.User) string { return u.Username },
		func(names []string) (*xapi.GetUsersByUsernamesResult, error) {
			require.Len(t, names, 1)
			return client.GetUsersByUsernames(t.Context(), &xapi.GetUsersByUsernamesParams{Usernames: names})
		}) {
		require.NoError(t, err)
		require.Equal(t, "1", found.Value.ID)
	}
}

func TestDirectMessages(t *testing.T) {
	client, sent := recording(t, []roundTripper{
		with(201, `{"data":{"dm_conversation_id":"7-42","dm_event_id":"1"}}`), with(201, `{"data":{"dm_conversation_id":"7-42","dm_event_id":"2"}}`),
		with(201, `{"data":{"dm_conversation_id":"9","dm_event_id":"3"}}`),
	})
	message, err := client.CreateDirectMessagesByParticipantID(t.Context(), "42", xapi.MessageWithMedia("look", "11"))
	require.NoError(t, err)
	require.Equal(t, "7-42", message.Data.DMConversationID)
	conversation, err := xapi.ConversationOf("42", "7")
	require.NoError(t, err)
	require.Equal(t, message.Data.DMConversationID, conversation)
	_, err = client.CreateDirectMessagesByConversationID(t.Context(), conversation, xapi.MessageWithMedia("", "12"))
	require.NoError(t, err)
	_, err = client.CreateDirectMessagesConversation(t.Context(), xapi.GroupMessage(xapi.MessageWithMedia("all"), "42", "43"))
	require.NoError(t, err)
	require.Equal(t, "/2/dm_conversations/with/42/messages", (*sent)[0].URL.Path)
	require.JSONEq(t, `{"text":"look","attachments":[{"media_id":"11"}]}`, (*sent)[0].body)
	require.Equal(t, "/2/dm_conversations/7-42/messages", (*sent)[1].URL.Path)
	require.JSONEq(t, `{"attachments":[{"media_id":"12"}]}`, (*sent)[1].body)
	require.JSONEq(t, `{"conversation_type":"Group","participant_ids":["42","43"],"message":{"text":"all"}}`, (*sent)[2].body)
	for _, id := range []string{"", "@somebody", "1-2"} {
		_, err := xapi.ConversationOf(id, "7")
		require.Error(t, err)
	}
}

package xapi_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/validate"
)

func TestACallCarriesWhatIsGivenBesides(t *testing.T) {
	var drifts []validate.Drift
	client, sent := recording(t, []roundTripper{me, me},
		xapi.WithDriftFunc(func(drift validate.Drift) { drifts = append(drifts, drift) }))
	_, err := client.GetUsersMe(t.Context(), nil, xapi.WithQuery("glitter", "a", "b"), xapi.WithQuery("user.fields", "shininess"),
		xapi.WithHeader("X-Beta", "1"), xapi.WithHeader("user-agent", "mine"))
	require.NoError(t, err)
	require.Equal(t, "glitter=a%2Cb&user.fields=shininess", (*sent)[0].URL.RawQuery)
	require.Equal(t, "1", (*sent)[0].Header.Get("X-Beta"))
	require.Equal(t, "mine", (*sent)[0].Header.Get("User-Agent"))
	require.NotEmpty(t, drifts, "what the contract does not have is told")

	_, err = client.GetUsersMe(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, (*sent)[1].URL.RawQuery, "they are of one call")

	_, err = client.SearchPostsRecent(t.Context(), &xapi.SearchPostsRecentParams{Query: "go"}, xapi.WithQuery("max_results", "many"))
	var refused *validate.RequestError
	require.ErrorAs(t, err, &refused, "what the contract knows is checked")
	for _, option := range []xapi.CallOption{
		xapi.WithQuery(""), xapi.WithHeader(""), xapi.WithHeader("A", "b\r\nC: d"), xapi.WithHeader("authorization", "mine"),
	} {
		_, err = client.GetUsersMe(t.Context(), nil, option)
		require.Error(t, err)
	}
	require.Len(t, *sent, 2)
}

func TestARefusalSaysHowToGetPastIt(t *testing.T) {
	client, sent := scripted(t, nil)
	_, err := client.CreatePosts(t.Context(), xapi.PostDraft{Text: "hi", ReplySettings: "friends"})
	require.ErrorContains(t, err, "if X has it by now, send it with Client.Do (POST /2/tweets), or check nothing of this call by WithValidation")
	_, err = client.SearchPostsRecent(t.Context(), &xapi.SearchPostsRecentParams{Query: "go", SortOrder: "shininess"})
	require.ErrorContains(t, err, "if X has it by now, send it with WithQuery")
	_, err = client.SearchPostsRecent(t.Context(), &xapi.SearchPostsRecentParams{Query: "go", MaxResults: 5})
	require.Error(t, err)
	require.NotContains(t, err.Error(), "by now")
	require.Zero(t, *sent)
}

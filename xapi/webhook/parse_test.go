package webhook_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/webhook"
)

func parse(t *testing.T, body string) []webhook.Event {
	t.Helper()
	events, err := webhook.Parse([]byte(body))
	require.NoError(t, err)
	return events
}

// TestWithoutOuterDataItIsTheSameEvent: X Activity sends its envelope bare, too.
func TestWithoutOuterDataItIsTheSameEvent(t *testing.T) {
	for name, body := range samples(t) {
		if !strings.HasPrefix(name, "activity_") {
			continue
		}
		var wrapped struct{ Data json.RawMessage }
		require.NoError(t, json.Unmarshal(body, &wrapped))
		bare := parse(t, string(wrapped.Data))
		require.Len(t, bare, 1)
		want := sample(t, name)
		if name == "activity_unknown" {
			require.Equal(t, "tips.received", bare[0].Type)
		}
		require.Equal(t, want.ID, bare[0].ID)
		require.Equal(t, want.Filter, bare[0].Filter)
		require.Equal(t, want.Payload, bare[0].Payload)
		require.Equal(t, want.Includes, bare[0].Includes)
	}
}

// TestBothSpellings has the samples once more with posts for tweets.
func TestBothSpellings(t *testing.T) {
	rename := strings.NewReplacer(`"tweet_create_events"`, `"post_create_events"`, `"tweet_delete_events"`, `"post_delete_events"`,
		`"extended_tweet"`, `"extended_post"`, `"tweets"`, `"posts"`, `"liked_tweet_id"`, `"liked_post_id"`,
		`"liked_tweet_author_id"`, `"liked_post_author_id"`)
	for _, name := range []string{"account_post_created", "account_post_long", "account_post_deleted", "activity_post_create", "activity_like_create"} {
		renamed := rename.Replace(string(samples(t)[name]))
		require.NotEqual(t, renamed, string(samples(t)[name]))
		events := parse(t, renamed)
		require.Len(t, events, 1)
		require.Equal(t, sample(t, name).Payload, events[0].Payload, name)
		if includes := sample(t, name).Includes; includes != nil {
			require.Equal(t, includes.Posts, events[0].Includes.Posts)
		}
	}
	for _, key := range []string{"tweet_author_id", "post_author_id", "liked_post_author_id", "liked_tweet_author_id"} {
		event := parse(t, `{"data":{"event_uuid":"1","event_type":"like.create","payload":{"`+key+`":33}}}`)[0]
		require.Equal(t, "33", event.Payload.(*webhook.Liked).PostAuthorID)
	}
}

func TestNumbersAndTextsAreOne(t *testing.T) {
	for _, body := range []string{
		`{"data":{"event_uuid":-9223372036854775808,"event_type":"like.create","filter":{"user_id":18446744073709551615},"payload":{"id":1,"timestamp_ms":1784927565236}}}`,
		`{"data":{"event_uuid":"-9223372036854775808","event_type":"like.create","filter":{"user_id":"18446744073709551615"},"payload":{"id":"1","timestamp_ms":"1784927565236"}}}`,
	} {
		event := parse(t, body)[0]
		require.Equal(t, "activity/like.create/18446744073709551615/-9223372036854775808", event.ID)
		require.Equal(t, "18446744073709551615", event.UserID)
		require.Equal(t, &webhook.Liked{LikeID: "1", At: at(1784927565236)}, event.Payload)
	}
}

// TestWhatDoesNotFitCostsItselfAlone: the rest of the event stands.
func TestWhatDoesNotFitCostsItselfAlone(t *testing.T) {
	body := `{"for_user_id":"1","tweet_create_events":[{"id_str":"20","text":{"a":1},"created_at":"yesterday","favorite_count":"many",
		"user":{"id_str":"7","followers_count":[],"created_at":7e99,"screen_name":"a"},"entities":"none","lang":"en","coordinates":5}]}`
	post := parse(t, body)[0].Payload.(*webhook.PostCreatedV1).Post
	require.Equal(t, webhook.PostV1{ID: "20", Lang: "en", User: &webhook.UserV1{ID: "7", Username: "a"}, Entities: &webhook.EntitiesV1{},
		Coordinates: &webhook.PointV1{}}, zeroed(post))
	like := parse(t, `{"data":{"event_uuid":"1","event_type":"like.create","payload":[]}}`)[0]
	require.Equal(t, &webhook.Liked{}, like.Payload)
	created := parse(t, `{"data":{"event_uuid":"1","event_type":"post.create","payload":"gone","includes":7}}`)[0]
	require.Equal(t, &webhook.PostCreated{}, created.Payload)
	require.Nil(t, created.Includes)
}

// zeroed makes it one whether an object of another type is absent or empty.
func zeroed(post webhook.PostV1) webhook.PostV1 {
	if post.Entities == nil {
		post.Entities = &webhook.EntitiesV1{}
	}
	if post.Coordinates == nil {
		post.Coordinates = &webhook.PointV1{}
	}
	return post
}

func TestUnknownEventsKeepTheirBytes(t *testing.T) {
	for name, c := range map[string]struct {
		body   string
		source webhook.Source
		kind   string
	}{
		"a type of X Activity":      {`{"data":{"event_uuid":"1","event_type":"tips.received","payload":{"sum":3}}}`, webhook.Activity, "tips.received"},
		"a list":                    {`{"for_user_id":"1","tip_events":[{"sum":3}]}`, webhook.AccountActivity, "tip_events"},
		"a user event":              {`{"user_event":{"renamed":{"to":"b"}}}`, webhook.AccountActivity, "user_event"},
		"none of the shapes":        {`{"hello":"world"}`, webhook.Unknown, ""},
		"nothing":                   {`{}`, webhook.Unknown, ""},
		"errors":                    {`{"errors":[{"title":"operational-disconnect"}]}`, webhook.Unknown, ""},
		"a known list that is none": {`{"for_user_id":"1","tweet_create_events":{"id_str":"20"}}`, webhook.Unknown, ""},
	} {
		t.Run(name, func(t *testing.T) {
			events := parse(t, " \n"+c.body+"\n")
			require.Len(t, events, 1)
			require.Nil(t, events[0].Payload)
			require.Equal(t, c.body, string(events[0].Raw()))
			require.Equal(t, []any{c.source, c.kind}, []any{events[0].Source, events[0].Type})
			require.Equal(t, c.source != webhook.Activity, strings.Contains(events[0].ID, "/sha256/"), events[0].ID)
		})
	}
}

func TestWhatIsNoObjectIsNoDelivery(t *testing.T) {
	for _, body := range []string{"", " ", "1", "true", "null", `"a"`, `[]`, `[{}]`, `{`, `{"a":1`, `{}{}`, `{} x`, "\ufeff{}", `{"a":01}`,
		strings.Repeat(`{"a":`, 20000) + "1" + strings.Repeat("}", 20000)} {
		_, err := webhook.Parse([]byte(body))
		require.ErrorContains(t, err, "not one JSON object")
	}
}

// TestEventsOfOneDelivery: each is given apart, and can be parsed apart.
func TestEventsOfOneDelivery(t *testing.T) {
	body := `{"for_user_id":"1","favorite_events":[{"id":"9"}],"tip_events":[{"sum":3},{"sum":4}],"users":{"5":{"screen_name":"a&b"}},
		"direct_message_events":[{"id":"6","message_create":{"sender_id":"5"}}, {"id":"7"}],"user_event":{"revoke":{"source":{"user_id":"1"}}},
		"tweet_create_events":[ {"id_str":"20"}, {"id_str":"21"} ],"replay_job_status":{"job_id":"3","job_state":"Complete"}}`
	events := parse(t, body)
	var kinds []string
	for _, event := range events {
		kinds = append(kinds, event.Type)
		again := parse(t, string(event.Raw()))
		require.Len(t, again, 1)
		require.Equal(t, event.ID, again[0].ID)
		require.Equal(t, event.Payload, again[0].Payload)
	}
	require.Equal(t, []string{"replay_job_status", "user_event", "tweet_create_events", "tweet_create_events", "favorite_events",
		"direct_message_events", "direct_message_events", "tip_events", "tip_events"}, kinds)
	message := events[5].Payload.(*webhook.MessageV1)
	require.Equal(t, "5", message.Users[message.SenderID].ID, "the key is the id")
}

// TestEventsAreToldApart: the same thing for another user, rule or direction is another event; sent again it is not.
func TestEventsAreToldApart(t *testing.T) {
	activity := func(kind, filter string) string {
		return `{"data":{"event_uuid":"20","event_type":"` + kind + `","filter":` + filter + `,"tag":"x","payload":{"id":"20"}}}`
	}
	different := []string{
		activity("post.create", `{"user_id":"1"}`), activity("post.mention.create", `{"user_id":"1"}`), activity("post.create", `{"user_id":"2"}`),
		activity("post.create", `{"user_id":"1","direction":"inbound"}`), activity("post.create", `{"user_id":"1","keyword":"a"}`),
		activity("post.create", `{"user_id":"1","keyword":"a/"}`), activity("post.create", `{"user_id":"1","keyword":"`+strings.Repeat("a", 300)+`"}`),
		`{"for_user_id":"1","tweet_create_events":[{"id_str":"20"}]}`, `{"for_user_id":"2","tweet_create_events":[{"id_str":"20"}]}`,
		`{"for_user_id":"1","tweet_create_events":[{"text":"a"}]}`, `{"for_user_id":"1","tweet_create_events":[{"text":"b"}]}`,
		`{"for_user_id":"1","tweet_delete_events":[{"status":{"id":"20"}}]}`,
		`{"for_user_id":"1","follow_events":[{"type":"follow","created_timestamp":"1","source":{"id":"1"},"target":{"id":"2"}}]}`,
		`{"for_user_id":"1","follow_events":[{"type":"follow","created_timestamp":"2","source":{"id":"1"},"target":{"id":"2"}}]}`,
		`{"for_user_id":"1","follow_events":[{"type":"unfollow","created_timestamp":"1","source":{"id":"1"},"target":{"id":"2"}}]}`,
		`{"for_user_id":"1","follow_events":[{"type":"follow","source":{"id":"1"}}]}`, `{"for_user_id":"1","follow_events":[{"type":"follow","source":{"id":"3"}}]}`,
		`{"data":{"id":"20"},"matching_rules":[{"id":"1"}]}`, `{"data":{"id":"20"},"matching_rules":[{"id":"1"},{"id":"2"}]}`, `{"data":{"id":"20"}}`,
	}
	seen := map[string]string{}
	for _, body := range different {
		id := parse(t, body)[0].ID
		require.NotContains(t, seen, id, "%s and %s", body, seen[id])
		require.LessOrEqual(t, len(id), 256)
		seen[id] = body
		require.Equal(t, id, parse(t, " "+body)[0].ID)
	}
	again := `{"data":{"id":"20","text":"fields of another link"},"matching_rules":[{"id":"2"},{"id":"1"}]}`
	require.Equal(t, parse(t, different[18])[0].ID, parse(t, again)[0].ID)
}

func TestUsersComeInTwoForms(t *testing.T) {
	var users []webhook.UserV1
	require.NoError(t, json.Unmarshal([]byte(`[
		{"id":2532459428,"id_str":"2532459428","created_at":"Thu Jan 29 18:34:29 +0000 2015"},
		{"id":"2532459428","created_timestamp":"1422556469000"}, 7, null]`), &users))
	want := webhook.UserV1{ID: "2532459428", CreatedAt: time.Date(2015, 1, 29, 18, 34, 29, 0, time.UTC)}
	require.Equal(t, want, users[0])
	require.Equal(t, want, users[1])
	require.Zero(t, users[2])
}

// FuzzParse holds that no body panics, that every event has an id that is fit for a store, and that it can be had back
// from its bytes.
func FuzzParse(f *testing.F) {
	for _, body := range samples(f) {
		f.Add(body)
	}
	f.Add([]byte(`{"a_events":[1,{}],"b_events":[null],"tweet_create_events":[[],"x",{"user":{"user":1}}],"users":{"":null}}`))
	f.Add([]byte(`{"data":{"data":{"data":{}}},"matching_rules":{}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		events, err := webhook.Parse(body)
		if err != nil {
			return
		}
		require.NotEmpty(t, events)
		for i := range min(len(events), 20) {
			event := &events[i]
			require.NotEmpty(t, event.ID)
			require.LessOrEqual(t, len(event.ID), 256)
			for _, c := range []byte(event.ID) {
				require.True(t, c > ' ' && c < 0x7f, event.ID)
			}
			require.True(t, json.Valid(event.Raw()))
			again, err := webhook.Parse(event.Raw())
			require.NoError(t, err)
			require.Len(t, again, 1)
			require.Equal(t, event.ID, again[0].ID)
			require.Equal(t, event.Payload, again[0].Payload)
		}
	})
}

package xapitest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// mistake is one that people make: what they send, and what the hint beside the refusal must speak of.
type mistake struct {
	got    reply
	status int
	hint   string
}

func explains(t *testing.T, made map[string]mistake) {
	t.Helper()
	for name, m := range made {
		require.Equal(t, m.status, m.got.status, "%s: %s", name, m.got.body)
		require.Contains(t, m.got.header.Get(xapitest.HintHeader), m.hint, "%s: %s", name, m.got.body)
	}
}

func TestWrongParametersAreExplained(t *testing.T) {
	w := newWire(t)
	me := w.get("/2/users/me").json(t, "data.id").(string)
	explains(t, map[string]mistake{
		"v1.1's name of a parameter":      {w.get("/2/tweets/search/recent?q=cat"), 400, "q is query here"},
		"v1.1's size of a page":           {w.get("/2/tweets/search/recent?query=cat&count=10"), 400, "count is max_results here"},
		"v1.1's way to show more":         {w.get("/2/users/" + me + "/tweets?tweet_mode=extended"), 400, "tweet_mode is of API v1.1"},
		"a name with another sign in it":  {w.get("/2/users/me?user_fields=name"), 400, "user_fields is user.fields here"},
		"a name misspelled":               {w.get("/2/users/me?expansion=pinned_tweet_id"), 400, "expansion is expansions here"},
		"a name that means nothing":       {w.get("/2/users/me?colour=red"), 400, "colour is no parameter of getUsersMe, which takes"},
		"one name in place of many":       {w.get("/2/users/by?username=ada"), 400, "username is usernames here"},
		"what is missing":                 {w.get("/2/tweets"), 400, "add ids, a list"},
		"a value misspelled":              {w.get("/2/users/me?user.fields=create_at"), 400, "create_at is created_at here"},
		"a value of another parameter":    {w.get("/2/users/me?user.fields=pinned_tweet_id,author_id"), 400, "author_id is of"},
		"a space after a comma":           {w.get("/2/users/me?user.fields=name,%20url"), 400, "no space after a comma"},
		"a day in place of a time":        {w.get("/2/tweets/search/recent?query=cat&start_time=2026-11-20"), 400, "T00:00:00Z"},
		"too small a page":                {w.get("/2/tweets/search/recent?query=cat&max_results=5"), 400, "10 to 100"},
		"too large a page":                {w.get("/2/users/" + me + "/followers?max_results=5000"), 400, "1 to 1000"},
		"too many ids":                    {w.get("/2/tweets?ids=" + strings.Repeat("1,", 100) + "1"), 400, "100 at a time"},
		"a name in place of an id":        {w.get("/2/users/ada/tweets"), 400, "GET /2/users/by/username/ada tells it"},
		"a name with its sign":            {w.get("/2/users/@ada/tweets"), 400, "GET /2/users/by/username/ada tells it"},
		"the sign in place of a name":     {w.get("/2/users/by/username/@ada"), 400, "without the @"},
		"me in place of an id":            {w.get("/2/users/me/tweets"), 400, "GET /2/users/me tells it"},
		"an address in place of an id":    {w.get("/2/tweets?ids=https://x.com/ada/status/20"), 400, "the id in it is 20"},
		"a path that ends too early":      {w.get("/2/tweets/search?query=cat"), 400, "GET /2/tweets/search/"},
		"a parameter of the body":         {w.do(http.MethodPost, "/2/tweets?text=hi", "application/json", strings.NewReader("{}")), 400, "text goes into the JSON body"},
		"another's id where one's own is": {w.post("/2/users/12/likes", object{"tweet_id": "1"}), 400, "GET /2/users/me tells it"},
	})
}

func TestWrongBodiesAreExplained(t *testing.T) {
	w := newWire(t)
	me := w.get("/2/users/me").json(t, "data.id").(string)
	send := func(path, contentType, body string) reply {
		return w.do(http.MethodPost, path, contentType, strings.NewReader(body))
	}
	explains(t, map[string]mistake{
		"v1.1's name of the text":        {w.post("/2/tweets", object{"status": "hi"}), 400, "status is text here"},
		"v1.1's name of a reply":         {w.post("/2/tweets", object{"text": "hi", "in_reply_to_status_id": "1"}), 400, "in_reply_to_status_id is reply.in_reply_to_tweet_id here"},
		"a field outside of its place":   {w.post("/2/tweets", object{"text": "hi", "media_ids": []string{"1"}}), 400, "media_ids is media.media_ids here"},
		"a field a step too deep":        {w.post("/2/tweets", object{"tweet": object{"text": "hi"}}), 400, "text stands at the top"},
		"an id under another name":       {w.post("/2/users/"+me+"/likes", object{"id": "1"}), 400, "id is tweet_id here"},
		"a user under another name":      {w.post("/2/users/"+me+"/following", object{"user_id": "1"}), 400, "user_id is target_user_id here"},
		"a field misspelled":             {w.post("/2/lists", object{"name": "a", "descripition": "b"}), 400, "descripition is description here"},
		"a field that means nothing":     {w.post("/2/lists", object{"name": "a", "colour": "b"}), 400, "colour is no field of the body"},
		"a field left out":               {w.post("/2/tweets", object{"text": "hi", "poll": object{"options": []string{"a", "b"}}}), 400, "add poll.duration_minutes, a whole number"},
		"an id as a number":              {w.post("/2/users/"+me+"/likes", object{"tweet_id": 1}), 400, `ids are strings: write "1"`},
		"ids as numbers":                 {w.post("/2/tweets", object{"text": "hi", "media": object{"media_ids": []int{12}}}), 400, `ids are strings: write "12"`},
		"a number as a string":           {w.post("/2/media/upload/initialize", object{"media_type": "image/png", "media_category": "tweet_image", "total_bytes": "10"}), 400, "write 10 without quotes"},
		"true as a string":               {w.post("/2/lists", object{"name": "a", "private": "true"}), 400, "write true without quotes"},
		"one id in place of a list":      {w.post("/2/tweets", object{"text": "hi", "media": object{"media_ids": "12"}}), 400, "put media.media_ids into a list"},
		"a list in place of the body":    {send("/2/tweets", "application/json", `[{"text":"hi"}]`), 400, "the body is an object"},
		"the wrong case of a value":      {w.post("/2/media/upload/initialize", object{"media_type": "image/png", "media_category": "TweetImage", "total_bytes": 10}), 400, "TweetImage is tweet_image here"},
		"a short name of a kind":         {w.post("/2/media/upload/initialize", object{"media_type": "image/jpg", "media_category": "tweet_image", "total_bytes": 10}), 400, "image/jpg is image/jpeg here"},
		"no body":                        {send("/2/tweets", "application/json", ""), 400, "send a JSON body"},
		"a form":                         {send("/2/tweets", "application/x-www-form-urlencoded", "text=hi"), 400, "send a JSON body"},
		"a form called JSON":             {send("/2/tweets", "application/json", "text=hi"), 400, "is a form"},
		"single quotes":                  {send("/2/tweets", "application/json", `{'text': 'hi'}`), 400, "double quotes"},
		"an empty post":                  {w.post("/2/tweets", object{"text": ""}), 400, "give a text"},
		"two that exclude each other":    {w.post("/2/tweets", object{"quote_tweet_id": "1", "poll": object{"options": []string{"a", "b"}, "duration_minutes": 5}}), 400, "leave out"},
		"the same text again":            {twice(w, object{"text": "said twice"}), 403, "the post is"},
		"a message to oneself":           {w.post("/2/dm_conversations/with/"+me+"/messages", object{"text": "hi"}), 403, "there is no other user"},
		"a message within its envelope":  {w.post("/2/dm_conversations/with/1/messages", object{"message": object{"text": "hi"}}), 400, "text stands at the top"},
		"a time of an upload's old step": {send("/2/media/upload", "application/x-www-form-urlencoded", "command=INIT&total_bytes=1"), 404, "POST /2/media/upload/initialize"},
	})
}

// twice sends the same body two times and returns the second answer.
func twice(w *wire, body object) reply {
	w.post("/2/tweets", body)
	return w.post("/2/tweets", body)
}

func TestWrongRulesAndQueriesAreExplained(t *testing.T) {
	w := newWire(t)
	app := appOf(w)
	search := func(query string) reply {
		return app.do(http.MethodGet, "/2/tweets/search/recent?query="+strings.NewReplacer(" ", "%20", "(", "%28", `"`, "%22").Replace(query), "", nil)
	}
	explains(t, map[string]mistake{
		"narrow words alone":        {search("is:retweet lang:en"), 400, "only narrow a query down"},
		"a parenthesis left open":   {search("(cat OR dog"), 400, "close the parenthesis"},
		"a quote left open":         {search(`"cat dog`), 400, "close the quote"},
		"an operator of the page":   {search("cat since:2026-11-20"), 400, "start_time"},
		"likes at least":            {search("cat min_faves:10"), 400, "public_metrics"},
		"links as the page has it":  {search("cat filter:links"), 400, "has:links"},
		"near a place":              {search("cat near:paris"), 400, "point_radius"},
		"and as a word":             {search("cat AND dog"), 400, "a space"},
		"or in small letters":       {search("cat or dog"), 400, "OR in capitals"},
		"a minus before a space":    {search("cat - dog"), 400, "right before"},
		"a query that is too long":  {search(strings.Repeat("a", 513)), 400, "512"},
		"an operator misspelled":    {search("cat form:ada"), 400, "form: is from: here"},
		"the value of an operator":  {search("cat is:retweeted"), 400, "is:retweet"},
		"a search into the future":  {app.get("/2/tweets/search/recent?query=cat&end_time=2999-01-01T00:00:00Z"), 400, "10 seconds"},
		"a rule that says nothing":  {app.post("/2/tweets/search/stream/rules", object{"add": []object{{"value": "has:links"}}}), 200, "only narrow"},
		"a rule in another wrapper": {app.post("/2/tweets/search/stream/rules", object{"rules": []object{{"value": "cat"}}}), 400, "takes add and delete"},
		"a rule without a list":     {app.post("/2/tweets/search/stream/rules", object{"add": object{"value": "cat"}}), 400, "put add into a list"},
		"a stream without its part": {app.get("/2/tweets/firehose/stream"), 400, "add partition, a whole number from 1 to 20"},
		"a rule twice":              {twiceRule(app), 200, "there is this rule already"},
	})
	explains(t, map[string]mistake{
		"a webhook that is none": {app.post("/2/activity/subscriptions", object{"event_type": "follow.follow", "filter": object{"user_id": "1"}, "webhook_id": "1"}), 400, "GET /2/webhooks lists them"},
		"a filter of nothing":    {app.post("/2/activity/subscriptions", object{"event_type": "follow.follow", "filter": object{}}), 400, "user_id"},
	})
	got := app.post("/2/tweets/search/stream/rules", object{"add": []object{{"value": "cat near:paris"}}})
	require.Contains(t, got.json(t, "errors.0.detail"), "invalid operator 'near'", "an invalid rule says why it is")
}

func twiceRule(w *wire) reply {
	rule := object{"add": []object{{"value": "said twice"}}}
	w.post("/2/tweets/search/stream/rules", rule)
	return w.post("/2/tweets/search/stream/rules", rule)
}

func TestWrongCredentialsAreExplained(t *testing.T) {
	w := newWire(t)
	app, token := w.srv.App(), w.srv.Token()
	me := func(authorization string) reply { return w.as(authorization).get("/2/users/me") }
	signed := func(parameters string) reply { return me("OAuth " + parameters) }
	explains(t, map[string]mistake{
		"no word before the token":      {me(token), 401, "Bearer before the token"},
		"the word twice":                {me("Bearer Bearer " + token), 401, "Bearer stands there twice"},
		"quotes around the token":       {me(`Bearer "` + token + `"`), 401, "without quotes"},
		"nothing after the word":        {me("Bearer "), 401, "no token after"},
		"the API key":                   {me("Bearer " + app.APIKey), 401, "is the API key"},
		"the client's id":               {me("Bearer " + app.ClientID), 401, "is the client id"},
		"a token of OAuth 1.0a":         {me("Bearer " + app.AccessToken), 401, "sign with it"},
		"Basic":                         {me("Basic abc"), 401, "Basic is for"},
		"another word":                  {me("Token " + token), 401, "Authorization: Bearer"},
		"a token in the query":          {w.as("").get("/2/users/me?access_token=" + token), 401, "goes into the header"},
		"another app's key":             {signed(`oauth_consumer_key="x",oauth_signature_method="HMAC-SHA1"`), 401, "oauth_consumer_key"},
		"a signature as it is printed":  {signed(`oauth_consumer_key="<CONSUMER_KEY>"`), 401, "is a placeholder"},
		"another way to sign":           {signed(`oauth_consumer_key="` + app.APIKey + `",oauth_signature_method="PLAINTEXT"`), 401, "HMAC-SHA1"},
		"a token nobody has":            {signed(`oauth_consumer_key="` + app.APIKey + `",oauth_signature_method="HMAC-SHA1",oauth_token="x"`), 401, "oauth_token"},
		"a signature over other things": {signed(`oauth_consumer_key="` + app.APIKey + `",oauth_signature_method="HMAC-SHA1",oauth_token="` + app.AccessToken + `"`), 401, "JSON bodies are not signed"},
		"no secret for the app's token": {w.as("").do(http.MethodPost, "/oauth2/token", "application/x-www-form-urlencoded", strings.NewReader("grant_type=client_credentials")), 403, "Basic"},
		"a login of nobody":             {w.as("").get("/i/oauth2/authorize?client_id=x"), 400, "client_id"},
	})
}

func TestPathsNearlyRightAreExplained(t *testing.T) {
	w := newWire(t)
	for path, hint := range map[string]string{
		"GET /2/user/me":             "GET /2/users/me",
		"GET /users/me":              "GET /2/users/me",
		"GET /v2/users/me":           "GET /2/users/me",
		"GET //2/users/me":           "GET /2/users/me",
		"GET /2/users/username/ada":  "GET /2/users/by/username/{username}",
		"POST /2/tweet":              "POST /2/tweets",
		"GET /2/timeline/home":       "GET /sandbox/api/operations",
		"GET /2/users/1/timeline":    "GET /2/users/{id}/",
		"GET /2/tweets/recent":       "/recent",
		"POST /2/tweets/search/all":  "GET /2/tweets/search/all",
		"POST /2/statuses":           "GET /sandbox/api/operations",
		"GET /2/tweets/stream":       "/stream",
		"GET /2/lists/1/memberships": "GET /2/lists/{id}/members",
	} {
		method, target, _ := strings.Cut(path, " ")
		got := w.do(method, target, "", nil)
		require.Contains(t, got.header.Get(xapitest.HintHeader), hint, "%s: %d %s", path, got.status, got.body)
	}
}

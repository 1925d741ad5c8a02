package xapitest

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/gen/spec"
	"github.com/xapi-go/xapi-go/gen/wire"
)

// old are paths of the API's first version, and of none, with what to call instead.
var oldPaths = map[string]string{
	"/1.1/statuses/update.json":             "POST /2/tweets",
	"/1.1/statuses/destroy":                 "DELETE /2/tweets/{id}",
	"/1.1/statuses/show":                    "GET /2/tweets/{id}",
	"/1.1/statuses/lookup.json":             "GET /2/tweets?ids=",
	"/1.1/statuses/retweet":                 "POST /2/users/{id}/retweets",
	"/1.1/statuses/home_timeline.json":      "GET /2/users/{id}/timelines/reverse_chronological",
	"/1.1/statuses/user_timeline.json":      "GET /2/users/{id}/tweets",
	"/1.1/statuses/mentions_timeline.json":  "GET /2/users/{id}/mentions",
	"/1.1/statuses/filter.json":             "GET /2/tweets/search/stream",
	"/1.1/search/tweets.json":               "GET /2/tweets/search/recent",
	"/1.1/media/upload.json":                "POST /2/media/upload/initialize, then append and finalize",
	"/1.1/media/metadata/create.json":       "POST /2/media/metadata",
	"/1.1/media/subtitles/create.json":      "POST /2/media/subtitles",
	"/1.1/account/verify_credentials.json":  "GET /2/users/me",
	"/1.1/users/show.json":                  "GET /2/users/by/username/{username}",
	"/1.1/users/lookup.json":                "GET /2/users?ids=",
	"/1.1/followers/list.json":              "GET /2/users/{id}/followers",
	"/1.1/friends/list.json":                "GET /2/users/{id}/following",
	"/1.1/friendships/create.json":          "POST /2/users/{id}/following",
	"/1.1/friendships/destroy.json":         "DELETE /2/users/{source_user_id}/following/{target_user_id}",
	"/1.1/favorites/create.json":            "POST /2/users/{id}/likes",
	"/1.1/favorites/destroy.json":           "DELETE /2/users/{id}/likes/{tweet_id}",
	"/1.1/favorites/list.json":              "GET /2/users/{id}/liked_tweets",
	"/1.1/lists/create.json":                "POST /2/lists",
	"/1.1/direct_messages/events/new.json":  "POST /2/dm_conversations/with/{participant_id}/messages",
	"/1.1/direct_messages/events/list.json": "GET /2/dm_events",
	"/1.1/trends/place.json":                "GET /2/trends/by/woeid/{woeid}",
	"/2/tweets/search/stream/webhooks":      "GET /2/tweets/search/webhooks",
	"/2/media/metadata/create":              "POST /2/media/metadata",
	"/2/media/subtitles/create":             "POST /2/media/subtitles",
	"/2/media/subtitles/delete":             "DELETE /2/media/subtitles",
	"/2/notes/evaluate":                     "POST /2/evaluate_note",
}

// uploadCommands are what an upload's steps were asked for by before each had a path of its own.
var uploadCommands = map[string]string{
	"INIT":     "POST /2/media/upload/initialize with a JSON body",
	"APPEND":   "POST /2/media/upload/{id}/append",
	"FINALIZE": "POST /2/media/upload/{id}/finalize with the JSON body {}",
}

// unknownPath answers a path that the API does not have: with no bytes at all, as X does, and with a hint.
func unknownPath(hint string) answer { return answer{status: 404, edge: true, hint: hint} }

// instead says what to call in place of a path that the contract does not have, empty where nothing comes to mind.
func instead(method, path string) string {
	trimmed := strings.TrimSuffix(path, "/")
	for old, now := range oldPaths {
		if trimmed == old || !strings.HasSuffix(old, ".json") && strings.HasPrefix(trimmed, old+"/") {
			return path + " is not of this API: call " + now
		}
	}
	for row := range gen.Operations() {
		if _, ok := wire.Matches(row.Path, trimmed); ok && row.Gone && row.Method == method {
			return "version " + spec.Version + " of the spec does not have " + row.ID
		}
	}
	if strings.HasPrefix(path, "/1.1/") || strings.HasPrefix(path, "/1/") {
		return "API v1.1 is not answered: the paths of API v2 begin with /2/"
	}
	var methods []string
	for op := range operations() {
		if _, ok := wire.Matches(op.Path, trimmed); ok {
			methods = append(methods, op.Method+" "+op.Path)
		}
	}
	switch {
	case len(methods) > 0 && trimmed != path:
		return "the path has a slash at its end: call " + strings.Join(methods, " or ")
	case len(methods) > 0:
		return "there is no " + method + " of this path: call " + strings.Join(methods, " or ")
	}
	hint := "the contract has no " + path
	if !strings.HasPrefix(path, "/2/") {
		hint = "the paths of the API begin with /2/"
	}
	if near := nearPath(method, trimmed, ""); near != nil {
		return hint + ": the nearest is " + near.Method + " " + near.Path
	}
	return hint + ": GET /sandbox/api/operations lists what there is"
}

// placeholders are what documentation puts in the place of what one has to put there oneself.
var placeholders = regexp.MustCompile(`^[:<{$]|^\[|(?i)your[_-]|replace|^x{3,}$`)

func placeholder(value string) bool { return placeholders.MatchString(value) }

// explained puts a hint to a refusal that has none, where the request shows what is wrong with it.
func (c *call) explained(refused answer) answer {
	if refused.status < 400 || refused.hint != "" {
		return refused
	}
	for name, value := range c.params {
		if placeholder(value) {
			refused.hint = value + " is a placeholder: put the " + name + " in its place"
			return refused
		}
	}
	if refused.status == 400 && c.contentType() != "application/json" && c.contentType() != multipartForm && json.Valid(c.body) {
		refused.hint = "send the header Content-Type: application/json with the body; curl sends that of a form where it is told nothing"
	}
	return refused
}

// oldCommand says what to call where an upload is asked for by a command, as it was before.
func (c *call) oldCommand() string {
	if c.operation.ID != "mediaUpload" {
		return ""
	}
	for _, command := range []string{c.request.URL.Query().Get("command"), c.form().Get("command")} {
		if now := uploadCommands[strings.ToUpper(command)]; now != "" {
			return "command=" + command + " is no way to upload any more: call " + now
		}
	}
	return ""
}

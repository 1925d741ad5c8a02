package xapi

import (
	"encoding/json"
	"fmt"

	"github.com/xapi-go/xapi-go/gen"
)

// PostWithMedia returns the body of a createPosts call that posts text with up to 4 media, in this order. Either may be
// left out. The media must be ready and the caller's own; a post takes 4 pictures, or 1 GIF, or 1 video.
//
// It spares programs the names that the spec gives to parts of the body, which change from one version to the next. For
// more, set further fields of what it returns.
func PostWithMedia(text string, mediaIDs ...string) gen.CreatePostsJSONRequestBody {
	type media struct {
		IDs []string `json:"media_ids"`
	}
	post := struct {
		Text  string `json:"text,omitempty"`
		Media *media `json:"media,omitempty"`
	}{Text: text}
	if len(mediaIDs) > 0 {
		post.Media = &media{IDs: mediaIDs}
	}
	var body gen.CreatePostsJSONRequestBody
	encoded, err := json.Marshal(post)
	if err == nil {
		err = json.Unmarshal(encoded, &body)
	}
	if err != nil {
		// Both fields have been in every version of the spec: a program generated from one without them cannot post.
		panic(fmt.Sprintf("xapi: the spec's createPosts takes no text and media: %v", err))
	}
	return body
}

package main

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/xapi-go/xapi-go/xapi"
)

// publish posts text with the media and returns the id of the post.
func publish(ctx context.Context, client *xapi.Client, text, mediaID string) (string, error) {
	result, err := client.CreatePosts(ctx, xapi.PostWithMedia(text, mediaID))
	if err != nil {
		return "", err
	}
	raw, err := json.Marshal(result)
	if err != nil {
		return "", err
	}
	var answer struct{ Data struct{ ID string } }
	if err := json.Unmarshal(raw, &answer); err != nil || answer.Data.ID == "" {
		return "", errors.New("createPosts: the answer has no id of a post, which may have been made: look before trying again")
	}
	return answer.Data.ID, nil
}

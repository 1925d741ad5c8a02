package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/xapi-go/xapi-go/xapi"
)

// publish posts text with the media and returns the id of the post.
func publish(ctx context.Context, client *xapi.Client, text, mediaID string) (string, error) {
	type attached struct {
		IDs []string `json:"media_ids"`
	}
	body, err := json.Marshal(struct {
		Text  string   `json:"text"`
		Media attached `json:"media"`
	}{text, attached{[]string{mediaID}}})
	if err != nil {
		return "", err
	}
	result, err := client.CreatePostsWithBody(ctx, "application/json", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	raw, err := json.Marshal(result)
	if err != nil {
		return "", err
	}
	var answer struct{ Data struct{ ID string } }
	if err := json.Unmarshal(raw, &answer); err != nil || answer.Data.ID == "" {
		return "", fmt.Errorf("createPosts: the answer has no id of a post, which may have been made: look before trying again")
	}
	return answer.Data.ID, nil
}

package stream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
)

// DefaultCooldown is how long X may count a connection whose client has vanished.
const DefaultCooldown = 15 * time.Minute

// endpoints are the names that the connections operations have for the streams. The activity stream has none.
var endpoints = map[string]string{
	"streamLabelsCompliance": "tweet_label_stream",
	"streamLikesCompliance":  "likes_compliance_stream",
	"streamLikesFirehose":    "likes_firehose_stream",
	"streamLikesSample10":    "likes_sample10_stream",
	"streamPosts":            "filtered_stream",
	"streamPostsCompliance":  "tweets_compliance_stream",
	"streamPostsFirehose":    "firehose_stream",
	"streamPostsFirehoseEn":  "firehose_stream_lang_en",
	"streamPostsFirehoseJa":  "firehose_stream_lang_ja",
	"streamPostsFirehoseKo":  "firehose_stream_lang_ko",
	"streamPostsFirehosePt":  "firehose_stream_lang_pt",
	"streamPostsSample":      "sample_stream",
	"streamPostsSample10":    "sample10_stream",
	"streamUsersCompliance":  "users_compliance_stream",
}

// WithHealing closes the app's connections to the stream where X refuses another since there are too many, and then
// connects at once. X goes on counting a connection whose client has vanished for 15 minutes and longer. It cannot tell
// those from connections that are in use, by other processes or other partitions: all are closed, of the activity stream
// those of all the app's streams. It is done at most once per cooldown, [DefaultCooldown] for one.
func WithHealing(client *xapi.Client, cooldown time.Duration) Option {
	return func(s *settings) error {
		if client == nil || cooldown <= 0 {
			return errors.New("WithHealing: give a client and a cooldown, DefaultCooldown for one")
		}
		s.config.HealEvery = cooldown
		s.config.Heal = func(ctx context.Context, operation string) error { return closeConnections(ctx, client, operation) }
		return nil
	}
}

func closeConnections(ctx context.Context, client *xapi.Client, operation string) error {
	var killed xapi.ConnectionsKilled
	if endpoint, named := endpoints[operation]; named {
		result, err := client.DeleteConnectionsByEndpoint(ctx, endpoint)
		if err != nil {
			return err
		}
		killed = result.Data
	} else {
		result, err := client.DeleteAllConnections(ctx)
		if err != nil {
			return err
		}
		killed = result.Data
	}
	if killed.SuccessfulKills == 0 {
		return fmt.Errorf("%s: no connection was closed, and %d could not be", operation, killed.FailedKills)
	}
	return nil
}

package world

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// families makes the things that have no more to them than their fields.
func (s *seeder) families() {
	s.spaces()
	for i, about := range topics[:6] {
		s.AddDoc("communities", s.NewID(s.until), map[string]any{
			"name": "All about " + about.tag, "description": "A place for " + about.tag + ".", "access": "Public", "join_policy": "Open",
			"member_count": 1000 + 37*i, "created_at": stamp(s.until.AddDate(0, -i-1, 0)),
		})
		s.news(about, i)
	}
	for i := range 3 {
		s.broadcast(i)
	}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// word is a number as an id of spaces and broadcasts: letters and digits.
func (s *seeder) word(prefix string) string {
	return prefix + strings.ToUpper(strconv.FormatUint(s.random.Uint64()>>14|1<<48, 36))[:9]
}

func (s *seeder) spaces() {
	for i, about := range topics[:8] {
		state := []string{"live", "scheduled"}[i%2]
		creator, host := s.order[1+i], s.order[20+i]
		topic := strconv.Itoa(84_300_000 + i)
		s.AddDoc("topics", topic, map[string]any{"name": about.tag, "description": "All about " + about.tag})
		fields := map[string]any{
			"state": state, "title": "An evening about " + about.tag, "lang": about.lang, "is_ticketed": i == 2, "participant_count": 12 + i*5,
			"subscriber_count": 3 * i, "creator_id": creator.ID, "host_ids": []any{creator.ID, host.ID}, "speaker_ids": []any{host.ID},
			"invited_user_ids": []any{s.order[30+i].ID}, "topic_ids": []any{topic},
			"created_at": stamp(s.until.Add(-time.Duration(i+3) * time.Hour)), "updated_at": stamp(s.until.Add(-time.Duration(i+1) * time.Hour)),
		}
		if state == "live" {
			fields["started_at"] = stamp(s.until.Add(-time.Duration(i+1) * time.Hour))
		} else {
			fields["scheduled_start"] = stamp(s.until.Add(time.Duration(i+24) * time.Hour))
		}
		s.AddDoc("spaces", s.word("1"), fields)
	}
}

func (s *seeder) news(about topic, i int) {
	var posts []any
	for j := len(s.posts) - 1; j >= 0 && len(posts) < 3; j-- {
		if strings.Contains(s.posts[j].Text, about.tag) && s.posts[j].RepostOf == "" {
			posts = append(posts, map[string]any{"post_id": s.posts[j].ID})
		}
	}
	s.AddDoc("news", s.NewID(s.until), map[string]any{
		"name": "Everybody talks about " + about.subjects[0], "category": "Other", "hook": "What " + about.tag + " is about today.",
		"summary":    "Posts about " + about.tag + " mention " + about.subjects[0] + " and " + about.subjects[1] + ".",
		"disclaimer": "This story is made up.", "keywords": []any{about.tag, about.subjects[0]}, "updated_at": stamp(s.until.Add(-time.Duration(i) * time.Hour)),
		"contexts":              map[string]any{"topics": []any{about.tag}},
		"cluster_posts_results": posts,
	})
}

func (s *seeder) broadcast(i int) {
	ms := func(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }
	started := s.until.Add(-time.Duration(i+1) * 24 * time.Hour)
	s.AddDoc("broadcasts", s.word("1"), map[string]any{
		"broadcast_id": "", "title": fmt.Sprintf("Broadcast %d", i+1), "state": []string{"RUNNING", "ENDED", "ENDED"}[i], "language": "en",
		"twitter_user_id": s.me.ID, "created_at_ms": ms(started), "start_ms": ms(started), "end_ms": ms(started.Add(time.Hour)),
		"updated_at_ms": ms(started), "width": 1280, "height": 720, "total_watched": strconv.Itoa(120 * (i + 1)), "total_watching": "0",
		"is_high_latency": false, "available_for_replay": true, "chat_option": 1, "media_key": "28_" + s.NewID(s.until),
		"image_url": "https://pbs.example.com/broadcast/large.jpg", "image_url_small": "https://pbs.example.com/broadcast/small.jpg",
		"image_url_medium": "https://pbs.example.com/broadcast/medium.jpg", "source_id": "sandbox-source",
	})
}

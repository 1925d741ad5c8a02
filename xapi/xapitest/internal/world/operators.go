package world

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// dependent are the operators that ask for too much by themselves.
var dependent = map[string]bool{
	"has": true, "is": true, "lang": true, "sample": true, "followers_count": true, "tweets_count": true, "following_count": true,
	"listed_count": true,
}

// operators are those that queries and rules take, each with what makes its clause of the value.
var operators = map[string]func(value string) (clause, error){
	"from": byUser(func(_ *World, p *Post) *User { return p.Author }),
	"to":   byUser(func(w *World, p *Post) *User { return w.users[p.ReplyToUser] }),
	"retweets_of": byUser(func(w *World, p *Post) *User {
		if original := w.byID[p.RepostOf]; original != nil {
			return original.Author
		}
		return nil
	}),
	"conversation_id":      byField(func(p *Post) string { return p.Conversation }),
	"in_reply_to_tweet_id": byField(func(p *Post) string { return p.ReplyTo }),
	"retweets_of_tweet_id": byField(func(p *Post) string { return p.RepostOf }),
	"quotes_of_tweet_id":   byField(func(p *Post) string { return p.Quotes }),
	"lang":                 byField(func(p *Post) string { return p.Lang }),
	"place_country": byField(func(p *Post) string {
		if p.Place == nil {
			return ""
		}
		return p.Place.CountryCode
	}),
	"place": func(value string) (clause, error) {
		return func(_ *World, p *Post) bool {
			return p.Place != nil && (strings.EqualFold(p.Place.ID, value) || strings.EqualFold(p.Place.Name, value) || strings.EqualFold(p.Place.FullName, value))
		}, nil
	},
	"url": func(value string) (clause, error) {
		value = strings.ToLower(value)
		return func(_ *World, p *Post) bool {
			return slices.ContainsFunc(p.Entities().URLs, func(e Entity) bool { return strings.Contains(strings.ToLower(e.Text), value) })
		}, nil
	},
	"list": func(value string) (clause, error) {
		return func(w *World, p *Post) bool {
			l := w.lists[value]
			return l != nil && w.Members.Has(l, p.Author)
		}, nil
	},
	"has":             has,
	"is":              is,
	"sample":          sample,
	"followers_count": counted(func(w *World, u *User) int { return len(w.Follows.To(u)) }),
	"following_count": counted(func(w *World, u *User) int { return len(w.Follows.From(u)) }),
	"tweets_count":    counted(func(_ *World, u *User) int { return u.Count() }),
	"listed_count":    counted(func(w *World, u *User) int { return len(w.Members.To(u)) }),
	"bio": func(value string) (clause, error) {
		return func(_ *World, p *Post) bool {
			return strings.Contains(strings.ToLower(p.Author.Description), strings.ToLower(value))
		}, nil
	},
	"bio_name": func(value string) (clause, error) {
		return func(_ *World, p *Post) bool {
			return strings.Contains(strings.ToLower(p.Author.Name), strings.ToLower(value))
		}, nil
	},
	"bio_location": func(value string) (clause, error) {
		return func(_ *World, p *Post) bool {
			return strings.Contains(strings.ToLower(p.Author.Location), strings.ToLower(value))
		}, nil
	},
	"point_radius": pointRadius, "bounding_box": boundingBox,
	// Nothing stands behind the world's links.
	"url_title": none, "url_description": none,
	// The world has no annotations: nothing is about any entity.
	"context": none,
	"entity":  none,
}

func none(string) (clause, error) { return func(*World, *Post) bool { return false }, nil }

// byUser asks for a user by id or by name.
func byUser(of func(*World, *Post) *User) func(string) (clause, error) {
	return func(value string) (clause, error) {
		value = strings.TrimPrefix(value, "@")
		if !named.MatchString(value) && Number(value) == 0 {
			return nil, fmt.Errorf("'%s' is no username", value)
		}
		return func(w *World, p *Post) bool {
			u := of(w, p)
			return u != nil && (u.ID == value || strings.EqualFold(u.Username, value))
		}, nil
	}
}

func byField(of func(*Post) string) func(string) (clause, error) {
	return func(value string) (clause, error) {
		return func(_ *World, p *Post) bool { return strings.EqualFold(of(p), value) && value != "" }, nil
	}
}

func has(value string) (clause, error) {
	shows := func(kinds ...string) clause {
		return func(_ *World, p *Post) bool {
			return slices.ContainsFunc(p.MediaKeys, func(key string) bool {
				prefix, _, _ := strings.Cut(key, "_")
				return len(kinds) == 0 || slices.Contains(kinds, prefix)
			})
		}
	}
	mentions := func(list func(*Entities) []Entity) clause {
		return func(_ *World, p *Post) bool { return len(list(p.Entities())) > 0 }
	}
	switch value {
	case "media":
		return shows(), nil
	case "images":
		return shows("3"), nil
	case "videos", "video_link":
		return shows("7", "13", "16"), nil
	case "links":
		return mentions(func(e *Entities) []Entity { return e.URLs }), nil
	case "hashtags":
		return mentions(func(e *Entities) []Entity { return e.Hashtags }), nil
	case "cashtags":
		return mentions(func(e *Entities) []Entity { return e.Cashtags }), nil
	case "mentions":
		return mentions(func(e *Entities) []Entity { return e.Mentions }), nil
	case "geo":
		return func(_ *World, p *Post) bool { return p.Place != nil }, nil
	}
	return nil, fmt.Errorf("Reference to invalid has: value '%s'", value) //nolint:staticcheck // the API's words
}

func is(value string) (clause, error) {
	switch value {
	case "retweet", "repost":
		return func(_ *World, p *Post) bool { return p.RepostOf != "" }, nil
	case "reply":
		return func(_ *World, p *Post) bool { return p.ReplyTo != "" }, nil
	case "quote":
		return func(_ *World, p *Post) bool { return p.Quotes != "" }, nil
	case "verified":
		return func(_ *World, p *Post) bool { return p.Author.Verified != "" }, nil
	case "nullcast":
		return func(_ *World, p *Post) bool { return p.Flags["nullcast"] == true }, nil
	}
	return nil, fmt.Errorf("Reference to invalid is: value '%s'", value) //nolint:staticcheck // the API's words
}

// sample asks for so many posts of a hundred, always the same.
func sample(value string) (clause, error) {
	percent, err := strconv.Atoi(value)
	if err != nil || percent < 1 || percent > 100 {
		return nil, fmt.Errorf("sample: takes a whole number from 1 to 100, not '%s'", value)
	}
	return func(_ *World, p *Post) bool { return Sampled(p, percent) }, nil
}

// Sampled says whether the post is among so many of a hundred.
func Sampled(p *Post, percent int) bool {
	hash := uint64(p.Number) * 0x9E3779B97F4A7C15 //nolint:gosec // ids are not below zero
	return int(hash>>40%100) < percent
}

// counted asks for a number of the author: at least the value, or between two, as in 10..100.
func counted(of func(*World, *User) int) func(string) (clause, error) {
	return func(value string) (clause, error) {
		low, high, both := strings.Cut(value, "..")
		from, err := strconv.Atoi(low)
		to := math.MaxInt
		if err == nil && both {
			to, err = strconv.Atoi(high)
		}
		if err != nil {
			return nil, fmt.Errorf("'%s' is neither a number nor a range of numbers as in 10..100", value)
		}
		return func(w *World, p *Post) bool { n := of(w, p.Author); return from <= n && n <= to }, nil
	}
}

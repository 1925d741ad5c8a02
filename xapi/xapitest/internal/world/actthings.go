package world

import (
	"strconv"
	"time"
)

// things are what happens to spaces, broadcasts and news by each kind of act. They return what it happened to, nil where
// nothing did.
var things = map[string]func(*World, Act, time.Time) *Doc{
	"spaces.start": func(w *World, a Act, now time.Time) *Doc {
		return w.AddDoc("spaces", "1"+strconv.FormatInt(w.NewNumber(now), 36)[:9], map[string]any{
			"state": "live", "title": a.Value, "lang": "en", "creator_id": a.User.ID, "host_ids": []any{a.User.ID}, "is_ticketed": false,
			"created_at": stamp(now), "started_at": stamp(now), "updated_at": stamp(now), "participant_count": 1,
		})
	},
	// A space is gone when it ends.
	"spaces.end": func(w *World, a Act, now time.Time) *Doc {
		d := w.Live("spaces", a.User)
		if d != nil {
			d.Fields["state"], d.Fields["ended_at"] = "ended", stamp(now)
			w.DeleteDoc("spaces", d.ID)
		}
		return d
	},
	"broadcast.end": func(w *World, a Act, now time.Time) *Doc {
		d := w.Live("broadcasts", a.User)
		if d != nil {
			d.Fields["state"], d.Fields["end_ms"] = "ENDED", strconv.FormatInt(now.UnixMilli(), 10)
		}
		return d
	},
	"news.new": func(w *World, a Act, now time.Time) *Doc {
		return w.AddDoc("news", w.NewID(now), map[string]any{
			"name": a.Value, "category": "Other", "hook": a.Value, "summary": a.Value, "disclaimer": "This story is made up.", "updated_at": stamp(now),
			"keywords": []any{}, "contexts": map[string]any{}, "cluster_posts_results": []any{},
		})
	},
}

// Live returns the space or the broadcast of the user that is under way, nil where there is none.
func (w *World) Live(family string, of *User) *Doc {
	for _, d := range w.All(family) {
		if of != nil && (d.Text("creator_id") == of.ID && d.Text("state") == "live" || d.Text("twitter_user_id") == of.ID && d.Text("state") == "RUNNING") {
			return d
		}
	}
	return nil
}

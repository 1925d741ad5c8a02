package xapitest

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

var broadcastHandlers = map[string]handler{
	"listBroadcasts":             inWorld((*view).broadcasts),
	"getBroadcast":               inWorld(func(v *view) answer { return v.one(kindBroadcast, "id", v.c.params["id"]) }),
	"listScheduledBroadcasts":    inWorld((*view).scheduledBroadcasts),
	"createScheduledBroadcast":   inWorld((*view).schedule),
	"getScheduledBroadcast":      inWorld(func(v *view) answer { return v.ofScheduled(http.StatusOK, func(*world.Doc) {}) }),
	"updateScheduledBroadcast":   inWorld((*view).reschedule),
	"deleteScheduledBroadcast":   inWorld((*view).unschedule),
	"goLiveScheduledBroadcast":   inWorld((*view).goLive),
	"getBroadcastChat":           inWorld((*view).broadcastChat),
	"sendBroadcastChat":          inWorld((*view).sayInBroadcast),
	"deleteBroadcastChatMessage": inWorld((*view).unsayInBroadcast),
	"muteBroadcastChatUser":      inWorld((*view).muteInBroadcast),
	"unmuteBroadcastChatUser":    inWorld((*view).unmuteInBroadcast),
}

// millis writes a time as broadcasts do.
func millis(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

func (v *view) broadcasts() answer {
	ids := v.c.list("ids")
	return v.paged(pager{most: 100, oneWay: true}, v.docs("broadcasts", func(d *world.Doc) bool {
		return d.Text("twitter_user_id") == v.me.ID && (len(ids) == 0 || slices.Contains(ids, d.ID))
	}))
}

// scheduled shows a broadcast that is to come, without what is the sandbox's own.
func scheduled(d *world.Doc) object {
	shown := maps.Clone(d.Fields)
	maps.DeleteFunc(shown, func(name string, _ any) bool { return name[0] == '_' })
	return shown
}

func (v *view) scheduledBroadcasts() answer {
	mine := slices.DeleteFunc(newestFirst(v.w.All("scheduled")), func(d *world.Doc) bool {
		start := d.Text("scheduled_start_ms")
		oldest, newest := v.c.query.Get("oldest_start_time"), v.c.query.Get("newest_start_time")
		return d.Text("_owner") != v.me.ID || oldest != "" && world.Number(start) < world.Number(oldest) ||
			newest != "" && world.Number(start) > world.Number(newest)
	})
	found, meta, refused := page(v, pager{most: 100}, mine, (*world.Doc).Seq)
	if refused != nil {
		return *refused
	}
	data := make([]object, 0, len(found))
	for _, d := range found {
		data = append(data, scheduled(d))
	}
	return v.answer(data, meta)
}

// scheduledFields are the fields of a request that a scheduled broadcast is made of.
var scheduledFields = []string{
	"title", "description", "source_id", "scheduled_start_ms", "scheduled_end_ms", "locale", "chat_option", "available_for_replay",
	"manual_publish", "thumbnail_media_id", "telecast_id",
}

// reach is how far ahead a broadcast can be scheduled.
const scheduleReach = 14 * 24 * time.Hour

// schedule takes what the body has into fields, or refuses times that cannot be.
func (v *view) scheduleInto(fields object) *answer {
	var body object
	_ = v.c.decode(&body)
	for _, name := range scheduledFields {
		if value, ok := body[name]; ok {
			fields[name] = value
		}
	}
	text := func(name string) string { value, _ := fields[name].(string); return value }
	start, end := world.Number(text("scheduled_start_ms")), world.Number(text("scheduled_end_ms"))
	refuse := func(message string) *answer {
		refused := v.s.invalid(message, object{"scheduled_start_ms": []string{text("scheduled_start_ms")}})
		refused.hint = "times are milliseconds since 1970 in a string; now is " + millis(v.c.now)
		return &refused
	}
	switch {
	case start >= end:
		return refuse("The broadcast must end after it starts.")
	case time.UnixMilli(start).Sub(v.c.now) > scheduleReach:
		return refuse("The broadcast can be scheduled 14 days ahead at most.")
	}
	return nil
}

func (v *view) schedule() answer {
	// Ids of broadcasts have 13 characters at most.
	number := v.w.NewNumber(v.c.now) >> 20
	for v.w.Doc("scheduled", strconv.FormatInt(number, 10)) != nil {
		number++
	}
	id := strconv.FormatInt(number, 10)
	fields := object{"_owner": v.me.ID, "scheduled_broadcast_id": id, "broadcast_id": "1" + strconv.FormatInt(number, 36), "state": "SCHEDULED"}
	if refused := v.scheduleInto(fields); refused != nil {
		return *refused
	}
	return v.ok(http.StatusCreated, scheduled(v.w.AddDoc("scheduled", id, fields)))
}

// ofScheduled does something with the scheduled broadcast in the path and answers with it.
func (v *view) ofScheduled(status int, do func(*world.Doc)) answer {
	d := v.w.Doc("scheduled", v.c.params["id"])
	if d == nil || d.Text("_owner") != v.me.ID {
		return v.notThere(&kind{resource: "scheduled_broadcast"}, "id", v.c.params["id"])
	}
	do(d)
	return v.ok(status, scheduled(d))
}

func (v *view) reschedule() answer {
	var refused *answer
	answered := v.ofScheduled(http.StatusOK, func(d *world.Doc) { refused = v.scheduleInto(d.Fields) })
	if refused != nil {
		return *refused
	}
	return answered
}

func (v *view) unschedule() answer {
	d := v.w.Doc("scheduled", v.c.params["id"])
	own := d != nil && d.Text("_owner") == v.me.ID
	if own {
		v.w.DeleteDoc("scheduled", d.ID)
	}
	return v.ok(http.StatusOK, object{"deleted": own})
}

// goLive begins the broadcast, which is then one of those that are listed.
func (v *view) goLive() answer {
	return v.ofScheduled(http.StatusOK, func(d *world.Doc) {
		d.Fields["state"] = "LIVE"
		begun := v.w.AddDoc("broadcasts", d.Text("broadcast_id"), object{
			"broadcast_id": d.Text("broadcast_id"), "title": d.Text("title"), "state": "RUNNING", "twitter_user_id": v.me.ID,
			"created_at_ms": millis(v.c.now), "start_ms": millis(v.c.now), "updated_at_ms": millis(v.c.now), "source_id": d.Text("source_id"),
			"scheduled_start_ms": d.Text("scheduled_start_ms"), "scheduled_end_ms": d.Text("scheduled_end_ms"),
		})
		v.w.Happened(world.Event{Kind: "broadcast.start", At: v.c.now, Actor: v.me, Doc: begun})
	})
}

func (v *view) broadcastChat() answer {
	if v.w.Doc("broadcasts", v.c.params["id"]) == nil {
		return v.notThere(kindBroadcast, "id", v.c.params["id"])
	}
	return v.paged(pager{most: 100, oneWay: true}, v.docs("broadcast_messages", func(d *world.Doc) bool { return d.Text("broadcast_id") == v.c.params["id"] }))
}

func (v *view) sayInBroadcast() answer {
	id := v.c.params["id"]
	of := v.w.Doc("broadcasts", id)
	if of == nil {
		return v.notThere(kindBroadcast, "id", id)
	}
	var body struct {
		Text  string `json:"text"`
		Reply string `json:"reply_to"`
	}
	_ = v.c.decode(&body)
	if v.w.Doc("broadcast_mutes", id+" "+v.me.ID) != nil {
		return forbidden("You are muted in this chat.")
	}
	said := v.w.AddDoc("broadcast_messages", v.w.NewID(v.c.now), object{
		"broadcast_id": id, "text": body.Text, "author_id": v.me.ID, "author_name": v.me.Name, "author_username": v.me.Username,
		"created_at_ms": millis(v.c.now), "reply_to": body.Reply,
	})
	v.w.Happened(world.Event{Kind: "broadcast.chat", At: v.c.now, Actor: v.me, Target: v.w.User(of.Text("twitter_user_id")), Doc: said})
	return v.ok(http.StatusOK, object{"success": true, "timestamp": millis(v.c.now)})
}

func (v *view) unsayInBroadcast() answer {
	return v.ok(http.StatusOK, object{"deleted": v.w.DeleteDoc("broadcast_messages", v.c.params["message_id"])})
}

func (v *view) muteInBroadcast() answer {
	var body struct {
		User string `json:"user_id"`
	}
	_ = v.c.decode(&body)
	v.w.AddDoc("broadcast_mutes", v.c.params["id"]+" "+body.User, object{})
	return v.ok(http.StatusOK, object{"muted": true})
}

func (v *view) unmuteInBroadcast() answer {
	v.w.DeleteDoc("broadcast_mutes", v.c.params["id"]+" "+v.c.params["user_id"])
	return v.ok(http.StatusOK, object{"muted": false})
}

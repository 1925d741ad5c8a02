package xapitest

import (
	"net/http"
	"time"
)

// How the times of a replay are written, and what they may be before now.
const (
	replayLayout  = "200601021504"
	replayReach   = 24 * time.Hour
	replayFromLag = 31 * time.Minute
	replayToLag   = 10 * time.Minute
)

// replayJob brings a window of deliveries again. Server.mu guards it.
type replayJob struct {
	id     string
	left   int
	failed bool
}

// replayWanted is what a replay is to bring again.
type replayWanted struct {
	from, to time.Time
	of       *courier
	hook     string
}

// createReplay challenges the webhook and, where that is answered, has what was sent to it in a window of time brought
// again, and an event after it.
func (s *Server) createReplay(c *call) answer {
	var wanted replayWanted
	var address string
	if refused := s.inView(c, func(v *view) (refused *answer) {
		wanted, refused = v.replayWanted()
		address, _ = s.addressOf(wanted.hook)
		return refused
	}); refused != nil {
		return *refused
	}
	if failed := s.prove(c.request.Context(), wanted.of, address); failed != nil {
		return s.crcFailed(failed, address)
	}
	return inWorld((*view).replay)(s, c)
}

// replayWanted reads what is to be brought again, or refuses it.
func (v *view) replayWanted() (replayWanted, *answer) {
	var body struct {
		Webhook string `json:"webhook_id"`
		From    string `json:"from_date"`
		To      string `json:"to_date"`
	}
	_ = v.c.decode(&body)
	from, failed := time.Parse(replayLayout, body.From)
	to, alsoFailed := time.Parse(replayLayout, body.To)
	minute := v.c.now.Truncate(time.Minute)
	wanted := replayWanted{from, to, v.s.couriers.byHook[body.Webhook], body.Webhook}
	var refused answer
	switch {
	case v.w.Doc("webhooks", body.Webhook) == nil || wanted.of == nil:
		refused = v.s.noWebhook(body.Webhook)
	case failed != nil || alsoFailed != nil || !from.Before(to) || v.c.now.Sub(from) > replayReach ||
		from.After(minute.Add(-replayFromLag)) || to.After(minute.Add(-replayToLag)):
		refused = v.s.invalid("QueryParamInvalid: the from_date and to_date are not valid", object{"from_date": []string{body.From}, "to_date": []string{body.To}}).
			because("times are yyyymmddhhmm of UTC: from between 24 hours and 31 minutes ago, to at least 10 minutes ago; now is " +
				v.c.now.UTC().Format(replayLayout))
	case wanted.of.replay != nil:
		refused = answer{status: http.StatusConflict, hint: "wait for the replay_job_status event of the job " + wanted.of.replay.id, body: object{
			"title": "ReplayConflictError", "type": v.s.problemType("conflict"), "status": http.StatusConflict,
			"detail": "ReplayConflictError: a replay of this webhook is under way.",
		}}
	default:
		return wanted, nil
	}
	return wanted, &refused
}

func (v *view) replay() answer {
	wanted, refused := v.replayWanted()
	if refused != nil {
		return *refused
	}
	c := wanted.of
	c.replay = &replayJob{id: v.w.NewID(v.c.now), left: 1}
	job := *c.replay
	for _, p := range c.past {
		if !p.made.Before(wanted.from) && p.made.Before(wanted.to) {
			c.replay.left++
			c.send(&parcel{body: p.body, due: v.c.now, job: c.replay})
		}
	}
	c.replay.left--
	c.finish(c.replay, v.c.now)
	return answer{status: v.status(http.StatusOK), body: object{"job_id": job.id, "created_at": stamp(v.c.now)}}
}

// finish tells of the end of a job that has nothing left to bring. Server.mu is held.
func (c *courier) finish(job *replayJob, now time.Time) {
	if job != c.replay || job.left > 0 {
		return
	}
	state, said := "Complete", "Job completed successfully"
	if job.failed {
		state, said = "Incomplete", "Job failed to deliver all events"
	}
	c.replay = nil
	c.send(&parcel{due: now, body: answer{body: object{"replay_job_status": object{
		"webhook_id": c.hook, "job_id": job.id, "job_state": state, "job_state_description": said,
	}}}.bytes()})
}

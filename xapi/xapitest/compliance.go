package xapitest

import (
	"net/http"
	"time"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// Compliance jobs, and what the app has used.
var accountingHandlers = map[string]handler{
	"createComplianceJobs":  inWorld((*view).createJob),
	"getComplianceJobs":     inWorld((*view).jobs),
	"getComplianceJobsById": inWorld(func(v *view) answer { return v.one(kindJob, "id", v.c.params["id"]) }),
	"getUsage":              inWorld((*view).usage),
}

// How long the addresses of a job can be used.
const (
	jobUpload   = 15 * time.Minute
	jobDownload = 7 * 24 * time.Hour
)

// createJob makes a job. There is one under way of each type at most.
func (v *view) createJob() answer {
	var body struct {
		Type string `json:"type"`
		Name string `json:"name"`
	}
	_ = v.c.decode(&body)
	for _, d := range v.w.All("jobs") {
		if status := d.Text("status"); d.Text("type") == body.Type && (status == "created" || status == "in_progress") && !v.expired(d) {
			return answer{status: http.StatusConflict, hint: "the job " + d.ID + " is not done yet", body: object{
				"title": "Conflict", "type": v.s.problemType("conflict"), "status": http.StatusConflict,
				"detail": "There is already an active job of this type.",
			}}
		}
	}
	id := v.w.NewID(v.c.now)
	base := "https://api.x.com/2/compliance/jobs/" + id
	fields := object{
		"type": body.Type, "status": "created", "created_at": stamp(v.c.now), "upload_url": base + "/upload", "download_url": base + "/download",
		"upload_expires_at": stamp(v.c.now.Add(jobUpload)), "download_expires_at": stamp(v.c.now.Add(jobDownload)),
	}
	if body.Name != "" {
		fields["name"] = body.Name
	}
	return v.ok(http.StatusOK, v.object(doc{kindJob, v.w.AddDoc("jobs", id, fields)}))
}

func (v *view) expired(d *world.Doc) bool {
	until, err := time.Parse(time.RFC3339, d.Text("upload_expires_at"))
	return err == nil && v.c.now.After(until)
}

func (v *view) jobs() answer {
	kind, status := v.c.query.Get("type"), v.c.query.Get("status")
	return v.counted(v.docs("jobs", func(d *world.Doc) bool {
		return d.Text("type") == kind && (status == "" || d.Text("status") == status)
	}))
}

// usage answers with how many posts were read each day: the calls that the sandbox has counted today, none before.
func (v *view) usage() answer {
	days := v.c.number("days", 7)
	today := v.c.now.UTC().Truncate(24 * time.Hour)
	rows := make([]object, 0, days)
	for i := range days {
		n := 0
		if i == 0 {
			n = len(v.s.requests.list)
		}
		rows = append(rows, object{"date": today.AddDate(0, 0, -i).Format(time.RFC3339), "usage": n})
	}
	whole := object{
		"cap_reset_day": 1, "project_cap": 3_000_000, "project_id": "1400000000000000000", "project_usage": len(v.s.requests.list),
		"daily_project_usage":    object{"project_id": 1_400_000_000, "usage": rows},
		"daily_client_app_usage": []object{{"client_app_id": v.s.accounts.app.ID, "usage": rows, "usage_result_count": len(rows)}},
	}
	shown := object{}
	for name, value := range whole {
		if v.asks("usage.fields", name, name == "project_cap" || name == "project_id" || name == "project_usage" || name == "cap_reset_day") {
			shown[name] = value
		}
	}
	return v.answer(shown, nil)
}

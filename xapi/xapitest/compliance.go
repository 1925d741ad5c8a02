package xapitest

import (
	"net/http"
	"slices"
	"time"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// Compliance jobs, and what the app has used.
var accountingHandlers = map[string]handler{
	"createComplianceJobs":      inWorld((*view).createJob),
	"getComplianceJobs":         inWorld((*view).jobs),
	"getComplianceJobsById":     inWorld((*view).oneJob),
	"uploadComplianceIds":       (*Server).uploadIDs,
	"downloadComplianceResults": inWorld((*view).downloadResults),
	"cancelComplianceJobs":      inWorld((*view).cancelJob),
	"getUsage":                  inWorld((*view).usage),
}

// jobFiles are the addresses of a job, and what ends one. X documents them, and its contract lacks them.
var jobFiles = []*gen.Operation{
	{ID: "uploadComplianceIds", Method: http.MethodPut, Path: "/2/compliance/jobs/{id}/upload", Security: []gen.Requirement{{Scheme: schemeApp}}},
	{ID: "downloadComplianceResults", Method: http.MethodGet, Path: "/2/compliance/jobs/{id}/download", Security: []gen.Requirement{{Scheme: schemeApp}}},
	{ID: "cancelComplianceJobs", Method: http.MethodDelete, Path: "/2/compliance/jobs/{id}", Security: []gen.Requirement{{Scheme: schemeApp}}},
}

// How long the addresses of a job can be used.
const (
	jobUpload   = 15 * time.Minute
	jobDownload = 7 * 24 * time.Hour
)

// jobStates that keep another job of the type from being made.
var activeJob = []string{"created", "in_progress"}

// createJob makes a job. There is one under way of each type at most.
func (v *view) createJob() answer {
	v.goOnWithJobs()
	var body struct {
		Type string `json:"type"`
		Name string `json:"name"`
	}
	_ = v.c.decode(&body)
	for _, d := range v.w.All("jobs") {
		if d.Text("type") == body.Type && slices.Contains(activeJob, d.Text("status")) {
			return answer{status: http.StatusConflict, hint: "the job " + d.ID + " is not done yet", body: object{
				"title": "Conflict", "type": v.s.problemType("conflict"), "status": http.StatusConflict,
				"detail": "There is already an active job of this type.",
			}}
		}
	}
	id := v.w.NewID(v.c.now)
	base := v.c.base() + "/2/compliance/jobs/" + id
	fields := object{
		"type": body.Type, "status": "created", "created_at": stamp(v.c.now), "upload_url": base + "/upload", "download_url": base + "/download",
		"upload_expires_at": stamp(v.c.now.Add(jobUpload)), "download_expires_at": stamp(v.c.now.Add(jobDownload)), "_made": v.c.now,
	}
	if body.Name != "" {
		fields["name"] = body.Name
	}
	return v.ok(http.StatusOK, v.object(doc{kindJob, v.w.AddDoc("jobs", id, fields)}))
}

// base is the address by which the client knows the sandbox.
func (c *call) base() string {
	if c.request.TLS != nil {
		return "https://" + c.request.Host
	}
	return "http://" + c.request.Host
}

// goOnWithJobs has jobs be what they are by now: a job whose ids came is complete after the time of processing, one whose
// ids did not come in time has expired.
func (v *view) goOnWithJobs() {
	for _, d := range v.w.All("jobs") {
		made, _ := d.Fields["_made"].(time.Time)
		uploaded, _ := d.Fields["_uploaded"].(time.Time)
		switch d.Text("status") {
		case "created":
			if v.c.now.Sub(made) > jobUpload {
				d.Fields["status"] = "expired"
			}
		case "in_progress":
			if v.c.now.Sub(uploaded) >= v.s.settings.timed {
				d.Fields["status"] = "complete"
			}
		}
	}
}

func (v *view) jobs() answer {
	v.goOnWithJobs()
	kind, status := v.c.query.Get("type"), v.c.query.Get("status")
	return v.counted(v.docs("jobs", func(d *world.Doc) bool {
		return d.Text("type") == kind && (status == "" || d.Text("status") == status)
	}))
}

func (v *view) oneJob() answer {
	v.goOnWithJobs()
	return v.one(kindJob, "id", v.c.params["id"])
}

// job returns the job in the path in one of the states, or refuses the call.
func (v *view) job(states ...string) (*world.Doc, *answer) {
	v.goOnWithJobs()
	d := v.w.Doc("jobs", v.c.params["id"])
	switch {
	case d == nil:
		refused := v.notThere(kindJob, "id", v.c.params["id"])
		refused.status = http.StatusNotFound
		return nil, &refused
	case !slices.Contains(states, d.Text("status")):
		refused := blank(http.StatusConflict, "Conflict", "The job is "+d.Text("status")+".")
		refused.hint = "a job takes ids once, within 15 minutes, and has results once it is complete"
		return nil, &refused
	}
	return d, nil
}

// cancelJob ends a job, which makes room for another of its type.
func (v *view) cancelJob() answer {
	d, refused := v.job(activeJob...)
	if refused != nil {
		return *refused
	}
	d.Fields["status"] = "failed"
	return v.ok(http.StatusOK, v.object(doc{kindJob, d}))
}

func (v *view) downloadResults() answer {
	d, refused := v.job("complete")
	if refused != nil {
		return *refused
	}
	if made, _ := d.Fields["_made"].(time.Time); v.c.now.Sub(made) > jobDownload {
		refused := forbidden("Forbidden")
		refused.hint = "results can be had for seven days"
		return refused
	}
	result, _ := d.Fields["_result"].([]byte)
	return answer{status: http.StatusOK, contentType: "application/x-ndjson", body: result}
}

package xapitest

import "time"

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

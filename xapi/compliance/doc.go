// Package compliance checks in one go which of the posts or users that a program has stored are to be deleted or changed
// by now, with X's compliance jobs. It takes an app-only token.
//
//	job, err := compliance.Start(ctx, client, xapi.ComplianceJobDraft{Type: xapi.ComplianceJobTypePosts}, slices.Values(ids))
//	…
//	job, err = compliance.Wait(ctx, client, job.ID)
//	…
//	for result, err := range compliance.Results(ctx, client, job) {
//		…
//	}
//
// The ids go up to, and the results come down from, addresses that the job names. The token goes along where such an
// address is one of the API's own, and nowhere else. An app has one active job of each type: another is a
// xapi.ErrConflict. Ids are taken for 15 minutes after the job was opened, and results can be had for a week.
package compliance

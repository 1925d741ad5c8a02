package compliance_test

import (
	"context"
	"fmt"
	"log"
	"slices"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/compliance"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// A program that has stored posts asks which of them it must delete by now.
func Example() {
	sandbox, err := xapitest.Start(xapitest.WithProcessingTime(0))
	if err != nil {
		log.Panic(err)
	}
	defer func() { _ = sandbox.Close() }()
	client, err := xapi.New(xapi.WithBaseURL(sandbox.URL), xapi.WithAccessToken(sandbox.Token()),
		xapi.WithBearerToken(sandbox.Issue(xapitest.Grant{AppOnly: true}).Access))
	if err != nil {
		log.Panic(err)
	}
	ctx := context.Background()
	kept, err := client.CreatePosts(ctx, xapi.PostDraft{Text: "is still there"})
	if err != nil {
		log.Panic(err)
	}
	stored := []string{kept.Data.ID, "1146654567674912769"} // of which the latter is deleted

	job, err := compliance.Start(ctx, client, xapi.ComplianceJobDraft{Type: xapi.ComplianceJobTypePosts}, slices.Values(stored))
	if err != nil {
		log.Panic(err)
	}
	if job, err = compliance.Wait(ctx, client, job.ID); err != nil {
		log.Panic(err)
	}
	for result, err := range compliance.Results(ctx, client, job) {
		if err != nil {
			log.Panic(err)
		}
		fmt.Println(result.ID, result.Action, result.Reason)
	}
	// Output: 1146654567674912769 delete deleted
}

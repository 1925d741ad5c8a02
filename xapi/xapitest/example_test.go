package xapitest_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/media"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// A test starts a sandbox of its own and asks it afterwards what arrived.
func ExampleNew() {
	test := func(t *testing.T) {
		srv := xapitest.New(t)
		client, err := xapi.New(xapi.WithBaseURL(srv.URL), xapi.WithAccessToken(srv.Token()))
		if err != nil {
			t.Fatal(err)
		}
		result, err := media.New(client).Upload(t.Context(), media.File("testdata/clip.mp4"))
		if err != nil {
			t.Fatal(err)
		}
		if arrived, _ := srv.Media(result.MediaID); arrived.State != "succeeded" {
			t.Errorf("the video is %s", arrived.State)
		}
	}
	_ = test
}

// A program starts a sandbox and stops it itself.
func ExampleStart() {
	srv, err := xapitest.Start(xapitest.WithProcessingTime(0))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = srv.Close() }()
	client, err := xapi.New(xapi.WithBaseURL(srv.URL), xapi.WithAccessToken(srv.Token()))
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := media.New(client).Upload(context.Background(), media.File("../testdata/moving.gif"))
	if err != nil {
		fmt.Println(err)
		return
	}
	arrived, known := srv.Media(result.MediaID)
	fmt.Println(known, arrived.Type, arrived.State, arrived.Size == result.Bytes)
	// Output: true image/gif succeeded true
}

// A fault is a rule: here every third segment is refused, and the first post is made and its answer lost.
func ExampleWithFaults() {
	_, _ = xapitest.Start(xapitest.WithFaults(
		xapitest.Fault{Operation: "appendMediaUpload", When: xapitest.When{Every: 3}, Do: xapitest.Do{Answer: "unavailable"}},
		xapitest.Fault{Operation: "createPosts", When: xapitest.When{Nth: 1}, Do: xapitest.Do{Reset: xapitest.ResetAfter}},
	))
}

// The sandbox's clock can be moved: what was issued for an hour is then no longer good.
func ExampleServer_Advance() {
	srv, err := xapitest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = srv.Close() }()
	token := srv.Issue(xapitest.Grant{Scopes: []string{"tweet.read", "users.read"}, Lifetime: time.Hour})
	client, err := xapi.New(xapi.WithBaseURL(srv.URL), xapi.WithAccessToken(token.Access))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, before := client.GetUsersMe(context.Background(), nil)
	srv.Advance(time.Hour)
	_, after := client.GetUsersMe(context.Background(), nil)
	fmt.Println(before == nil, after != nil)
	// Output: true true
}

// Rules can be kept in a file: this is what xapi sandbox --faults reads.
func ExampleParseFaults() {
	faults, err := xapitest.ParseFaults([]byte(`[
		{"operation": "appendMediaUpload", "when": {"probability": 0.1}, "do": {"answer": "html-520"}},
		{"operation": "getMediaUploadStatus", "do": {"set": {"data.processing_info.state": "uploading"}}}
	]`))
	fmt.Println(len(faults), err)
	// Output: 2 <nil>
}

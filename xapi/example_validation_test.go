package xapi_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/validate"
)

// A request that the spec does not allow never leaves the machine. The error has every place at fault.
func ExampleWithValidation() {
	client, err := xapi.New(xapi.WithAccessToken("token-of-a-user"))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.GetMediaByMediaKey(context.Background(), "3-1146654567674912769", nil)
	var refused *validate.RequestError
	if errors.As(err, &refused) {
		for _, finding := range refused.Findings {
			fmt.Println(finding.In, finding.Pointer, finding.Rule, finding.Value)
		}
	}
	// Output: path /media_key pattern "3-1146654567674912769"
}

// A contract test has every difference from the spec as an error, beside the data.
func ExampleWithValidation_contractTest() {
	_, _ = xapi.New(xapi.WithAccessToken("token-of-a-user"), xapi.WithValidation(xapi.Enforce, xapi.Enforce))
}

// A service notices the day the server changes, and goes on working.
func ExampleWithDriftFunc() {
	_, _ = xapi.New(xapi.WithAccessToken("token-of-a-user"), xapi.WithDriftFunc(func(drift validate.Drift) {
		fmt.Println("the API has changed:", drift)
	}))
}

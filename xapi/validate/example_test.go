package validate_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/xapi-go/xapi-go/xapi/validate"
)

// Requests and answers of any client, in any language, can be held against the contract: here one of each, with all that
// is wrong about them.
func Example() {
	validator := validate.New()

	body := `{"text":"Hello","poll":{"options":["yes"],"duration_minutes":1},"colour":"red"}`
	req, err := http.NewRequest(http.MethodPost, "https://api.x.com/2/tweets", strings.NewReader(body))
	if err != nil {
		fmt.Println(err)
		return
	}
	req.Header.Set("Content-Type", "application/json")
	var refused *validate.RequestError
	if errors.As(validator.Request("createPosts", req, []byte(body)), &refused) {
		for _, finding := range refused.Findings {
			fmt.Println("request", finding.Pointer, finding.Reason)
		}
	}

	answer := `{"data":{"id":"12","name":"Ada","username":"ada","karma":7}}`
	header := http.Header{"Content-Type": {"application/json"}}
	for _, drift := range validator.Response("getUsersMe", http.StatusOK, header, []byte(answer)) {
		fmt.Println("answer", drift.Pointer, drift.Kind)
	}
	// Output:
	// request /colour is not declared
	// request /poll/duration_minutes must be at least 5
	// request /poll/options must have at least 2 items
	// answer /data/karma undeclared field
}

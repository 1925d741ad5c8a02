// Command bare makes a call with net/http alone: what onecall is compared with.
package main

import (
	"fmt"
	"net/http"
)

func main() {
	resp, err := http.Get("https://api.x.com/2/users/me") //nolint:noctx // it is only built
	if err == nil {
		err = resp.Body.Close()
	}
	fmt.Println(err)
}

// Command release cuts releases of all modules at once, and says whether one may go out. Run it from the project's root:
//
//	release cut v1.2.3      write the version to where it stands, and date the changes
//	release check v1.2.3    fail with everything that is not ready
//	release notes v1.2.3    print what changed
//	release api             tell what the API lost since the last release; fail where the version was not raised for that
package main

import (
	"fmt"
	"os"
	"regexp"
	"time"
)

const (
	module    = "github.com/xapi-go/xapi-go"
	changelog = ".github/CHANGELOG.md"
	constant  = "xapi/version.go"
)

// stores are released with the root module, under its version: they want exactly the root that lies beside them.
var stores = []string{"xapi/store/redis", "xapi/store/sql"}

var semantic = regexp.MustCompile(`^v(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?$`)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 1 && args[0] == "api" {
		return api()
	}
	if len(args) != 2 || !semantic.MatchString(args[1]) {
		return fmt.Errorf("want cut, check or notes, and a version like v1.2.3, not %q", args)
	}
	switch version := args[1]; args[0] {
	case "cut":
		return cut(version, time.Now())
	case "check":
		return check(version)
	case "notes":
		notes, err := notes(version)
		if err == nil {
			_, err = fmt.Print(notes)
		}
		return err
	}
	return fmt.Errorf("want cut, check or notes, not %q", args[0])
}

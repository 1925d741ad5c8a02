package document

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// checkKind refuses what is no OpenAPI 3.0 document at all.
func checkKind(root Object) error {
	if version, ok := root["swagger"]; ok {
		return fmt.Errorf("this is Swagger %v; OpenAPI 3.0 is needed", version)
	}
	version, ok := root["openapi"].(string)
	if !ok {
		return errors.New("the document has no openapi key, or one that is no string; it is no OpenAPI document")
	}
	if version != "3.0" && !strings.HasPrefix(version, "3.0.") {
		return fmt.Errorf("the document is OpenAPI %s; 3.0 and 3.1 are read", version)
	}
	if Version(root) == "" {
		return errors.New("info.version is missing, or is no string")
	}
	return nil
}

// Check refuses a document that nothing can be generated from: no paths, an operation without an operationId of its
// own, a $ref that leads nowhere or out of the document. It reports the first ten faults.
func Check(root Object) error {
	if len(Operations(root)) == 0 {
		return errors.New("the document has no paths with operations")
	}
	faults := append(checkOperations(root), checkReferences(root)...)
	if len(faults) == 0 {
		return nil
	}
	return fmt.Errorf("the document is broken: %s", firstOf(faults))
}

// firstOf lists the first ten faults, and counts the others.
func firstOf(faults []string) string {
	slices.Sort(faults)
	if more := len(faults) - 10; more > 0 {
		faults = append(faults[:10], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(faults, "; ")
}

func checkOperations(root Object) (faults []string) {
	seen := map[string]string{}
	for _, operation := range Operations(root) {
		where := operation.Method + " " + operation.Path
		switch {
		case operation.ID == "":
			faults = append(faults, where+" has no operationId")
		case seen[operation.ID] != "":
			faults = append(faults, fmt.Sprintf("%s and %s share the operationId %s", seen[operation.ID], where, operation.ID))
		default:
			seen[operation.ID] = where
		}
		if _, ok := operation.Object["responses"].(Object); !ok {
			faults = append(faults, where+" has no responses")
		}
	}
	return faults
}

func checkReferences(root Object) (faults []string) {
	unresolved := map[string]string{}
	Walk(root, func(path []string, object Object) {
		for _, ref := range references(object) {
			if Resolve(root, ref) == nil {
				unresolved[ref] = "/" + strings.Join(path, "/")
			}
		}
	})
	for ref, where := range unresolved {
		if strings.HasPrefix(ref, "#/") {
			faults = append(faults, fmt.Sprintf("%s refers to %s, which is not there", where, ref))
		} else {
			faults = append(faults, fmt.Sprintf("%s refers to %s, outside the document", where, ref))
		}
	}
	return faults
}

package document

import (
	"errors"
	"fmt"
	"strings"
)

// Extract finds the OpenAPI document in a documentation page: the one fenced YAML block that starts with an openapi
// key. found is false where the text is no such page: it has no fenced YAML at all. A page that is cut off inside its
// block, or that holds no or several OpenAPI blocks, is an error.
func Extract(page string) (block string, found bool, err error) {
	var blocks []string
	fenced := false
	lines := strings.SplitAfter(page, "\n")
	for i := 0; i < len(lines); i++ {
		fence, info := fenceOf(lines[i])
		if fence == "" {
			continue
		}
		isYAML := info == "yaml" || info == "yml" || strings.HasPrefix(info, "yaml ") || strings.HasPrefix(info, "yml ")
		start := i + 1
		end := start
		for end < len(lines) && !closes(lines[end], fence) {
			end++
		}
		if isYAML {
			fenced = true
			if end == len(lines) {
				return "", true, fmt.Errorf("the page is cut off: the YAML block that opens on line %d never closes", i+1)
			}
			if text := strings.Join(lines[start:end], ""); startsWithOpenAPI(text) {
				blocks = append(blocks, text)
			}
		}
		i = end
	}
	switch {
	case !fenced:
		return "", false, nil
	case len(blocks) == 0:
		return "", true, errors.New("the page has no fenced YAML block that starts with an openapi key")
	case len(blocks) > 1:
		return "", true, fmt.Errorf("the page has %d OpenAPI blocks; split it into one page an operation", len(blocks))
	}
	return blocks[0], true, nil
}

// fenceOf returns the backticks that open a fenced block on this line, and what is said after them.
func fenceOf(line string) (fence, info string) {
	rest := strings.TrimLeft(line, "`")
	if count := len(line) - len(rest); count >= 3 {
		return line[:count], strings.TrimSpace(rest)
	}
	return "", ""
}

// closes says whether the line ends a block that fence opened: as many backticks at least, and nothing else.
func closes(line, fence string) bool {
	line = strings.TrimRight(line, " \t\r\n")
	return strings.HasPrefix(line, fence) && strings.Trim(line, "`") == ""
}

func startsWithOpenAPI(text string) bool {
	text = strings.TrimLeft(text, " \t\r\n")
	return strings.HasPrefix(text, "openapi:") || strings.HasPrefix(text, "swagger:")
}

package model

import (
	"strings"
	"unicode"
)

// spelled are the words of names that Go spells in another way than with a capital at their start.
var spelled = map[string]string{
	"ai": "AI", "api": "API", "dm": "DM", "dms": "DMs", "html": "HTML", "http": "HTTP", "id": "ID", "ids": "IDs",
	"json": "JSON", "ms": "MS", "ui": "UI", "url": "URL", "urls": "URLs", "uri": "URI", "uuid": "UUID",
	"uuids": "UUIDs", "woeid": "WOEID",
	"bmp": "BMP", "gif": "GIF", "jpeg": "JPEG", "mp4": "MP4", "png": "PNG", "srt": "SRT", "tiff": "TIFF", "vtt": "VTT",
	"webm": "WebM", "webp": "WebP",
	// One spelling in Go, whatever the wire's.
	"tweet": "Post", "tweets": "Posts", "retweet": "Repost", "retweets": "Reposts", "retweeted": "Reposted",
}

// GoName spells a name of the wire as Go does: words joined, each with a capital, initialisms in capitals throughout.
func GoName(name string) string {
	var out strings.Builder
	for _, word := range words(name) {
		if known, ok := spelled[strings.ToLower(word)]; ok {
			out.WriteString(known)
			continue
		}
		out.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return out.String()
}

// FieldName is the Go name of a field.
func FieldName(name string, field *Field) string {
	if field.Go != "" {
		return field.Go
	}
	return GoName(name)
}

// Constant is the Go name of an enum's value, without the enum's own before it.
func Constant(value string) string {
	name := GoName(value)
	if name == "" {
		return "Empty"
	}
	return name
}

// InWords writes a name as a sentence begins: createDmsDraft is "Create DMs draft".
func InWords(name string) string {
	parts := words(name)
	for i, word := range parts {
		parts[i] = strings.ToLower(word)
		if known, ok := spelled[parts[i]]; ok {
			parts[i] = known
			if strings.ToLower(known[1:]) == known[1:] {
				parts[i] = strings.ToLower(known)
			}
		}
		if i == 0 {
			parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
		}
	}
	return strings.Join(parts, " ")
}

// argument spells a name as an argument of a Go function.
func argument(name string) string {
	parts := words(name)
	if len(parts) == 0 {
		return "arg"
	}
	return strings.ToLower(parts[0]) + GoName(strings.Join(parts[1:], "_"))
}

// words splits at what is no letter or digit, and where a capital follows a small letter.
func words(name string) []string {
	var parts []string
	var word strings.Builder
	end := func() {
		if word.Len() > 0 {
			parts = append(parts, word.String())
			word.Reset()
		}
	}
	var last rune
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
		case unicode.IsUpper(r) && unicode.IsLower(last):
			end()
			word.WriteRune(r)
		default:
			word.WriteRune(r)
		}
		last = r
	}
	end()
	return parts
}

// singular names one element of a list.
func singular(name string) string {
	switch {
	case strings.HasSuffix(name, "ies") && len(name) > 4:
		return strings.TrimSuffix(name, "ies") + "y"
	case strings.HasSuffix(name, "ss"), strings.HasSuffix(name, "us"), strings.HasSuffix(name, "series"):
		return name
	case strings.HasSuffix(name, "ses"):
		return strings.TrimSuffix(name, "es")
	default:
		return strings.TrimSuffix(name, "s")
	}
}

package xapitest

import (
	"net/url"
	"slices"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// entities shows what stands in a text, nil where nothing does.
func entities(v *view, found *world.Entities) any {
	if found.Empty() {
		return nil
	}
	made := object{}
	for name, list := range map[string][]world.Entity{"hashtags": found.Hashtags, "cashtags": found.Cashtags} {
		for _, e := range list {
			made[name] = append(objects(made[name]), object{"start": e.Start, "end": e.End, "tag": e.Text})
		}
	}
	for _, e := range found.Mentions {
		mention := object{"start": e.Start, "end": e.End, "username": e.Text}
		if u := v.w.UserNamed(e.Text); u != nil {
			mention["id"] = u.ID
		}
		made["mentions"] = append(objects(made["mentions"]), mention)
	}
	for _, e := range found.URLs {
		link := object{"start": e.Start, "end": e.End, "url": e.Text, "expanded_url": e.Text, "display_url": e.Text}
		if parsed, err := url.Parse(e.Text); err == nil {
			link["display_url"] = parsed.Host + parsed.Path
		}
		made["urls"] = append(objects(made["urls"]), link)
	}
	return made
}

func objects(list any) []object {
	made, _ := list.([]object)
	return made
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

package xapitest

import (
	"strings"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// Communities and news, which the API only reads.
var readingHandlers = map[string]handler{
	"getCommunitiesById": inWorld(func(v *view) answer { return v.one(kindCommunity, "id", v.c.params["id"]) }),
	"searchCommunities":  inWorld((*view).searchCommunities),
	"getNews":            inWorld(func(v *view) answer { return v.one(kindNews, "id", v.c.params["id"]) }),
	"searchNews":         inWorld((*view).searchNews),
}

// paged answers with a page of entities of a family.
func (v *view) paged(p pager, found []entity) answer {
	shown, meta, refused := page(v, p, found, docKey)
	if refused != nil {
		return *refused
	}
	return v.list(shown, meta)
}

// saying returns a filter for things whose fields have the words that the query has.
func (v *view) saying(fields ...string) func(*world.Doc) bool {
	query := strings.ToLower(v.c.query.Get("query"))
	return func(d *world.Doc) bool {
		text := ""
		for _, name := range fields {
			text += strings.ToLower(d.Text(name)) + " "
		}
		return strings.Contains(text, query)
	}
}

func (v *view) searchCommunities() answer {
	return v.paged(pager{most: 10, oneWay: true, uncounted: true}, v.docs("communities", v.saying("name", "description")))
}

func (v *view) searchNews() answer {
	found := v.docs("news", v.saying("name", "summary", "hook"))
	return v.counted(capped(found, v.c.number("max_results", 10)))
}

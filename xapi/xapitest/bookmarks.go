package xapitest

import (
	"net/http"
	"slices"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

var bookmarkHandlers = map[string]handler{
	"getUsersBookmarks":           inWorld((*view).bookmarks),
	"createUsersBookmark":         inWorld((*view).bookmark),
	"deleteUsersBookmark":         inWorld((*view).unbookmark),
	"getUsersBookmarkFolders":     inWorld((*view).folders),
	"createUsersBookmarkFolder":   inWorld((*view).createFolder),
	"getUsersBookmarksByFolderId": inWorld((*view).filed),
}

func (v *view) bookmarks() answer {
	me, refused := v.self("id")
	if refused != nil {
		return *refused
	}
	return v.shownPosts(pager{most: 100}, v.w.Bookmarks.From(me))
}

func (v *view) bookmark() answer {
	me, refused := v.self("id")
	if refused != nil {
		return *refused
	}
	p, refused := v.tweet()
	if refused != nil {
		return *refused
	}
	v.w.Bookmark(me, p, v.c.now)
	return v.ok(http.StatusOK, object{"bookmarked": true})
}

func (v *view) unbookmark() answer {
	me, refused := v.self("id")
	if refused != nil {
		return *refused
	}
	if p := v.w.Newest(v.c.params["tweet_id"]); p != nil {
		v.w.Unbookmark(me, p)
	}
	return v.ok(http.StatusOK, object{"bookmarked": false})
}

func (v *view) folders() answer {
	me, refused := v.self("id")
	if refused != nil {
		return *refused
	}
	found, meta, refused := page(v, pager{most: 100, oneWay: true, uncounted: true}, newestFirst(v.w.Folders(me)), (*world.Folder).Seq)
	if refused != nil {
		return *refused
	}
	data := make([]object, 0, len(found))
	for _, f := range found {
		data = append(data, object{"id": f.ID, "name": f.Name})
	}
	return v.answer(data, meta)
}

func (v *view) createFolder() answer {
	me, refused := v.self("id")
	if refused != nil {
		return *refused
	}
	var body struct {
		Name string `json:"name"`
	}
	_ = v.c.decode(&body)
	f := v.w.AddFolder(me, body.Name, v.c.now)
	return v.ok(http.StatusCreated, object{"id": f.ID, "name": f.Name})
}

// filed answers with the ids of the posts in a folder, and no more.
func (v *view) filed() answer {
	me, refused := v.self("id")
	if refused != nil {
		return *refused
	}
	own := v.w.Folders(me)
	i := slices.IndexFunc(own, func(f *world.Folder) bool { return f.ID == v.c.params["folder_id"] })
	if i < 0 {
		return v.notThere(&kind{resource: "bookmark_folder"}, "folder_id", v.c.params["folder_id"])
	}
	found, meta, refused := page(v, pager{most: 100, oneWay: true, uncounted: true}, newestFirst(v.w.Filed.From(own[i])), edgeKey[*world.Post])
	if refused != nil {
		return *refused
	}
	data := make([]object, 0, len(found))
	for _, e := range found {
		data = append(data, object{"id": e.To.ID})
	}
	return v.answer(data, meta)
}

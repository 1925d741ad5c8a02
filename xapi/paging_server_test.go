package xapi_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi"
)

// dialect is how an operation pages, by what X documents of it.
type dialect struct {
	// floor and ceiling bound max_results, usual is what comes without it; 0 where the operation does not take it.
	floor, ceiling, usual int
	// token are the names that the parameter of the token goes by.
	token []string
	// counts and back say that meta has result_count and previous_token, more that it has has_more.
	counts, back, more bool
}

var (
	both   = []string{"next_token", "pagination_token"}
	single = []string{"pagination_token"}
	next   = []string{"next_token"}
)

// dialects are those of all operations that page.
var dialects = map[string]dialect{
	"getUsersPosts":                           {5, 100, 10, single, true, true, false},
	"getUsersMentions":                        {5, 100, 10, single, true, true, false},
	"getUsersTimeline":                        {1, 100, 100, single, true, true, false},
	"searchPostsRecent":                       {10, 100, 10, both, true, true, false},
	"searchPostsAll":                          {10, 500, 10, both, true, true, false},
	"getPostsCountsRecent":                    {0, 0, 31, both, false, false, false},
	"getPostsCountsAll":                       {0, 0, 31, both, false, false, false},
	"getPostsQuotedPosts":                     {10, 100, 10, single, true, false, false},
	"getPostsLikingUsers":                     {1, 100, 100, single, true, true, false},
	"getPostsRepostedBy":                      {1, 100, 100, single, true, true, false},
	"getPostsReposts":                         {1, 100, 100, single, true, true, false},
	"getUsersRepostsOfMe":                     {1, 100, 100, single, true, true, false},
	"getUsersLikedPosts":                      {5, 100, 100, single, true, true, false},
	"getUsersBookmarks":                       {1, 100, 100, single, true, true, false},
	"getUsersBookmarkFolders":                 {1, 100, 100, single, false, false, false},
	"getUsersBookmarksByFolderId":             {0, 0, 100, single, false, false, false},
	"getUsersFollowers":                       {1, 1000, 100, single, true, true, false},
	"getUsersFollowing":                       {1, 1000, 100, single, true, true, false},
	"getUsersBlocking":                        {1, 1000, 100, single, true, true, false},
	"getUsersAffiliates":                      {1, 1000, 100, single, true, true, false},
	"getUsersMuting":                          {1, 1000, 100, single, true, true, false},
	"searchUsers":                             {1, 1000, 100, next, false, true, false},
	"getListsFollowers":                       {1, 100, 100, single, true, true, false},
	"getListsMembers":                         {1, 100, 100, single, true, true, false},
	"getListsPosts":                           {1, 100, 100, single, true, true, false},
	"getUsersFollowedLists":                   {1, 100, 100, single, true, true, false},
	"getUsersListMemberships":                 {1, 100, 100, single, true, true, false},
	"getUsersOwnedLists":                      {1, 100, 100, single, true, true, false},
	"getSpacesBuyers":                         {1, 100, 100, single, true, true, false},
	"getSpacesPosts":                          {1, 100, 100, single, true, true, false},
	"getDirectMessagesEvents":                 {1, 100, 100, single, true, true, false},
	"getDirectMessagesEventsByParticipantId":  {1, 100, 100, single, true, true, false},
	"getDirectMessagesEventsByConversationId": {1, 100, 100, single, true, true, false},
	"getChatConversations":                    {1, 100, 10, single, true, false, true},
	"getChatConversationEvents":               {1, 100, 10, single, true, false, true},
	"getRules":                                {1, 1000, 1000, single, true, false, false},
	"getConnectionHistory":                    {1, 100, 10, single, true, false, false},
	"searchCommunities":                       {10, 100, 10, both, false, false, false},
	"searchCommunityNotesWritten":             {1, 100, 10, single, true, false, false},
	"searchEligiblePosts":                     {1, 100, 10, single, true, false, false},
	"listBroadcasts":                          {1, 100, 100, single, true, false, false},
	"getBroadcastChat":                        {1, 200, 100, single, true, false, false},
	"listScheduledBroadcasts":                 {1, 100, 100, single, false, false, false},
	"getActivitySubscriptions":                {1, 1000, 100, single, false, false, false},
}

// under is the dialect with the bounds that the contract has, where those are others than it was written down with.
func (d dialect) under(id string) dialect {
	for row := range gen.Operations() {
		if row.ID == id && (row.Paging.Floor != d.floor || row.Paging.Ceiling != d.ceiling) {
			d.floor, d.ceiling = row.Paging.Floor, row.Paging.Ceiling
			d.usual = max(d.usual, d.floor)
			if d.ceiling > 0 {
				d.usual = min(d.usual, d.ceiling)
			}
		}
	}
	return d
}

// most is how many elements a page has at the most.
func (d dialect) most() int { return cmp.Or(d.ceiling, d.usual) }

// pagingServer has a list of n elements, whose ids count down from n, and pages it as the dialect says. It is the tests'
// own: it shares nothing with the client or the sandbox.
type pagingServer struct {
	*httptest.Server
	dialect dialect
	// mischief changes what the n-th request is answered with, from 0. ids are those that would stand on the page.
	mischief func(n int, page *pageOf)

	mu    sync.Mutex
	n     int
	asked []url.Values
	paid  int
}

// pageOf is a page before it is written.
type pageOf struct {
	status   int
	header   http.Header
	ids      []int
	meta     map[string]any
	problems []any
	bare     bool // without meta
}

func newPagingServer(t *testing.T, d dialect, n int) *pagingServer {
	s := &pagingServer{dialect: d, n: n}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// tokenFor is the token of the page behind so many elements, as long as every operation takes it.
func tokenFor(offset int) string { return fmt.Sprintf("t%015d", offset) }

func (s *pagingServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	query := r.URL.Query()
	nth := len(s.asked)
	s.asked = append(s.asked, query)
	size := s.dialect.usual
	if text := query.Get("max_results"); text != "" {
		size, _ = strconv.Atoi(text)
		if size < s.dialect.floor || size > s.dialect.ceiling {
			http.Error(w, `{"title":"Invalid Request"}`, http.StatusBadRequest)
			return
		}
	}
	from := 0
	for _, name := range s.dialect.token { // another name is ignored, as X does
		if text := strings.TrimPrefix(query.Get(name), "t"); text != "" {
			from, _ = strconv.Atoi(text)
		}
	}
	page := pageOf{status: http.StatusOK, header: w.Header(), meta: map[string]any{}}
	for i := from; i < min(from+size, s.n); i++ {
		page.ids = append(page.ids, s.n-i)
	}
	if from+size < s.n {
		page.meta["next_token"] = tokenFor(from + size)
	}
	if from > 0 && s.dialect.back {
		page.meta["previous_token"] = tokenFor(max(0, from-size))
	}
	if s.dialect.more {
		page.meta["has_more"] = from+size < s.n
	}
	if s.mischief != nil {
		s.mischief(nth, &page)
	}
	if s.dialect.counts {
		page.meta["result_count"] = len(page.ids)
	}
	answer := map[string]any{"meta": page.meta}
	if page.bare {
		delete(answer, "meta")
	}
	if len(page.ids) > 0 {
		data := []byte(`[{"id":"`)
		for i, id := range page.ids {
			if i > 0 {
				data = append(data, `"},{"id":"`...)
			}
			data = strconv.AppendInt(data, int64(id), 10)
		}
		answer["data"] = json.RawMessage(append(data, `"}]`...))
	}
	if page.problems != nil {
		answer["errors"] = page.problems
	}
	if page.status/100 == 2 {
		s.paid += len(page.ids)
	} else {
		answer = map[string]any{"title": http.StatusText(page.status), "status": page.status, "type": "about:blank"}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(page.status)
	_ = json.NewEncoder(w).Encode(answer)
}

// client returns a client of the server, which waits for nothing.
func (s *pagingServer) client(t *testing.T, opts ...xapi.ClientOption) *xapi.Client {
	client, err := xapi.New(append([]xapi.ClientOption{
		xapi.WithBaseURL(s.URL), xapi.WithAccessToken("t"), xapi.WithBearerToken("b"), xapi.WithBackoff(time.Microsecond, time.Microsecond),
		xapi.WithValidation(xapi.Enforce, xapi.Off),
	}, opts...)...)
	require.NoError(t, err)
	return client
}

// listing is a Pager of any type.
type listing struct{ pager reflect.Value }

// list calls the method of an operation that reads its whole list.
func list(client *xapi.Client, op xapi.Operation, opts ...xapi.PagerOption) listing {
	method := reflect.ValueOf(client).MethodByName(op.Name + "Pages")
	var in []reflect.Value
	for range op.Arguments {
		argument := "1234567890123"
		if op.ID == xapi.OpGetDirectMessagesEventsByConversationID {
			argument = "1-2"
		}
		in = append(in, reflect.ValueOf(argument))
	}
	params := reflect.New(method.Type().In(len(in)).Elem())
	for _, param := range op.Parameters {
		if param.Required {
			for i := range params.Elem().NumField() {
				name, _, _ := strings.Cut(params.Elem().Type().Field(i).Tag.Get("form"), ",")
				switch field := params.Elem().Field(i); {
				case name != param.Name:
				case field.Kind() == reflect.Bool:
					field.SetBool(true)
				case len(param.Values) > 0:
					field.SetString(param.Values[0])
				default:
					field.SetString("cats")
				}
			}
		}
	}
	in = append(in, params)
	for _, opt := range opts {
		in = append(in, reflect.ValueOf(opt))
	}
	return listing{method.Call(in)[0]}
}

// each calls yield with every element, and returns how the loop ended.
func (l listing) each(ctx context.Context, yield func(id string) bool) (failed error) {
	loop := l.pager.MethodByName("Each").Call([]reflect.Value{reflect.ValueOf(ctx)})[0]
	raw, _ := l.pager.MethodByName("Raw").Interface().(func() json.RawMessage)
	loop.Call([]reflect.Value{reflect.MakeFunc(loop.Type().In(0), func(in []reflect.Value) []reflect.Value {
		if err, ok := in[1].Interface().(error); ok {
			failed = err
			return []reflect.Value{reflect.ValueOf(false)}
		}
		if field := in[0].FieldByName("ID"); field.IsValid() {
			return []reflect.Value{reflect.ValueOf(yield(field.String()))}
		}
		id, _ := xapi.Field[string](raw(), "id")
		return []reflect.Value{reflect.ValueOf(yield(id))}
	})})
	return failed
}

// all are the ids that a loop comes by.
func (l listing) all(t *testing.T) (ids []string, err error) {
	err = l.each(t.Context(), func(id string) bool {
		ids = append(ids, id)
		return true
	})
	return ids, err
}

func (l listing) cursor() string { return l.pager.MethodByName("Cursor").Call(nil)[0].String() }

func (l listing) stopped() xapi.StopReason {
	return xapi.StopReason(l.pager.MethodByName("Stopped").Call(nil)[0].String())
}

// down are the ids of a list of n, from the first on.
func down(n, count int) []string {
	var ids []string
	for i := range count {
		ids = append(ids, strconv.Itoa(n-i))
	}
	return ids
}

// same requires two lists of ids to be the same, and says where they are not.
func same(t *testing.T, want, got []string, about ...any) {
	t.Helper()
	for i := range min(len(want), len(got)) {
		require.Equal(t, want[i], got[i], "element %d", i)
	}
	if len(want) != len(got) {
		require.Fail(t, fmt.Sprintf("%d elements, not %d", len(got), len(want)), about...)
	}
}

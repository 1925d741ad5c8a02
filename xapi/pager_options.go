package xapi

// PagerOption changes how a Pager reads. A nil one is ignored.
type PagerOption func(*pagerSettings)

type pagerSettings struct {
	limit, mostEmpty   int
	from               string
	distinct, prefetch bool
	problems           *[]Problem
	calls              []CallOption
}

// defaultMostEmpty is how many pages with nothing on them are gone past in a row. X gives such pages: private metrics of
// old posts, excluded replies.
const defaultMostEmpty = 25

// Limit ends the list after n elements; pages are asked for no larger than that needs, as far as the operation allows.
// 0 is no limit.
func Limit(n int) PagerOption { return func(s *pagerSettings) { s.limit = max(0, n) } }

// From goes on where another Pager stopped, which returned the cursor. An empty one begins at the start. The parameters
// have to be those of the other list.
func From(cursor string) PagerOption { return func(s *pagerSettings) { s.from = cursor } }

// Distinct leaves out elements whose id was given before: lists shift while they are read. It remembers every id that this
// Pager gave, and none that another did before a cursor.
func Distinct() PagerOption { return func(s *pagerSettings) { s.distinct = true } }

// Prefetch asks for the next page while the caller works on the one in hand. A page that is then not read has been paid
// for.
func Prefetch() PagerOption { return func(s *pagerSettings) { s.prefetch = true } }

// EmptyPages goes past up to n pages with nothing on them in a row before it is an error, 25 without this option.
func EmptyPages(n int) PagerOption { return func(s *pagerSettings) { s.mostEmpty = max(1, n) } }

// CollectProblems has the problems of every page that is read appended to all: what could not be shown of it, and why.
// They stand in the Errors of the pages as well, which Each does not give out.
func CollectProblems(all *[]Problem) PagerOption {
	return func(s *pagerSettings) { s.problems = all }
}

// ForEachPage gives the call of every page these options.
func ForEachPage(opts ...CallOption) PagerOption {
	return func(s *pagerSettings) { s.calls = append(s.calls, opts...) }
}

package webhook

// For the tests of how JSON is taken apart.
var (
	Object   = object
	Elements = elements
)

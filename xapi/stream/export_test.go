package stream

// Endpoint returns the name that the connections operations have for a stream.
func Endpoint(operation string) string { return endpoints[operation] }

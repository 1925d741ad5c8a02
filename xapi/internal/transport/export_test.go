package transport

// Tuned and the times that it sets are what Lanes make of a transport.
var Tuned = tuned

// The times by which dead connections are found.
const (
	PingAfter, PingWithin = pingAfter, pingWithin
	BulkPingWithin        = bulkPingWithin
)

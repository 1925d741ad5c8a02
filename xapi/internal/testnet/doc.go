// Package testnet is the network that tests go through: servers that speak TLS with HTTP/2 or HTTP/1.1, links that delay,
// throttle, cut and swallow what passes, a proxy that refuses to connect, and a server that misbehaves frame by frame.
// Everything stays on the loopback addresses and ends with the test.
package testnet

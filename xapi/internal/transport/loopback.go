package transport

import "net/netip"

// Loopback reports whether host, a name or an address without a port, can only be this machine: what is sent there in
// clear text stays on it.
func Loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

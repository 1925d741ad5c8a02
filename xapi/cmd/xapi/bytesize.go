package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// byteSize is a flag in bytes, with or without a unit.
type byteSize int64

var units = []struct {
	suffix string
	bytes  float64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}, {"B", 1}}

// Set reads a size like 1048576, 512KiB, 4MiB or 5MB.
func (b *byteSize) Set(text string) error {
	number, factor := text, 1.0
	for _, unit := range units {
		if strings.HasSuffix(text, unit.suffix) {
			number, factor = strings.TrimSuffix(text, unit.suffix), unit.bytes
			break
		}
	}
	value, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || value*factor < 1 || value*factor > math.MaxInt64/2 || math.IsNaN(value) {
		return fmt.Errorf("%q is not a size like 1048576, 512KiB or 4MiB", text)
	}
	*b = byteSize(value * factor)
	return nil
}

// String returns the size in bytes.
func (b *byteSize) String() string {
	if *b == 0 {
		return ""
	}
	return strconv.FormatInt(int64(*b), 10)
}

// Type names the kind of value in help texts.
func (b *byteSize) Type() string { return "size" }

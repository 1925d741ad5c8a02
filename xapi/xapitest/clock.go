package xapitest

import (
	"math/rand/v2"
	"strconv"
	"time"
)

// clock tells the sandbox's time: that of its base, moved by what Advance added.
type clock struct {
	base   func() time.Time
	offset time.Duration
}

func (c clock) now() time.Time { return c.base().Add(c.offset) }

// ids hands out ids of the API's form: 19 digits, rising. The same seed gives the same ids.
type ids struct {
	last   int64
	random *rand.Rand
}

func newIDs(seed uint64) ids {
	return ids{last: 1_900_000_000_000_000_000, random: rand.New(rand.NewPCG(seed, 0))} //nolint:gosec // ids are no secrets
}

func (i *ids) next() string {
	i.last += 1 + i.random.Int64N(1<<22)
	return strconv.FormatInt(i.last, 10)
}

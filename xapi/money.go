package xapi

import (
	"fmt"
	"maps"
	"strings"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/gen/wire"
)

// Money is an amount in millionths of a US dollar.
type Money int64

// Dollar is one US dollar.
const Dollar Money = 1_000_000

// String writes the amount in dollars, to as many digits as it has: $0.005.
func (m Money) String() string {
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	text := fmt.Sprintf("%s$%d.%06d", sign, m/Dollar, m%Dollar)
	for strings.HasSuffix(text, "0") && text[len(text)-3] != '.' {
		text = text[:len(text)-1]
	}
	return text
}

// Unit is something that X charges for: [UnitPost] for each post that an answer has, [UnitPostCreate] for publishing one.
// [DefaultPrices] has all of them.
type Unit string

// Prices are what units cost. What is not there costs nothing.
type Prices map[Unit]Money

// DefaultPrices returns the prices that X published on [PricesDate], for accounts that pay with credits.
func DefaultPrices() Prices {
	prices := Prices{}
	for _, price := range gen.Prices {
		prices[Unit(price.Unit)] = Money(price.Amount)
	}
	return prices
}

// priceOf returns the price of a unit, nil where it has none.
func priceOf(unit Unit) *wire.Price {
	for i := range gen.Prices {
		if gen.Prices[i].Unit == string(unit) {
			return &gen.Prices[i]
		}
	}
	return nil
}

// Charge is what calls come to: how many of which units, and what they cost.
type Charge struct {
	Units  map[Unit]int
	Amount Money
}

// String writes what the charge is for: 100 × post, 37 × user: $0.87.
func (c Charge) String() string {
	var parts []string
	for _, price := range gen.Prices {
		if n := c.Units[Unit(price.Unit)]; n != 0 {
			parts = append(parts, fmt.Sprintf("%d × %s", n, price.Unit))
		}
	}
	if len(parts) == 0 {
		return c.Amount.String()
	}
	return strings.Join(parts, ", ") + ": " + c.Amount.String()
}

// charge is what so many units cost.
func (p Prices) charge(units map[Unit]int) Charge {
	charge := Charge{Units: maps.Clone(units)}
	for unit, n := range units {
		charge.Amount += p[unit] * Money(n)
	}
	return charge
}

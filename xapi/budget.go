package xapi

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"sync"
	"time"
)

// Budget bounds what calls cost, by an estimate: before a call is sent, the most that it may cost is set aside, and
// where that is more than is left the call is refused with a *BudgetError and nothing is sent; after it, what the answer
// has is counted, and the rest is given back. Give it to a client, a list or a call by [WithBudget]. It is safe for
// concurrent use.
//
// The estimate errs upwards. Every resource of an answer is counted, those in includes too, though X charges one only
// once a day and one's own at less; failed and empty answers are free; a call whose outcome is unknown is counted as
// estimated. What includes bring along is bounded before the call by one resource for each element and expansion: where
// they bring more, as mentions may, a budget is exceeded by that. Operations without a published price cost nothing.
type Budget struct {
	limit   Money
	prices  Prices
	counter SpendCounter
	name    string
	period  time.Duration

	mu    sync.Mutex
	spent Charge
	// taken is what is spent of a count that is not shared.
	taken Money
}

// SpendCounter counts what a fleet spends together; *store.Store of package xapi/store is one.
type SpendCounter interface {
	// Spend adds amount, in millionths of a dollar, to what is spent under name, unless that were more than limit, and
	// reports whether it did. The count begins anew when period has passed since the first spending, 0 is never. A
	// negative amount gives back.
	Spend(ctx context.Context, name string, amount, limit int64, period time.Duration) (spent int64, done bool, err error)
}

// BudgetOption changes how a budget counts.
type BudgetOption func(*Budget)

// NewBudget returns a budget of limit. With a limit of 0, everything that costs is refused, with its estimate in the
// error.
func NewBudget(limit Money, opts ...BudgetOption) *Budget {
	b := &Budget{limit: limit, prices: DefaultPrices()}
	for _, opt := range opts {
		opt(b)
	}
	return b
}

// WithPrices replaces prices: those of an agreement, or of a day later than [PricesDate]. Units that prices does not have
// keep theirs.
func WithPrices(prices Prices) BudgetOption {
	return func(b *Budget) { maps.Copy(b.prices, prices) }
}

// WithSharedCount has all budgets of that name share one count, by which the limit holds for a fleet. period is as
// [SpendCounter] has it. A call is refused where the counter cannot be asked.
func WithSharedCount(counter SpendCounter, name string, period time.Duration) BudgetOption {
	return func(b *Budget) { b.counter, b.name, b.period = counter, name, period }
}

// Spent returns what was spent by this budget, what is set aside for calls under way included: by kind, and in all.
func (b *Budget) Spent() Charge {
	b.mu.Lock()
	defer b.mu.Unlock()
	return Charge{Units: maps.Clone(b.spent.Units), Amount: b.spent.Amount}
}

// Left returns how much of the limit this budget has not spent. Of a shared count it does not know what others spent.
func (b *Budget) Left() Money { return b.limit - b.Spent().Amount }

// BudgetError is a call that was not sent because it may cost more than its budget has left.
type BudgetError struct {
	// Operation is the operationId of the call.
	Operation string
	// Estimate is the most that it would cost.
	Estimate Charge
	// Spent is what is spent already, by all that share the budget, and Limit the whole of it.
	Spent, Limit Money
}

// Error says what the call would cost, and what is left.
func (e *BudgetError) Error() string {
	return fmt.Sprintf("%s: not sent: it may cost %s, and %s of the budget of %s is spent: ask for less, or raise the budget",
		e.Operation, e.Estimate, e.Spent, e.Limit)
}

// reserve sets the estimate of a call aside.
func (b *Budget) reserve(ctx context.Context, operation string, units map[Unit]int) error {
	estimate := b.prices.charge(units)
	if estimate.Amount == 0 {
		return nil
	}
	spent, done, err := b.take(ctx, estimate.Amount)
	if err != nil {
		return fmt.Errorf("%s: not sent: counting what it costs: %w", operation, err)
	}
	if !done {
		return &BudgetError{Operation: operation, Estimate: estimate, Spent: spent, Limit: b.limit}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.add(units, 1)
	return nil
}

// take sets an amount aside where the limit allows it, and returns what is spent.
func (b *Budget) take(ctx context.Context, amount Money) (spent Money, done bool, err error) {
	if b.counter != nil {
		total, done, err := b.counter.Spend(ctx, b.name, int64(amount), int64(b.limit), b.period)
		return Money(total), done, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.taken+amount > b.limit {
		return b.taken, false, nil
	}
	b.taken += amount
	return b.taken, true, nil
}

// settle replaces what was set aside by what a call came to.
func (b *Budget) settle(ctx context.Context, reserved, came map[Unit]int) error {
	difference := b.prices.charge(came).Amount - b.prices.charge(reserved).Amount
	b.mu.Lock()
	b.add(reserved, -1)
	b.add(came, 1)
	b.taken += difference
	b.mu.Unlock()
	if b.counter == nil || difference == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTimeout)
	defer cancel()
	_, _, err := b.counter.Spend(ctx, b.name, int64(difference), math.MaxInt64, b.period)
	return err
}

// settleTimeout bounds how long a counter may take to be told, after the caller's context has ended.
const settleTimeout = 5 * time.Second

// add counts units, mu held.
func (b *Budget) add(units map[Unit]int, times int) {
	if b.spent.Units == nil {
		b.spent.Units = map[Unit]int{}
	}
	for unit, n := range units {
		if b.spent.Units[unit] += times * n; b.spent.Units[unit] == 0 {
			delete(b.spent.Units, unit)
		}
		b.spent.Amount += Money(times*n) * b.prices[unit]
	}
}

// WithBudget counts what calls cost, and refuses those that may cost more than is left; see [Budget]. A call is held to
// every budget it is given, the client's and its own. Nothing is counted without this option.
func WithBudget(budget *Budget) Option {
	return func(s *settings) error {
		if budget == nil {
			return errors.New("WithBudget: the budget is nil; leave the option out to count nothing")
		}
		s.accounts = append(s.accounts[:len(s.accounts):len(s.accounts)], budget)
		return nil
	}
}

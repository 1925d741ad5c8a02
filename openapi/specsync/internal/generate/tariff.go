package generate

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/model"
)

// Tariff is what X publishes beside its spec: how many calls it allows, and what they cost.
type Tariff struct {
	limits limitsFile
	prices pricesFile
}

type limitsFile struct {
	Source, Date string
	Operations   map[string]string
}

type pricesFile struct {
	Source, Date string
	// Resources and Requests are the prices in dollars of a resource and of a request.
	Resources, Requests map[string]float64
	// Includes and Expansions say which resource a key of `includes` holds, and an expansion asks for.
	Includes, Expansions map[string]string
	// Most is how many resources an answer of an operation has, where no parameter says so.
	Most map[string]int
	// Operations are the units that operations are charged by.
	Operations map[string]string
}

// limit is so many calls in a span, for an app or a user of it.
type limit struct {
	calls int
	per   time.Duration
	user  bool
}

// ReadTariff reads openapi/limits.yaml and openapi/prices.yaml. What names an operation or a unit that is not there is
// refused.
func ReadTariff(m *model.Model, limits, prices []byte) (*Tariff, error) {
	t := new(Tariff)
	for name, file := range map[string]struct {
		text []byte
		into any
	}{"limits": {limits, &t.limits}, "prices": {prices, &t.prices}} {
		decoder := yaml.NewDecoder(bytes.NewReader(file.text))
		decoder.KnownFields(true)
		if err := decoder.Decode(file.into); err != nil {
			return nil, fmt.Errorf("the %s are not readable: %w", name, err)
		}
	}
	return t, t.check(m)
}

func (t *Tariff) check(m *model.Model) error {
	known := map[string]bool{}
	for _, operation := range m.Operations {
		known[operation.ID] = true
	}
	for id, text := range t.limits.Operations {
		if !known[id] {
			return fmt.Errorf("the limits: %s is no operation of the model", id)
		}
		if _, err := readLimits(text); err != nil {
			return fmt.Errorf("the limits of %s: %w", id, err)
		}
	}
	for id, unit := range t.prices.Operations {
		_, resource := t.prices.Resources[unit]
		_, request := t.prices.Requests[unit]
		if !known[id] || !resource && !request {
			return fmt.Errorf("the prices: %s is no operation of the model, or %s has no price", id, unit)
		}
	}
	for _, units := range []map[string]string{t.prices.Includes, t.prices.Expansions} {
		for name, unit := range units {
			if _, ok := t.prices.Resources[unit]; !ok {
				return fmt.Errorf("the prices: %s is a %s, which has no price", name, unit)
			}
		}
	}
	return nil
}

var limitPattern = regexp.MustCompile(`^(app|user) ([0-9]+)/([0-9]+[smh])$`)

// readLimits reads "app 450/15m, user 900/15m".
func readLimits(text string) ([]limit, error) {
	var all []limit
	for part := range strings.SplitSeq(text, ", ") {
		found := limitPattern.FindStringSubmatch(part)
		if found == nil {
			return nil, fmt.Errorf("%q is not like app 450/15m", part)
		}
		calls, err := strconv.Atoi(found[2])
		if err != nil {
			return nil, err
		}
		per, err := time.ParseDuration(found[3])
		if err != nil {
			return nil, err
		}
		all = append(all, limit{calls: calls, per: per, user: found[1] == "user"})
	}
	return all, nil
}

// of adds to an endpoint what the tariff has of it.
func (t *Tariff) of(e *endpoint) error {
	if text := t.limits.Operations[e.ID]; text != "" {
		limits, err := readLimits(text)
		if err != nil {
			return err
		}
		e.Limits = limits
	}
	if e.Unit = t.prices.Operations[e.ID]; e.Unit != "" {
		price, perResource := t.prices.Resources[e.Unit]
		if !perResource {
			price = t.prices.Requests[e.Unit]
		}
		e.Price = fmt.Sprintf("$%.3f", price)
		if perResource {
			e.Price += " for each " + e.Unit + " that it returns"
		}
	}
	if most := t.prices.Most[e.ID]; most > 0 {
		e.Most = most
	}
	return nil
}

// write writes the prices as Go source.
func (t *Tariff) write(out *bytes.Buffer, m *model.Model) {
	fmt.Fprintf(out, "// PricesDate is the day of X's list of prices that Prices is from.\nconst PricesDate = %q\n\n", t.prices.Date)
	out.WriteString("// Prices are what X charges for, in millionths of a dollar.\nvar Prices = [...]wire.Price{\n")
	for _, group := range []struct {
		prices   map[string]float64
		resource bool
	}{{t.prices.Resources, true}, {t.prices.Requests, false}} {
		for _, unit := range slices.Sorted(maps.Keys(group.prices)) {
			fmt.Fprintf(out, "{Unit: %q, Amount: %d", unit, int64(math.Round(group.prices[unit]*1e6)))
			if group.resource {
				out.WriteString(", Resource: true")
			}
			out.WriteString("},\n")
		}
	}
	out.WriteString("}\n\n// Brought is what comes along with answers: the unit of each key of includes and of each expansion, in either spelling.\nvar Brought = [...]wire.Unit{\n")
	for _, list := range []map[string]string{t.prices.Includes, t.prices.Expansions} {
		for _, name := range slices.Sorted(maps.Keys(list)) {
			fmt.Fprintf(out, "{Name: %q, Unit: %q},\n", name, list[name])
			if old := oldExpansion(m, name); old != "" {
				fmt.Fprintf(out, "{Name: %q, Unit: %q},\n", old, list[name])
			}
		}
	}
	out.WriteString("}\n\n")
}

// oldExpansion is what an expansion was called before, or nothing.
func oldExpansion(m *model.Model, name string) string {
	for enum, of := range m.Enums {
		if !strings.HasSuffix(enum, "Expansion") {
			continue
		}
		for _, value := range of.Values {
			if value.Name == name && value.Old != "" {
				return value.Old
			}
		}
	}
	return ""
}

// allowed are the limits in words.
func (e endpoint) allowed() string {
	var all []string
	for _, l := range e.Limits {
		whose := "an app"
		if l.user {
			whose = "a user"
		}
		calls := "calls"
		if l.calls == 1 {
			calls = "call"
		}
		all = append(all, fmt.Sprintf("%d %s in %s for %s", l.calls, calls, span(l.per), whose))
	}
	return strings.Join(all, ", ")
}

func span(d time.Duration) string {
	switch {
	case d >= time.Hour:
		return fmt.Sprintf("%d hours", d/time.Hour)
	case d >= time.Minute:
		return fmt.Sprintf("%d minutes", d/time.Minute)
	case d == time.Second:
		return "a second"
	}
	return fmt.Sprintf("%d seconds", d/time.Second)
}

// tariff writes what the row of an operation has of the tariff.
func (e endpoint) tariff(out *bytes.Buffer, lists *lists) {
	if len(e.Limits) > 0 {
		var text strings.Builder
		text.WriteString("[]wire.Limit{")
		for _, l := range e.Limits {
			fmt.Fprintf(&text, "{Calls: %d, Per: %d, User: %t}, ", l.calls, l.per, l.user)
		}
		fmt.Fprintf(out, "Limits: %s,\n", lists.name("limits", strings.TrimSuffix(text.String(), ", ")+"}"))
	}
	for _, text := range []struct{ name, value string }{{"Unit", e.Unit}, {"Batch", e.Batch}, {"Body", strings.ReplaceAll(e.Body, model.Raw, "struct{}")}} {
		if text.value != "" {
			fmt.Fprintf(out, "%s: %q,\n", text.name, text.value)
		}
	}
	if e.Most > 0 {
		fmt.Fprintf(out, "Most: %d,\n", e.Most)
	}
}

// units writes the units as constants.
func (t *Tariff) units(out *bytes.Buffer) {
	out.WriteString("// What X charges for: a resource of an answer, or a request.\nconst (\n")
	for _, prices := range []map[string]float64{t.prices.Resources, t.prices.Requests} {
		for _, unit := range slices.Sorted(maps.Keys(prices)) {
			fmt.Fprintf(out, "Unit%s Unit = %q\n", model.GoName(strings.ReplaceAll(unit, "-", "_")), unit)
		}
	}
	out.WriteString(")\n")
}

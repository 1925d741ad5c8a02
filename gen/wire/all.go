package wire

import "slices"

// All stands, among the values of a parameter that lists fields or expansions, for all that the operation offers.
const All = "*"

// owners are fields that X shows to the owner of a post, of media or of an account alone, and refuses to others.
var owners = []string{"confirmed_email", "non_public_metrics", "organic_metrics", "promoted_metrics"}

// offered puts what an operation offers in the place of All, in Go's spelling, without what is for owners alone.
func offered(param *Param, values []string) []string {
	if !slices.Contains(values, All) {
		return values
	}
	named := slices.DeleteFunc(slices.Clone(values), func(value string) bool { return value == All })
	for _, value := range param.Values {
		for _, pair := range param.Old {
			if pair.Old == value {
				value = pair.New
			}
		}
		if !slices.Contains(owners, value) && !slices.Contains(named, value) {
			named = append(named, value)
		}
	}
	return named
}

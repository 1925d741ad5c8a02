package witness

import "cmp"

func asItIs(value any) any { return value }

// spelling writes values with other names of fields.
func spelling(names map[string]string) func(any) any {
	if len(names) == 0 {
		return asItIs
	}
	var respelled func(any) any
	respelled = func(value any) any {
		switch value := value.(type) {
		case object:
			all := object{}
			for name, inner := range value {
				all[cmp.Or(names[name], name)] = respelled(inner)
			}
			return all
		case []any:
			all := make([]any, len(value))
			for i := range value {
				all[i] = respelled(value[i])
			}
			return all
		}
		return value
	}
	return respelled
}

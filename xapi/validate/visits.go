package validate

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// visits are the two ways to hold a value against a schema of one contract: the fast one stops at the first broken rule
// and does not describe it, the full one gathers every broken rule.
type visits struct {
	// formats are how the formats of texts are checked, those that stand for patterns included.
	formats map[string]openapi3.StringFormatValidator
	// directional says that a schema is for requests alone or for answers alone, so that the two differ.
	directional           bool
	ofRequest, ofResponse struct {
		// formats are how the formats of texts are checked, those that stand for patterns included.
		formats    map[string]openapi3.StringFormatValidator
		fast, full []openapi3.SchemaValidationOption
	}
}

func newVisits(shapes *shapes) visits {
	formats := openapi3.WithStringFormatValidators(shapes.formats)
	fast := []openapi3.SchemaValidationOption{openapi3.FailFast(), openapi3.DisablePatternValidation(), formats}
	full := []openapi3.SchemaValidationOption{
		openapi3.MultiErrors(), openapi3.DisablePatternValidation(), formats,
	}
	v := visits{directional: shapes.directional, formats: shapes.formats}
	v.ofRequest.fast, v.ofRequest.full = fast, full
	v.ofResponse = v.ofRequest
	if shapes.directional { // telling requests from responses costs kin-openapi a copy of the value at each oneOf
		v.ofRequest.fast = append(slices.Clone(fast), openapi3.VisitAsRequest())
		v.ofRequest.full = append(slices.Clone(full), openapi3.VisitAsRequest())
		v.ofResponse.fast = append(slices.Clone(fast), openapi3.VisitAsResponse())
		v.ofResponse.full = append(slices.Clone(full), openapi3.VisitAsResponse())
	}
	return v
}

func (v *visits) fast(request bool) []openapi3.SchemaValidationOption {
	if request {
		return v.ofRequest.fast
	}
	return v.ofResponse.fast
}

func (v *visits) full(request bool) []openapi3.SchemaValidationOption {
	if request {
		return v.ofRequest.full
	}
	return v.ofResponse.full
}

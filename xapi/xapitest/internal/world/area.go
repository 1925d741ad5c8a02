package world

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// How long a mile is in kilometres, the Earth's radius, and how wide an area of a query may be.
const (
	mile        = 1.609344
	earthRadius = 6371.0
	maxRadius   = 40.3
)

// numbers reads so many numbers in brackets, with spaces between them.
func numbers(value string, n int) ([]float64, error) {
	inner, closed := strings.CutSuffix(strings.TrimPrefix(value, "["), "]")
	words := strings.Fields(inner)
	found := make([]float64, 0, n)
	for _, word := range words {
		number, err := strconv.ParseFloat(word, 64)
		if err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
			closed = false
		}
		found = append(found, number)
	}
	if !closed || !strings.HasPrefix(value, "[") || len(found) != n {
		return nil, fmt.Errorf("'%s' is no area: write longitudes and latitudes in brackets, with spaces between them", value)
	}
	return found, nil
}

// pointRadius asks for posts within so many km, or mi, of a point: [longitude latitude radius].
func pointRadius(value string) (clause, error) {
	unit := 1.0
	plain, miles := strings.CutSuffix(value, "mi]")
	if miles {
		unit = mile
	} else {
		plain = strings.TrimSuffix(value, "km]")
	}
	if plain == value {
		return nil, fmt.Errorf("'%s' has no radius in km or mi", value)
	}
	area, err := numbers(plain+"]", 3)
	if err != nil {
		return nil, err
	}
	radius := area[2] * unit
	if radius <= 0 || radius > maxRadius {
		return nil, fmt.Errorf("the radius of '%s' must be above 0 and at most 25mi", value)
	}
	return func(_ *World, p *Post) bool {
		return p.Place != nil && apart(area[0], area[1], p.Place.Lon, p.Place.Lat) <= radius
	}, nil
}

// boundingBox asks for posts in a rectangle: [west_longitude south_latitude east_longitude north_latitude].
func boundingBox(value string) (clause, error) {
	box, err := numbers(value, 4)
	if err != nil {
		return nil, err
	}
	return func(_ *World, p *Post) bool {
		return p.Place != nil && box[0] <= p.Place.Lon && p.Place.Lon <= box[2] && box[1] <= p.Place.Lat && p.Place.Lat <= box[3]
	}, nil
}

// apart is how many kilometres lie between two points of the Earth.
func apart(lon1, lat1, lon2, lat2 float64) float64 {
	radians := func(degrees float64) float64 { return degrees * math.Pi / 180 }
	north, east := math.Sin(radians(lat2-lat1)/2), math.Sin(radians(lon2-lon1)/2)
	return 2 * earthRadius * math.Asin(math.Min(1, math.Sqrt(north*north+math.Cos(radians(lat1))*math.Cos(radians(lat2))*east*east)))
}

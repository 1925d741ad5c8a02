package world

import "strings"

// Hints about queries that cannot be read.
const (
	hintNarrow  = "has:, is: and lang: only narrow a query down: add a word, a #tag, from: or the like"
	hintMinus   = "a minus stands right before what must not be, as in -cat"
	hintGroup   = "close the parenthesis that is open there"
	hintQuote   = "close the quote that is open there"
	hintNesting = "put fewer groups into each other"
)

// foreign are operators of X's own search page, and what programs have instead.
var foreign = map[string]string{
	"since": "ask by the parameter start_time", "until": "ask by the parameter end_time", "since_time": "ask by the parameter start_time",
	"until_time": "ask by the parameter end_time", "since_id": "ask by the parameter since_id", "max_id": "ask by the parameter until_id",
	"min_faves": likesApart, "min_retweets": likesApart, "min_replies": likesApart, "filter": "write has:links, has:images, is:reply and the like, -is:retweet in place of -filter:retweets",
	"near": "write point_radius:[longitude latitude 10km]", "within": "write point_radius:[longitude latitude 10km]", "geocode": "write point_radius:[longitude latitude 10km]",
	"include": "reposts and replies come unless -is:retweet or -is:reply leaves them out", "exclude": "write -is:retweet or -is:reply",
	"user": "write from:", "author": "write from:", "text": "write the words by themselves", "hashtag": "write #tag", "mention": "write @name",
	"language": "write lang:", "country": "write place_country:",
}

const likesApart = "there is no such operator: ask for public_metrics among the fields of posts, and pick yourself"

// operatorHint says what to write in place of an operator that there is not, or that has another value.
func operatorHint(name string) string {
	name = strings.ToLower(name)
	switch name {
	case "is":
		return "there are is:retweet, is:reply, is:quote, is:verified and is:nullcast"
	case "has":
		return "there are has:media, has:images, has:videos, has:links, has:hashtags, has:cashtags, has:mentions and has:geo"
	}
	if hint := foreign[name]; hint != "" {
		return hint
	}
	for known := range operators {
		if swapped(name, known) {
			return name + ": is " + known + ": here"
		}
	}
	return ""
}

// swapped says whether two names have the same letters, or all but one, as a slip of the finger makes them.
func swapped(a, b string) bool {
	if len(a) < 3 || len(a)-len(b) > 1 || len(b)-len(a) > 1 {
		return false
	}
	left := b
	missing := 0
	for _, letter := range a {
		at := strings.IndexRune(left, letter)
		if at < 0 {
			missing++
			continue
		}
		left = left[:at] + left[at+1:]
	}
	return missing+len(left) <= 1
}

// joined says what is wrong with a word that stands for an operator elsewhere, empty where it is a word.
func joined(word string) (reason, hint string) {
	switch word {
	case "and", "AND":
		return "Ambiguous use of and as a keyword. Use a space to logically join two clauses, or \"and\" to find occurrences of and in text",
			"a space between two words asks for both"
	case "or", "Or":
		return "Ambiguous use of or as a keyword. Use OR to logically join two clauses, or \"or\" to find occurrences of or in text",
			"write OR in capitals for either of two, and \"or\" in quotes for the word"
	}
	return "", ""
}

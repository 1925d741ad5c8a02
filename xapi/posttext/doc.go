// Package posttext tells how long X takes a text to be, for programs that want to know before they post: a character of
// most alphabets counts one, one of Chinese, Japanese or Korean two, an emoji two however it is put together, an address
// 23 however long it is. It follows version 3 of the configuration that X publishes with twitter-text.
//
// It is advice. What X refuses depends on the account as well: premium ones write up to 25,000, and the client sends
// whatever it is given.
package posttext

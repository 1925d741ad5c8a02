package stream

import (
	"bytes"
	"context"
	"iter"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/webhook"
)

// Activity yields the events of an activity stream as the types that a webhook of X Activity gives, chosen by the type of
// the event: a program can take both, and tell by Event.ID what it has had. An event of a type that is not known has its
// bytes in Raw. An error comes last, and says why the stream ended.
//
//	events := stream.New(client.ActivityStream, nil)
//	for event, err := range stream.Activity(ctx, events) {
//		…
//		switch happened := event.Payload.(type) {
//		case *webhook.Liked:
func Activity(ctx context.Context, events *Stream[xapi.ActivityStreamResult]) iter.Seq2[*webhook.Event, error] {
	return func(yield func(*webhook.Event, error) bool) {
		for document, err := range events.Documents(ctx) {
			if err != nil {
				yield(nil, err)
				return
			}
			parsed, err := webhook.Parse(bytes.Clone(document.Raw))
			if err != nil {
				continue // it has just been decoded
			}
			for i := range parsed {
				if !yield(&parsed[i], nil) {
					return
				}
			}
		}
	}
}

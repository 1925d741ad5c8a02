package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/stream"
)

// opener opens a stream by the arguments of the command, and yields its documents as they came.
type opener func(ctx context.Context, client *xapi.Client, row *gen.Endpoint, arguments map[string]string, opts ...stream.Option) (iter.Seq2[[]byte, error], error)

// streams are the operations that stream documents.
var streams = map[string]opener{
	"activityStream":         documents((*xapi.Client).ActivityStream),
	"streamLabelsCompliance": documents((*xapi.Client).StreamLabelsCompliance),
	"streamLikesCompliance":  documents((*xapi.Client).StreamLikesCompliance),
	"streamLikesFirehose":    documents((*xapi.Client).StreamLikesFirehose),
	"streamLikesSample10":    documents((*xapi.Client).StreamLikesSample10),
	"streamPosts":            documents((*xapi.Client).StreamPosts),
	"streamPostsCompliance":  documents((*xapi.Client).StreamPostsCompliance),
	"streamPostsFirehose":    documents((*xapi.Client).StreamPostsFirehose),
	"streamPostsFirehoseEn":  documents((*xapi.Client).StreamPostsFirehoseEn),
	"streamPostsFirehoseJa":  documents((*xapi.Client).StreamPostsFirehoseJa),
	"streamPostsFirehoseKo":  documents((*xapi.Client).StreamPostsFirehoseKo),
	"streamPostsFirehosePt":  documents((*xapi.Client).StreamPostsFirehosePt),
	"streamPostsSample":      documents((*xapi.Client).StreamPostsSample),
	"streamPostsSample10":    documents((*xapi.Client).StreamPostsSample10),
	"streamUsersCompliance":  documents((*xapi.Client).StreamUsersCompliance),
}

// documents makes the opener of a method.
func documents[P, R any](method func(*xapi.Client, context.Context, *P, ...xapi.CallOption) iter.Seq2[*R, error]) opener {
	return func(ctx context.Context, client *xapi.Client, row *gen.Endpoint, arguments map[string]string, opts ...stream.Option) (iter.Seq2[[]byte, error], error) {
		params := new(P)
		if err := fill(reflect.ValueOf(params).Elem(), row, arguments); err != nil {
			return nil, err
		}
		bound := func(ctx context.Context, params *P, opts ...xapi.CallOption) iter.Seq2[*R, error] {
			return method(client, ctx, params, opts...)
		}
		return func(yield func([]byte, error) bool) {
			for document, err := range stream.New(bound, params, opts...).Documents(ctx) {
				if !yield(document.Raw, err) {
					return
				}
			}
		}, nil
	}
}

// fill sets the fields of params, a struct, to the values of arguments.
func fill(params reflect.Value, row *gen.Endpoint, arguments map[string]string) error {
	for i := range params.NumField() {
		name, _, _ := strings.Cut(params.Type().Field(i).Tag.Get("form"), ",")
		param := parameter(row, name)
		if param == nil {
			continue
		}
		value, given := arguments[param.Wire]
		if !given {
			continue
		}
		if err := set(params.Field(i), value); err != nil {
			return usage("%s: %s: %w", row.ID, param.Wire, err)
		}
	}
	return nil
}

func set(field reflect.Value, text string) error {
	if _, isTime := field.Interface().(time.Time); isTime {
		at, err := time.Parse(time.RFC3339, text)
		field.Set(reflect.ValueOf(at))
		return err
	}
	switch field.Kind() {
	case reflect.Slice:
		for _, value := range strings.Split(text, ",") {
			element := reflect.New(field.Type().Elem()).Elem()
			if err := set(element, value); err != nil {
				return err
			}
			field.Set(reflect.Append(field, element))
		}
	case reflect.String:
		field.SetString(text)
	case reflect.Int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return errors.New("is no number")
		}
		field.SetInt(int64(n))
	default:
		return fmt.Errorf("cannot be given here, being a %s", field.Type())
	}
	return nil
}

// stream prints the documents of a stream until it is stopped or the time is over, and tells what happens to it.
func (call *calling) stream(ctx context.Context, c console, client *xapi.Client, row *gen.Endpoint, arguments map[string]string, options []xapi.CallOption) error {
	opens, ok := streams[row.ID]
	if !ok {
		return download(ctx, c, client, row, arguments, options)
	}
	running := ctx
	if call.lasts > 0 {
		var cancel context.CancelFunc
		running, cancel = context.WithTimeout(ctx, call.lasts)
		defer cancel()
	}
	lines, err := opens(running, client, row, arguments, stream.WithCall(options...),
		stream.WithNotices(func(n stream.Notice) {
			if n.Kind != stream.Ended || n.Partition != 0 { // the end of all of it is told once, as the error that it is
				c.tell("xapi: %s\n", n)
			}
		}))
	if err != nil {
		return err
	}
	for line, err := range lines {
		switch {
		case err != nil && ctx.Err() == nil && running.Err() != nil:
			return nil // the time is over
		case err != nil:
			return err
		}
		if err := c.json(json.RawMessage(line)); err != nil {
			return err
		}
	}
	return nil
}

// download copies an answer that is a file to the standard output.
func download(ctx context.Context, c console, client *xapi.Client, row *gen.Endpoint, arguments map[string]string, options []xapi.CallOption) error {
	var body io.ReadCloser
	if err := client.Call(ctx, row.ID, arguments, nil, &body, options...); err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	_, err := io.Copy(c.out, body)
	return err
}

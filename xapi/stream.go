package xapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi/internal/streaming"
)

// stream yields one value for each JSON document of a stream, and keeps it up until the caller stops, ctx ends, or
// connecting is of no use any more: that failure is yielded last, with a nil value.
func stream[R any](ctx context.Context, c *caller, op *gen.Endpoint, in gen.Input, opts []CallOption) iter.Seq2[*R, error] {
	return func(yield func(*R, error) bool) {
		settings, err := c.settings.forCall(opts)
		if err != nil {
			yield(nil, fmt.Errorf("%s: %w", op.ID, err))
			return
		}
		if settings.validation.responses == Enforce {
			settings.validation.responses = Report // an error would end the stream, and a document that differs is no reason to
		}
		config, ctx := streaming.From(ctx)
		if config.Partitions, err = partitionsOf(op, &config); err != nil {
			yield(nil, err)
			return
		}
		config.Clock = settings.clock
		config.Notify = settings.notify(c, config.Notify)
		var current streaming.Document
		if config.Current == nil {
			config.Current = &current
		}
		s := &streamed{caller: c, row: op, in: in, opts: opts, settings: &settings}
		for value, err := range streaming.Run(ctx, source[R](s, config.Codec), config) {
			if settings.raw != nil && err == nil {
				*settings.raw = bytes.Clone(config.Current.Raw)
			}
			if !yield(value, c.redactor.Error(err)) {
				return
			}
		}
	}
}

// streamed is a call of a streaming operation.
type streamed struct {
	caller   *caller
	row      *gen.Endpoint
	in       gen.Input
	opts     []CallOption
	settings *settings
}

// source tells the engine how to run s.
func source[R any](s *streamed, codec func([]byte, any) error) *streaming.Source[R] {
	declared := func(name string) bool {
		return slices.ContainsFunc(s.row.Params, func(p gen.Param) bool { return p.Name == name })
	}
	from, _ := s.param("StartTime").(time.Time)
	to, _ := s.param("EndTime").(time.Time)
	return &streaming.Source[R]{
		Operation: s.row.ID,
		Open:      s.open,
		Refused:   judgeRefusal,
		Ended:     judgeEnd,
		Message:   s.message,
		Decode: func(line []byte) (*R, error) {
			value := new(R)
			err := codec(s.row.Answer(line), value)
			var misfit *json.UnmarshalTypeError
			switch {
			case errors.As(err, &misfit) && misfit.Field != "" && misfit.Field != "data":
				_ = s.settings.validation.misfit(s.row, &http.Response{StatusCode: http.StatusOK}, misfit)
				return value, nil
			case err != nil:
				return nil, err
			}
			return value, nil
		},
		Key:      documentKey[R],
		Made:     documentMade[R],
		Check:    func(line []byte) { s.settings.validation.checkDocument(s.row, line) },
		Backfill: declared("backfill_minutes"),
		Replay:   declared("start_time") && declared("end_time"),
		From:     from, To: to,
	}
}

// open connects once: the engine decides about further attempts, and hears a stall from the chain.
func (s *streamed) open(ctx context.Context, connect streaming.Connect) (io.ReadCloser, error) {
	once := callOnly(func(settings *settings) error {
		settings.raw = nil
		settings.policy.MaxAttempts = 1
		settings.policy.RateLimitWait = 0
		settings.policy.IdleTimeout = connect.Stall
		return nil
	})
	in := s.in
	in.Params = s.adjusted(connect)
	return open(ctx, s.caller, s.row, in, append(slices.Clip(s.opts), once))
}

// adjusted returns the call's parameters with what connect asks for. in.Params is a pointer to the operation's struct, or
// nil of that type.
func (s *streamed) adjusted(connect streaming.Connect) any {
	given := reflect.ValueOf(s.in.Params)
	if !given.IsValid() {
		return nil
	}
	adjusted := reflect.New(given.Type().Elem())
	if !given.IsNil() {
		adjusted.Elem().Set(given.Elem())
	}
	set := func(field string, value any) {
		if f := adjusted.Elem().FieldByName(field); f.IsValid() {
			f.Set(reflect.ValueOf(value))
		}
	}
	if connect.Partition != 0 {
		set("Partition", connect.Partition)
	}
	if connect.Backfill != 0 {
		set("BackfillMinutes", max(connect.Backfill, 0))
	}
	if !connect.From.IsZero() {
		set("StartTime", connect.From)
	}
	if !connect.To.IsZero() {
		set("EndTime", connect.To)
	}
	return adjusted.Interface()
}

// param returns a field of the call's parameters, nil where they have none.
func (s *streamed) param(field string) any {
	given := reflect.ValueOf(s.in.Params)
	if !given.IsValid() || given.IsNil() {
		return nil
	}
	if f := given.Elem().FieldByName(field); f.IsValid() {
		return f.Interface()
	}
	return nil
}

package webhook

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

var (
	errFull = errors.New("too many deliveries are under way")
	errHeld = errors.New("another delivery of the event is under way")
)

// give has the events taken, and returns nil when every one of them has been, now or before. It returns by the
// deadline of ctx. A function that goes on after that keeps its place in the queue, and what it returns is noted.
func (h *Handler) give(ctx context.Context, events []Event) error {
	select {
	case h.inside <- struct{}{}:
	default:
		return errFull
	}
	leave := func() { <-h.inside }
	if h.closed.Load() {
		leave()
		return errors.New("the handler is shut down")
	}
	select {
	case h.running <- struct{}{}:
	case <-ctx.Done():
		leave()
		return fmt.Errorf("%w: none ended by the deadline", errFull)
	}
	done := make(chan error, 1)
	go func() {
		err := h.takeAll(ctx, events)
		<-h.running
		leave()
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		select {
		case err := <-done:
			return err
		default:
			return errors.New("the function did not take the events by the deadline")
		}
	}
}

// takeAll gives each of the events, also after one that failed: what is sent again is then that one alone.
func (h *Handler) takeAll(ctx context.Context, events []Event) error {
	var failed []error
	for i := range events {
		if err := h.takeOne(ctx, &events[i]); err != nil {
			failed = append(failed, fmt.Errorf("event %s: %w", events[i].ID, err))
		}
	}
	return errors.Join(failed...)
}

// takeOne claims the event, gives it, and commits: the order by which nothing is lost, wherever the process ends.
func (h *Handler) takeOne(ctx context.Context, event *Event) error {
	owner := rand.Text()
	attempt, err := h.window.Claim(ctx, event.ID, owner, h.lease, h.keep)
	switch {
	case err != nil:
		return fmt.Errorf("claim it in the window: %w", err)
	case attempt == Committed:
		return nil
	case attempt < 0:
		return errHeld
	}
	event.Attempt = attempt
	stop := h.renew(ctx, event.ID, owner)
	err = h.call(ctx, event)
	stop()

	settle, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	if err != nil {
		if err := h.window.Release(settle, event.ID, owner); err != nil {
			h.warn(ctx, "webhook: the claim runs out by itself, as it could not be released", event.ID, err)
		}
		return err
	}
	if err := h.window.Commit(settle, event.ID, h.keep); err != nil {
		// The function has taken the event, so the delivery is acknowledged although the window could not note it.
		// Should X send it again, Event.Attempt tells.
		h.warn(ctx, "webhook: an event was taken, and the window does not know", event.ID, err)
	}
	return nil
}

// call calls the function. Its panic is an error: it is not the server's goroutine, and would end the process.
func (h *Handler) call(ctx context.Context, event *Event) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			h.logger.LogAttrs(ctx, slog.LevelError, "webhook: the function panicked", slog.String("id", event.ID),
				slog.Any("panic", cause), slog.String("stack", string(debug.Stack())))
			err = fmt.Errorf("the function panicked: %v", cause)
		}
	}()
	return h.take(ctx, event)
}

// renew keeps the claim alive while the function runs, which may be past its deadline, until stop.
func (h *Handler) renew(ctx context.Context, id, owner string) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var renewing sync.WaitGroup
	renewing.Go(func() {
		ticker := time.NewTicker(h.lease/3 + 1)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				if _, err := h.window.Claim(ctx, id, owner, h.lease, h.keep); err != nil && ctx.Err() == nil {
					h.warn(ctx, "webhook: a claim could not be renewed", id, err)
				}
			case <-ctx.Done():
				return
			}
		}
	})
	return func() { cancel(); renewing.Wait() }
}

func (h *Handler) warn(ctx context.Context, what, id string, err error) {
	h.logger.LogAttrs(ctx, slog.LevelWarn, what, slog.String("id", id), slog.String("error", err.Error()))
}

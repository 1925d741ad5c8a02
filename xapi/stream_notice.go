package xapi

import (
	"context"
	"log/slog"

	"github.com/xapi-go/xapi-go/xapi/internal/streaming"
)

// notify returns what is told of all that happens to a stream: the logger, and then own.
func (s *settings) notify(c *caller, own func(streaming.Notice)) func(streaming.Notice) {
	return func(notice streaming.Notice) {
		notice.Err = c.redactor.Error(notice.Err)
		if s.logger != nil {
			logNotice(s.logger, notice)
		}
		if own != nil {
			own(notice)
		}
	}
}

// logNotice logs what is lost, or may be, as a warning, ends as information and the rest for debugging.
func logNotice(logger *slog.Logger, notice streaming.Notice) {
	level := slog.LevelDebug
	switch notice.Kind {
	case streaming.Disconnected, streaming.Reconnecting, streaming.ConnectionsClosed, streaming.CaughtUp:
		level = slog.LevelInfo
	case streaming.Gap, streaming.RecoveryFailed, streaming.BackfillRefused, streaming.Lagging, streaming.Dropped, streaming.Broken:
		level = slog.LevelWarn
	case streaming.Ended:
		if notice.Err != nil {
			level = slog.LevelWarn
		}
	}
	logger.LogAttrs(context.Background(), level, "x api stream", slog.Any("notice", notice))
}

package main

import (
	"fmt"
	"path/filepath"

	"github.com/schollz/progressbar/v3"

	"github.com/xapi-go/xapi-go/xapi/media"
)

// progress returns what reports the progress of an upload, and what ends the report: a bar on a terminal, a line for
// each tenth elsewhere, nothing beside JSON.
func (u *uploading) progress(file string) (report func(media.Progress), end func()) {
	switch {
	case u.terminal():
		return u.bar(file)
	case u.json:
		return func(media.Progress) {}, func() {}
	}
	return u.lines(file), func() {}
}

func (u *uploading) bar(file string) (report func(media.Progress), end func()) {
	file = oneLine(filepath.Base(file))
	var bar *progressbar.ProgressBar
	said := ""
	return func(p media.Progress) {
			if p.Total == 0 {
				return
			}
			if bar == nil {
				bar = progressbar.NewOptions64(p.Total, progressbar.OptionSetWriter(u.err), progressbar.OptionShowBytes(true),
					progressbar.OptionSetDescription(file), progressbar.OptionSetPredictTime(true), progressbar.OptionFullWidth())
			}
			if now := doing(p); now != said {
				said = now
				bar.Describe(file + ": " + now)
			}
			_ = bar.Set64(p.Acknowledged)
		}, func() {
			if bar != nil {
				_, _ = fmt.Fprintln(u.err)
			}
		}
}

// doing says what an upload is doing. What has gone out may still be on its way.
func doing(p media.Progress) string {
	switch p.Phase {
	case media.Uploading:
		return fmt.Sprintf("uploading, %d%% sent", p.Sent*100/max(p.Total, 1))
	case media.Processing:
		return fmt.Sprintf("processing, %d%% by X", p.ProcessingPercent)
	}
	return p.Phase.String()
}

func (u *uploading) lines(file string) func(media.Progress) {
	phase, tenth, percent := media.Preparing, int64(-1), -1
	return func(p media.Progress) {
		now := p.Acknowledged * 10 / max(p.Total, 1)
		if p.Phase == media.Uploading && (p.Phase != phase || now != tenth) || phase <= media.Uploading && p.Phase > media.Uploading {
			tenth = now
			u.tell("%s: %d of %d bytes arrived, %d sent\n", file, p.Acknowledged, p.Total, p.Sent)
		}
		switch {
		case p.Phase == media.Processing && p.ProcessingPercent != percent:
			percent = p.ProcessingPercent
			u.tell("%s: processing, %d %% by X\n", file, percent)
		case p.Phase != phase && p.Phase > media.Uploading && p.Phase != media.Processing:
			u.tell("%s: %v\n", file, p.Phase)
		}
		phase = p.Phase
	}
}

// restarted tells why an upload begins again.
func (u *uploading) restarted(r media.Restart) {
	u.tell("starting afresh: %s\n", r.Reason)
}

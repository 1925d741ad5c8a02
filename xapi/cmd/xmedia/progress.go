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
	file = filepath.Base(file)
	var bar *progressbar.ProgressBar
	phase := media.Preparing
	return func(p media.Progress) {
			if p.Total == 0 {
				return
			}
			if bar == nil {
				bar = progressbar.NewOptions64(p.Total, progressbar.OptionSetWriter(u.err), progressbar.OptionShowBytes(true),
					progressbar.OptionSetDescription(file), progressbar.OptionSetPredictTime(true), progressbar.OptionFullWidth())
			}
			if p.Phase != phase {
				phase = p.Phase
				bar.Describe(fmt.Sprintf("%s: %v", file, phase))
			}
			_ = bar.Set64(p.Acknowledged)
		}, func() {
			if bar != nil {
				_, _ = fmt.Fprintln(u.err)
			}
		}
}

func (u *uploading) lines(file string) func(media.Progress) {
	phase, tenth, percent := media.Preparing, int64(-1), -1
	return func(p media.Progress) {
		switch now := p.Acknowledged * 10 / max(p.Total, 1); {
		case p.Phase == media.Uploading && (p.Phase != phase || now != tenth):
			tenth = now
			_, _ = fmt.Fprintf(u.err, "%s: %d of %d bytes arrived, %d sent\n", file, p.Acknowledged, p.Total, p.Sent)
		case phase <= media.Uploading && p.Phase > media.Uploading:
			_, _ = fmt.Fprintf(u.err, "%s: %d of %d bytes arrived, %d sent\n", file, p.Acknowledged, p.Total, p.Sent)
		case p.Phase == media.Processing && p.ProcessingPercent != percent:
			percent = p.ProcessingPercent
			_, _ = fmt.Fprintf(u.err, "%s: processing, %d %%\n", file, percent)
		case p.Phase != phase && p.Phase != media.Processing:
			_, _ = fmt.Fprintf(u.err, "%s: %v\n", file, p.Phase)
		}
		phase = p.Phase
	}
}

// restarted tells why an upload begins again.
func (u *uploading) restarted(r media.Restart) {
	_, _ = fmt.Fprintf(u.err, "starting afresh: %s\n", r.Reason)
}

package xapi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// accounts are what a call is charged to: the budgets of its client and its own.
type accounts []account

// account is a *Budget. It is an interface so that the linker leaves budgets out of programs that make none.
type account interface {
	reserve(ctx context.Context, operation string, units map[Unit]int) error
	settle(ctx context.Context, reserved, came map[Unit]int) error
	expected(op *gen.Endpoint, query url.Values, body []byte) map[Unit]int
	used(op *gen.Endpoint, answer, body []byte) map[Unit]int
}

func (b *Budget) expected(op *gen.Endpoint, query url.Values, body []byte) map[Unit]int {
	return expected(op, query, body)
}

func (b *Budget) used(op *gen.Endpoint, answer, body []byte) map[Unit]int {
	return used(op, answer, body)
}

// spending is one call, as the accounts have it. Where an account cannot be told, after the call, what it came to, the
// account goes on with the estimate, which is higher; that is logged, and the call does not fail for it.
type spending struct {
	accounts accounts
	ctx      context.Context //nolint:containedctx // that of the call, whose part it is
	logger   *slog.Logger
	op       *gen.Endpoint
	body     []byte
	reserved map[Unit]int
	// refused says that the server refused the call, and stream that the caller reads the answer as it comes.
	refused, stream bool
}

// reserve sets the estimate of a call aside in every account, or in none.
func (s *settings) reserve(ctx context.Context, op *gen.Endpoint, req *http.Request) (*spending, error) {
	if len(s.accounts) == 0 {
		return nil, nil
	}
	spent := &spending{accounts: s.accounts, ctx: ctx, logger: s.logger, op: op, body: requestBody(op, req)}
	spent.reserved = s.accounts[0].expected(op, req.URL.Query(), spent.body)
	for i, account := range s.accounts {
		if err := account.reserve(ctx, op.ID, spent.reserved); err != nil {
			spent.accounts = s.accounts[:i]
			spent.settle(nil)
			return nil, err
		}
	}
	return spent, nil
}

// settle tells every account what the call came to.
func (s *spending) settle(came map[Unit]int) {
	for _, account := range s.accounts {
		s.count(account, s.reserved, came)
	}
}

func (s *spending) count(account account, reserved, came map[Unit]int) {
	if err := account.settle(s.ctx, reserved, came); err != nil && s.logger != nil {
		s.logger.LogAttrs(s.ctx, slog.LevelWarn, "x api spending not counted",
			slog.String("operation", s.op.ID), slog.String("error", plain(err.Error())))
	}
}

// unanswered settles a call that ended without an answer: where it may have been carried out, what was set aside stays.
func (s *spending) unanswered(call *transport.Call) {
	if s != nil && !call.Unknown {
		s.settle(nil)
	}
}

// watch has the documents of a stream counted as they come.
func (s *spending) watch(resp *http.Response, result any) {
	if s == nil {
		return
	}
	if s.refused = resp.StatusCode/100 != 2; s.refused {
		return
	}
	if _, s.stream = result.(*io.ReadCloser); s.stream {
		resp.Body = &metered{ReadCloser: resp.Body, spending: s}
	}
}

// answered settles a call that was answered, and decoded with err.
func (s *spending) answered(answer []byte, err error) {
	if s == nil || s.stream {
		return
	}
	var broken *NetworkError
	switch {
	case errors.As(err, &broken): // part of it has come, and all of it may be charged
	case s.refused:
		s.settle(nil)
	default:
		s.settle(s.accounts[0].used(s.op, answer, s.body))
	}
}

// metered counts the documents of a stream, one a line. The first takes the place of what was set aside; each further
// one is set aside as it comes, and behind one that is too much the stream ends with the refusal.
type metered struct {
	io.ReadCloser
	spending *spending
	// line is what has come of the document under way, up to longestCounted.
	line    []byte
	counted bool
	refused error
}

// longestCounted bounds what is kept of a document in order to count what it brings along.
const longestCounted = 1 << 20

func (m *metered) Read(p []byte) (int, error) {
	if m.refused != nil {
		return 0, m.refused
	}
	n, err := m.ReadCloser.Read(p)
	for rest := p[:n]; len(rest) > 0; {
		line, after, ended := bytes.Cut(rest, []byte("\n"))
		m.line = append(m.line, line[:min(len(line), longestCounted-len(m.line))]...)
		if ended {
			m.document(bytes.TrimSpace(m.line))
			m.line = m.line[:0]
		}
		rest = after
	}
	return n, err
}

// document counts the document that has come.
func (m *metered) document(text []byte) {
	s := m.spending
	came := s.accounts[0].used(s.op, text, s.body)
	if len(text) == longestCounted {
		came = s.reserved
	}
	if len(came) == 0 {
		return
	}
	if !m.counted {
		m.counted = true
		s.settle(came)
		return
	}
	for _, account := range s.accounts {
		if err := account.reserve(s.ctx, s.op.ID, came); err != nil {
			m.refused = err
			s.count(account, nil, came)
		}
	}
}

// Close gives back what was set aside for a document that never came.
func (m *metered) Close() error {
	if !m.counted {
		m.counted = true
		m.spending.settle(nil)
	}
	return m.ReadCloser.Close()
}

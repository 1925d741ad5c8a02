package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// patience is how long the page may take to show what has happened.
const patience = 20 * time.Second

// page is the sandbox's page in a browser, and the sandbox.
type page struct {
	t   *testing.T
	ctx context.Context
	srv *xapitest.Server

	mu sync.Mutex
	// broken are errors of the page's script.
	broken []string
}

// openPage starts a sandbox and looks at its page in a window of that size.
func openPage(t *testing.T, width, height int64, opts ...xapitest.Option) *page {
	t.Helper()
	srv := xapitest.New(t, opts...)
	var flags []chromedp.ExecAllocatorOption
	if os.Geteuid() == 0 {
		flags = append(flags, chromedp.NoSandbox) // it has none for root
	}
	p := &page{t: t, srv: srv}
	ctx, stop := chromedp.NewContext(context.Background(), chromedp.WithAllocatorOptions(flags...), chromedp.WithListener(p.listen))
	t.Cleanup(stop)
	require.NoError(t, chromedp.Do(ctx), "the browser does not start")
	p.ctx, stop = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(stop)
	t.Cleanup(func() { require.Empty(t, p.errors(), "errors of the page") })
	p.do(chromedp.EmulateViewport(width, height), chromedp.Navigate(srv.URL+"/sandbox/"))
	p.shows(`document.querySelector("#live").textContent === "live"`)
	p.shows(`document.querySelector("#posts").getAttribute("aria-busy") === "false"`)
	return p
}

// listen notes what goes wrong on the page.
func (p *page) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		p.broken = append(p.broken, e.ExceptionDetails.Text+" "+e.ExceptionDetails.Exception.Description)
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" {
			p.broken = append(p.broken, fmt.Sprint(e.Args))
		}
	}
}

func (p *page) errors() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.broken
}

func (p *page) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	require.NoError(p.t, chromedp.Do(p.ctx, actions...))
}

// shows waits until an expression is true on the page.
func (p *page) shows(expression string) {
	p.t.Helper()
	_, err := chromedp.Run(p.ctx, chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingTimeout(patience), chromedp.WithPollingInterval(20*time.Millisecond)))
	if err != nil {
		p.t.Fatalf("the page never showed %s: %v\n%s", expression, err, p.value(`document.body.innerText`))
	}
}

// value returns what an expression is on the page.
func (p *page) value(expression string) any {
	p.t.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[any](expression))
	require.NoError(p.t, err)
	return value
}

// click presses what the selector finds.
func (p *page) click(selector string) {
	p.t.Helper()
	p.do(chromedp.ScrollIntoView(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector)))
}

// call calls the API as a client does, and returns the status and the data of the answer.
func (p *page) call(method, path string, body any) (int, map[string]any) {
	p.t.Helper()
	return p.callAs(p.srv.Token(), method, path, body)
}

// callAs calls the API with another token.
func (p *page) callAs(token, method, path string, body any) (int, map[string]any) {
	p.t.Helper()
	var raw io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		require.NoError(p.t, err)
		raw = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(p.ctx, method, p.srv.URL+path, raw)
	require.NoError(p.t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(p.t, err)
	defer func() { _ = resp.Body.Close() }()
	var answer struct {
		Data map[string]any `json:"data"`
	}
	_ = json.NewDecoder(resp.Body).Decode(&answer)
	return resp.StatusCode, answer.Data
}

type object = map[string]any

// post makes a post and returns its id.
func (p *page) post(body object) string {
	p.t.Helper()
	status, data := p.call(http.MethodPost, "/2/tweets", body)
	require.Equal(p.t, http.StatusCreated, status)
	return fmt.Sprint(data["id"])
}

// begin initializes an upload of so many bytes.
func (p *page) begin(mediaType, category string, total int) string {
	p.t.Helper()
	_, data := p.call(http.MethodPost, "/2/media/upload/initialize", object{"media_type": mediaType, "media_category": category, "total_bytes": total})
	return fmt.Sprint(data["id"])
}

func (p *page) segment(id string, index int, content []byte) {
	p.t.Helper()
	status, _ := p.call(http.MethodPost, "/2/media/upload/"+id+"/append", object{"media": content, "segment_index": index})
	require.Equal(p.t, http.StatusNoContent, status)
}

func (p *page) finalize(id string) {
	p.t.Helper()
	status, _ := p.call(http.MethodPost, "/2/media/upload/"+id+"/finalize", object{})
	require.Equal(p.t, http.StatusOK, status)
}

// upload uploads all of content and describes it.
func (p *page) upload(mediaType, category string, content []byte, metadata object) string {
	p.t.Helper()
	id := p.begin(mediaType, category, len(content))
	p.segment(id, 0, content)
	p.finalize(id)
	if metadata != nil {
		status, _ := p.call(http.MethodPost, "/2/media/metadata", object{"id": id, "metadata": metadata})
		require.Equal(p.t, http.StatusOK, status)
	}
	return id
}

// painting is a picture to upload: hills at dusk.
func painting(t *testing.T, width, height int, shift float64) []byte {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for x := range width {
		for y := range height {
			at, down := float64(x)/float64(width), float64(y)/float64(height)
			shade := color.RGBA{R: uint8(250 - 90*down), G: uint8(190 - 60*down), B: uint8(150 + 70*down), A: 255}
			for i, base := range []float64{.5, .66, .8} {
				if down > base+.08*math.Sin(at*7+float64(i)*2+shift)+.03*math.Sin(at*19+shift) {
					shade = color.RGBA{R: uint8(90 - 28*i), G: uint8(80 - 14*i), B: uint8(120 - 22*i), A: 255}
				}
			}
			picture.Set(x, y, shade)
		}
	}
	var file bytes.Buffer
	require.NoError(t, png.Encode(&file, picture))
	return file.Bytes()
}

// clip is a video to upload.
func clip(t *testing.T) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "xapi", "testdata", "clip.mp4"))
	require.NoError(t, err)
	return raw
}

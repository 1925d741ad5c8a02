package browser

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// prefer has the browser prefer a colour scheme.
func (p *page) prefer(scheme string) {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	require.NoError(p.t, err)
}

func (p *page) resize(width, height int64) {
	p.t.Helper()
	p.do(chromedp.EmulateViewport(width, height))
	p.shows(fmt.Sprintf(`innerWidth === %d`, width))
}

// picture writes down what the page looks like, where SCREENSHOTS names a folder for it.
func (p *page) picture(scheme string, width int64) {
	p.t.Helper()
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" {
		return
	}
	require.NoError(p.t, os.MkdirAll(folder, 0o755))
	for name, take := range map[string]chromedp.Action[[]byte]{"": chromedp.CaptureScreenshot(), "-whole": chromedp.FullScreenshot(100)} {
		raw, err := chromedp.Run(p.ctx, take)
		require.NoError(p.t, err)
		require.NoError(p.t, os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%d%s.png", scheme, width, name)), raw, 0o644))
	}
}

// tree returns the page as a screen reader has it: role and name of everything that is not ignored.
func (p *page) tree() (roles [][2]string) {
	p.t.Helper()
	result, err := chromedp.Call(p.ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	require.NoError(p.t, err)
	text := func(value *accessibility.Value) string {
		if value == nil {
			return ""
		}
		return strings.Trim(string(value.Value), `"`)
	}
	for _, node := range result.Nodes {
		if !node.Ignored {
			roles = append(roles, [2]string{text(node.Role), text(node.Name)})
		}
	}
	return roles
}

func TestEverythingHasANameToAScreenReader(t *testing.T) {
	p := openPage(t, 1440, 1000)
	p.scene()
	p.click("#more > summary")
	p.click("#seen summary")
	p.shows(`document.querySelector("#seen .inside button") !== null`)
	p.picture("opened", 1440)
	named := []string{
		"button", "link", "textbox", "combobox", "checkbox", "switch", "image", "progressbar", "region", "navigation", "article", "figure", "Video", "listbox",
		"searchbox", "heading", "DisclosureTriangle", "group", "dialog",
	}
	var names []string
	for _, node := range p.tree() {
		names = append(names, node[0]+" "+node[1])
		if slices.Contains(named, node[0]) && node[0] != "figure" && node[0] != "group" {
			require.NotEmpty(t, node[1], "a %s has no name", node[0])
		}
	}
	for _, want := range []string{
		"banner ", "main ", "navigation Parts of the page", "region Timeline", "region Faults", "region Uploads", "switch Unavailable",
		"button Move the clock by 1 hour", "button Freeze", "checkbox Only posts made here", "combobox Operation", "combobox What happens", "status ",
		"image Hills at dusk, seen from the pass", "button Show it",
	} {
		if want == "navigation Parts of the page" {
			continue // it is there on small windows alone
		}
		require.True(t, slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, want) }), "%s is missing in %s", want, strings.Join(names, "\n"))
	}
	p.resize(360, 800)
	require.Contains(t, p.tree(), [2]string{"navigation", "Parts of the page"})
	require.EqualValues(t, 1, p.value(`document.querySelectorAll("[aria-live], [role=status], [role=alert]").length`), "one place speaks, of what was just done")
	require.Equal(t, "en", p.value(`document.documentElement.lang`))
	require.Equal(t, "1 h1", p.value(`document.querySelectorAll("h1").length + " h1"`))
}

// press presses a key.
func (p *page) press(keys string, opts ...chromedp.KeyOption) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(keys, opts...))
}

// tabTo moves the focus on by the tabulator until it is on what the selector finds, and says that it can be seen there.
func (p *page) tabTo(selector string) {
	p.t.Helper()
	for range 400 {
		p.press(kb.Tab)
		if p.value(fmt.Sprintf(`document.activeElement?.matches(%q) ?? false`, selector)) == true {
			ring := p.value(`getComputedStyle(document.activeElement).outlineStyle`)
			require.NotEqual(p.t, "none", ring, "the focus cannot be seen on %s", selector)
			inside := p.value(`(() => { const b = document.activeElement.getBoundingClientRect(); return b.top >= -1 && b.bottom <= innerHeight + 1 })()`)
			require.Equal(p.t, true, inside, "%s has the focus and cannot be seen", selector)
			return
		}
	}
	p.t.Fatalf("the tabulator never comes to %s", selector)
}

func TestThePageIsDrivenByTheKeyboardAlone(t *testing.T) {
	p := openPage(t, 1440, 900)
	p.post(object{"text": "gone soon"})
	p.shows(`document.querySelector("#seen summary") !== null`)
	before := p.srv.Now()
	p.tabTo(`[data-advance="1h"]`)
	p.press(kb.Enter)
	p.shows(`document.querySelector("#said").textContent === "The clock was moved by 1 h."`)
	require.GreaterOrEqual(t, p.srv.Now().Sub(before).Hours(), 1.)
	p.tabTo("#freeze")
	p.press(" ")
	p.shows(`document.activeElement.id === "freeze" && document.activeElement.getAttribute("aria-pressed") === "true"`)
	p.tabTo("#made")
	p.press(" ")
	p.shows(`document.querySelectorAll(".post").length === 1`)
	p.tabTo("#seen summary")
	p.press(kb.Enter)
	p.shows(`document.querySelector("#seen .inside pre") !== null`)
	p.tabTo(`[role=switch][aria-label="Unavailable"]`)
	p.press(" ")
	p.shows(`document.querySelector("#said").textContent === "Unavailable is on."`)
	require.Len(t, p.srv.Faults(), 1)
	require.Equal(t, "Unavailable", p.value(`document.activeElement.getAttribute("aria-label")`), "the focus stays where it was")
	p.tabTo("#more > summary")
	p.press(kb.Enter)
	p.tabTo("#fault [name=operation]")
	p.press("createPosts")
	p.tabTo("#fault [type=submit]")
	p.press(kb.Enter)
	p.shows(`document.querySelector("#rules-on").children.length === 1`)
	require.Equal(t, "createPosts", p.srv.Faults()[1].Operation)
	p.tabTo("#rules-on button")
	require.NoError(t, p.srv.AddFaults(xapitest.Fault{Operation: "createPosts", When: xapitest.When{Nth: 9}, Do: xapitest.Do{Status: 500}}))
	p.call(http.MethodPost, "/2/tweets", object{"text": "counted"})
	p.shows(`document.querySelector("#rules-on").textContent.includes("1 time") || document.querySelector("#switches").textContent.includes("1 time")`)
	require.Equal(t, "BUTTON", p.value(`document.activeElement.tagName`), "the focus stays on what has changed")
	require.NoError(t, p.srv.SetFaults(p.srv.Faults()[1].Fault))
	p.shows(`document.querySelector("#rules-on").children.length === 1`)
	p.tabTo("#rules-on button")
	p.press(kb.Enter)
	p.shows(`document.querySelector("#rules-on").children.length === 0`)
	p.tabTo("#reset")
	p.press(kb.Enter)
	p.shows(`document.querySelector("#sure").open`)
	p.press(kb.Escape)
	p.shows(`!document.querySelector("#sure").open && document.activeElement.id === "reset"`)
	p.press(kb.Enter)
	p.shows(`document.querySelector("#sure").open`)
	p.tabTo("#yes")
	p.press(kb.Enter)
	p.shows(`document.querySelector("#said").textContent === "Everything is back to where it began."`)
	require.Empty(t, p.srv.Posts())
}

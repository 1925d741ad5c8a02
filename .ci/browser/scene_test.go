package browser

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// scene has everything happen that the page has something to show of: an upload half done, posts with all that posts can
// have, requests that fail in several ways, rules, a stream, faults.
func (p *page) scene() {
	p.t.Helper()
	video := p.upload("video/mp4", "tweet_video", clip(p.t), object{"alt_text": object{"text": "A square moves over a coloured field"}})
	p.srv.Advance(60e9)
	dusk := p.upload("image/png", "tweet_image", painting(p.t, 800, 450, 0), object{"alt_text": object{"text": "Hills at dusk, seen from the pass"}})
	harsh := p.upload("image/png", "tweet_image", painting(p.t, 400, 400, 2), object{
		"alt_text": object{"text": "The same hills, at another hour"}, "sensitive_media_warning": object{"graphic_violence": true},
	})
	p.post(object{"text": "A clip from the road, with subtitles to come.", "media": object{"media_ids": []string{video}}})
	p.post(object{"text": "Which of the two?", "poll": object{"options": []string{"The pass", "The valley"}, "duration_minutes": 60}})
	hills := p.post(object{"text": "Two hours up, and nobody else there. #hiking", "media": object{"media_ids": []string{dusk, harsh}}})
	p.post(object{"text": "And the way down took three.", "reply": object{"in_reply_to_tweet_id": hills}})
	quoted := p.post(object{"text": "Worth the walk.", "quote_tweet_id": hills})
	p.call(http.MethodPost, "/2/users/"+p.srv.Me().ID+"/likes", object{"tweet_id": quoted})
	p.call(http.MethodPost, "/2/users/"+p.srv.Me().ID+"/retweets", object{"tweet_id": hills})
	p.call(http.MethodPost, "/2/tweets", object{"text": "Worth the walk."})
	p.call(http.MethodPost, "/2/tweets", object{"text": "a", "reply_settings": "nobody"})
	p.call(http.MethodGet, "/2/tweets/search/recent?query=hiking%20has%3Amedia&tweet.fields=created_at,public_metrics&expansions=author_id&max_results=100", nil)
	p.call(http.MethodPost, "/1.1/statuses/update.json", object{"status": "old"})

	open := p.begin("video/mp4", "tweet_video", 3<<20)
	p.segment(open, 0, make([]byte, 1<<20))
	p.segment(open, 1, make([]byte, 1<<20))

	app := p.srv.Issue(xapitest.Grant{AppOnly: true}).Access
	status, _ := p.callAs(app, http.MethodPost, "/2/tweets/search/stream/rules", object{"add": []object{{"value": "hiking has:images", "tag": "pictures"}, {"value": "from:sandbox_user"}}})
	require.Equal(p.t, http.StatusOK, status)
	p.stream(app, "/2/tweets/search/stream?tweet.fields=created_at")

	require.NoError(p.t, p.srv.AddFaults(
		xapitest.Fault{Operation: "getUsersMe", When: xapitest.When{Times: 1}, Do: xapitest.Do{Answer: "unavailable"}},
		xapitest.Fault{Operation: "appendMediaUpload", When: xapitest.When{Every: 3}, Do: xapitest.Do{Reset: xapitest.ResetAfter}},
	))
	p.call(http.MethodGet, "/2/users/me", nil)
	p.shows(`document.querySelectorAll("#seen li").length > 15 && document.querySelector("#seen .status").textContent === "503"`)
	p.shows(`document.querySelector("#stream-list code") && document.querySelectorAll("#rules-on li").length === 2`)
	p.shows(`[...document.querySelectorAll(".post img")].slice(0, 2).every((image) => image.complete)`)
}

// stream opens a stream that is closed at the end of the test.
func (p *page) stream(token, path string) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.ctx, http.MethodGet, p.srv.URL+path, nil)
	require.NoError(p.t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(p.t, err)
	p.t.Cleanup(func() { _ = resp.Body.Close() })
	require.Equal(p.t, http.StatusOK, resp.StatusCode)
}

// widths are those of a small telephone, a tablet and a desk.
var widths = []int64{360, 768, 1440}

// schemes are what people prefer.
var schemes = []string{"light", "dark"}

func TestThePageFitsEveryWidth(t *testing.T) {
	p := openPage(t, 1440, 1000)
	p.scene()
	for _, scheme := range schemes {
		p.prefer(scheme)
		for _, width := range widths {
			p.resize(width, 1000)
			p.picture(scheme, width)
			wide := p.value(`[...document.querySelectorAll("body *")].filter((e) => {
				const box = e.getBoundingClientRect();
				return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1) && !e.closest("pre, nav");
			}).map((e) => e.tagName + "." + e.className).join(" ")`)
			require.Empty(t, wide, "beside the window, at %d", width)
			require.LessOrEqual(t, p.value(`document.documentElement.scrollWidth`), float64(width))
			require.Empty(t, p.value(pale), "too little contrast, %s at %d", scheme, width)
		}
	}
}

// pale lists the texts whose contrast is below the 4.5 to 1 that WCAG 2.2 asks for at level AA (3 to 1 where they are
// large).
const pale = `(() => {
	const parse = (text) => { const n = text.match(/[\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n };
	const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
	const light = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b };
	const back = (e) => {
		const layers = [];
		for (; e; e = e.parentElement) { const style = getComputedStyle(e); if (style.backgroundImage !== "none") return null; layers.push(parse(style.backgroundColor)) }
		return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
	};
	const found = new Set();
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const e = walk.currentNode.parentElement, box = e.getBoundingClientRect();
		if (!walk.currentNode.textContent.trim() || !box.width || !e.checkVisibility()) continue;
		const below = back(e), style = getComputedStyle(e);
		if (!below) continue;
		const [a, b] = [light(over(parse(style.color), below)), light(below)].sort((x, y) => y - x);
		const large = parseFloat(style.fontSize) >= 24 || parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700;
		if ((a + .05) / (b + .05) < (large ? 3 : 4.5)) found.add(e.tagName + "." + e.className + " " + ((a + .05) / (b + .05)).toFixed(2) + " " + walk.currentNode.textContent.trim().slice(0, 20));
	}
	return [...found].join("; ");
})()`

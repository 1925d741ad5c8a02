package browser

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func TestPostsAppearByThemselves(t *testing.T) {
	p := openPage(t, 1440, 900)
	require.NotZero(t, p.value(`document.querySelectorAll(".post").length`), "the world has posts from the beginning")
	id := p.post(object{"text": "hello from a program"})
	p.shows(fmt.Sprintf(`document.querySelector("#posts").firstChild.dataset.key === %q`, id))
	p.post(object{"text": "an answer", "reply": object{"in_reply_to_tweet_id": id}})
	p.shows(`document.querySelector(".post .note")?.textContent.includes("hello from a program")`)
	p.post(object{"text": "which?", "poll": object{"options": []string{"this", "that"}, "duration_minutes": 10}})
	p.shows(`document.querySelectorAll(".post .option").length >= 2`)
	p.click("#made")
	p.shows(`document.querySelectorAll(".post").length === 3`)
	status, _ := p.call(http.MethodDelete, "/2/tweets/"+id, nil)
	require.Equal(t, http.StatusOK, status)
	p.shows(`document.querySelectorAll(".post").length === 2`)
	p.shows(`document.querySelector("#posts").innerText.includes("Reply to a post that is gone")`)
	p.click("#made")
	p.shows(`document.querySelectorAll(".post").length === 20`)
	p.click("#older")
	p.shows(`document.querySelectorAll(".post").length === 50`)
}

func TestPostsAreTextAndNothingElse(t *testing.T) {
	p := openPage(t, 1440, 900)
	text := `<img src=x onerror="document.title='gone'"><script>document.title='gone'</script>`
	p.post(object{"text": text})
	p.shows(`document.querySelector(".post .text").textContent.includes("onerror")`)
	require.Equal(t, text, p.value(`document.querySelector(".post .text").textContent`))
	require.Equal(t, "Sandbox", p.value(`document.title`))
	p.call(http.MethodGet, "/2/tweets/search/recent?query=%3Cscript%3Ealert(1)%3C/script%3E", nil)
	p.shows(`document.querySelector("#seen li .path")?.textContent.includes("search/recent")`)
	require.EqualValues(t, 1, p.value(`document.scripts.length`))
	refused := p.value(`(() => { try { document.body.innerHTML = "<b>x</b>"; return false } catch { return true } })()`)
	require.Equal(t, true, refused, "the policy keeps texts from becoming elements")
}

func TestMediaAreShownWithTheirDescriptions(t *testing.T) {
	p := openPage(t, 1440, 900)
	picture := p.upload("image/png", "tweet_image", painting(t, 640, 360, 0), object{"alt_text": object{"text": "hills at dusk"}})
	p.post(object{"text": "look", "media": object{"media_ids": []string{picture}}})
	p.shows(`document.querySelector(".post img")?.complete && document.querySelector(".post img").naturalWidth === 640`)
	require.Equal(t, "hills at dusk", p.value(`document.querySelector(".post img").alt`))
	require.Equal(t, "Alt: hills at dusk", p.value(`document.querySelector(".post figcaption").textContent`))

	video := p.upload("video/mp4", "tweet_video", clip(t), nil)
	p.click(`[data-advance="1m"]`)
	p.shows(fmt.Sprintf(`document.querySelector('#upload-list [data-key="%s"]')?.textContent.includes("succeeded")`, video))
	p.post(object{"text": "watch", "media": object{"media_ids": []string{video}}})
	p.shows(`document.querySelector(".post video") !== null`)
	p.value(`document.querySelector(".post video").muted = true; document.querySelector(".post video").play(); 1`)
	p.shows(`document.querySelector(".post video").currentTime > 0.2`)
	p.value(`document.querySelector(".post video").mark = "the same"; 1`)
	id := p.value(`document.querySelector(".post").dataset.key`)
	status, _ := p.call(http.MethodPost, "/2/users/"+p.srv.Me().ID+"/likes", object{"tweet_id": id})
	require.Equal(t, http.StatusOK, status)
	p.shows(`document.querySelector(".post .numbers").textContent.includes("1 like")`)
	require.Equal(t, "the same", p.value(`document.querySelector(".post video").mark`), "a like does not stop a video")

	warned := p.upload("image/png", "tweet_image", painting(t, 64, 64, 1), object{"sensitive_media_warning": object{"graphic_violence": true}})
	p.post(object{"text": "careful", "media": object{"media_ids": []string{warned}}})
	p.shows(`document.querySelector(".post .covered")?.textContent.includes("graphic violence")`)
	require.EqualValues(t, 0, p.value(`document.querySelector(".post").querySelectorAll("img").length`), "it is covered at first")
	p.click(".post .covered button")
	p.shows(`document.querySelector(".post img")?.naturalWidth === 64`)
}

func TestAnUploadHasABar(t *testing.T) {
	p := openPage(t, 1440, 900)
	content := painting(t, 200, 200, 0)
	half := len(content) / 2
	id := p.begin("image/png", "tweet_image", len(content))
	row := fmt.Sprintf(`document.querySelector('#upload-list [data-key="%s"]')`, id)
	p.shows(row + `?.querySelector("progress")?.value === 0`)
	p.segment(id, 0, content[:half])
	p.shows(row + `?.querySelector("progress")?.value > 0.4`)
	p.segment(id, 1, content[half:])
	p.shows(row + `?.querySelector("progress")?.value === 1`)
	p.finalize(id)
	p.shows(row + `.textContent.includes("succeeded") && !` + row + `.querySelector("progress")`)
}

func TestAFaultIsSwitchedOnAndTheRequestShows(t *testing.T) {
	p := openPage(t, 1440, 900)
	p.click(`[role=switch][aria-label="Unavailable"]`)
	p.shows(`document.querySelector("#said").textContent === "Unavailable is on."`)
	status, _ := p.call(http.MethodGet, "/2/users/me", nil)
	require.Equal(t, http.StatusServiceUnavailable, status)
	p.shows(`document.querySelector("#seen li .status")?.textContent === "503"`)
	require.Equal(t, "Service Unavailable", p.value(`document.querySelector("#seen li .wrong").textContent`))
	require.Contains(t, p.value(`document.querySelector("#seen li .operation").textContent`), "getUsersMe")
	p.shows(`document.querySelector("#switches").textContent.includes("1 time")`)
	p.click(`[role=switch][aria-label="Unavailable"]`)
	p.shows(`document.querySelector("#said").textContent === "Unavailable is off."`)
	status, _ = p.call(http.MethodGet, "/2/users/me", nil)
	require.Equal(t, http.StatusOK, status)

	status, _ = p.call(http.MethodGet, "/2/media/upload/initialize", nil)
	require.Equal(t, http.StatusNotFound, status)
	p.shows(`document.querySelector("#seen li .hint")?.textContent.includes("POST /2/media/upload/initialize")`)

	p.click("#more > summary")
	p.do(chromedp.SetValue(chromedp.CSS(`#fault [name=operation]`), "getUsersMe"),
		chromedp.SetValue(chromedp.CSS(`#fault [name=what]`), `{"answer":"html-520"}`),
		chromedp.SetValue(chromedp.CSS(`#fault [name=when]`), `{"times":1}`))
	p.click("#fault [type=submit]")
	p.shows(`document.querySelector("#rules-on").textContent.includes("html-520")`)
	status, _ = p.call(http.MethodGet, "/2/users/me", nil)
	require.Equal(t, 520, status)
	p.shows(`document.querySelector("#rules-on").textContent.includes("1 time")`)
	p.click("#rules-on button")
	p.shows(`document.querySelector("#rules-on").children.length === 0`)
	require.Empty(t, p.srv.Faults())
}

func TestARequestIsOpenedAndSentAgain(t *testing.T) {
	p := openPage(t, 1440, 900)
	p.post(object{"text": "once"})
	p.shows(`document.querySelector("#seen li")?.textContent.includes("createPosts")`)
	p.click("#seen summary")
	p.shows(`document.querySelector("#seen .inside")?.textContent.includes('"text": "once"')`)
	require.NotContains(t, p.value(`document.querySelector("#seen .inside").textContent`), p.srv.Token())
	p.click("#seen .inside button")
	p.shows(`document.querySelector("#seen li .operation")?.textContent.includes("again, of 1")`)
	require.Contains(t, p.value(`document.querySelector("#seen li .wrong").textContent`), "duplicate")
	p.shows(`document.querySelectorAll("#seen details[open]").length === 1`)
	p.click("#failed")
	p.shows(`document.querySelectorAll("#seen li").length === 1`)
	p.click("#forget")
	p.shows(`!document.querySelector("#no-requests").hidden`)
	require.Contains(t, p.value(`document.querySelector("#try").textContent`), p.srv.URL+"/2/users/me")
}

func TestManyRequestsDoNotStopThePage(t *testing.T) {
	p := openPage(t, 1440, 900, xapitest.WithoutRateLimits())
	const many = 3000
	for range many {
		p.call(http.MethodGet, "/2/users/me", nil)
	}
	p.shows(fmt.Sprintf(`document.querySelector("#request-count").textContent === %q`, "3,000"))
	require.EqualValues(t, 150, p.value(`document.querySelectorAll("#seen li").length`), "what is old is taken away")
	p.click(`[data-advance="1m"]`)
	p.shows(`document.querySelector("#said").textContent.startsWith("The clock was moved")`)
}

func TestThePageFollowsASandboxThatIsStartedAnew(t *testing.T) {
	p := openPage(t, 1440, 900)
	for range 5 {
		p.call(http.MethodGet, "/2/users/me", nil)
	}
	p.shows(`document.querySelectorAll("#seen li").length === 5`)
	address := strings.TrimPrefix(p.srv.URL, "http://")
	require.NoError(t, p.srv.Close())
	p.shows(`document.querySelector("#live").textContent === "reconnecting"`)
	p.srv = xapitest.New(t, xapitest.WithAddr(address))
	p.shows(`document.querySelector("#live").textContent === "live"`)
	p.shows(`document.querySelectorAll("#seen li").length === 0`)
	p.call(http.MethodGet, "/2/nowhere", nil)
	p.shows(`document.querySelector("#seen li .status")?.textContent === "404"`)
}

func TestTheClockIsMovedAndEverythingReset(t *testing.T) {
	p := openPage(t, 1440, 900)
	before := p.srv.Now()
	p.click(`[data-advance="24h"]`)
	p.shows(`document.querySelector("#said").textContent.startsWith("The clock was moved")`)
	require.GreaterOrEqual(t, p.srv.Now().Sub(before).Hours(), 24.)
	p.click("#freeze")
	p.shows(`document.querySelector("#freeze").getAttribute("aria-pressed") === "true"`)
	p.shows(fmt.Sprintf(`document.querySelector("#now").textContent.includes(%q)`, p.srv.Now().UTC().Format("15:04:05")))
	p.post(object{"text": "gone soon"})
	p.shows(`document.querySelector(".post .text").textContent === "gone soon"`)

	p.click("#reset")
	p.shows(`document.querySelector("#sure").open`)
	p.click("#no")
	require.Len(t, p.srv.Posts(), 1)
	p.click("#reset")
	p.click("#yes")
	p.shows(`document.querySelector(".post .text").textContent !== "gone soon"`)
	p.shows(`document.querySelector("#freeze").getAttribute("aria-pressed") === "false"`)
	p.shows(`document.querySelectorAll("#seen li").length === 0`)
	require.Empty(t, p.srv.Posts())
}

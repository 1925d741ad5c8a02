package compliance_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/compliance"
)

// server has one job, whose addresses are on the API's host or on another.
type server struct {
	mu      sync.Mutex
	api     *httptest.Server
	storage *httptest.Server
	log     []string
	status  string
	// onUpload answers in the place of the usual.
	onUpload http.HandlerFunc
	result   string
}

const signature = "sig=0123456789abcdef"

func newServer(t *testing.T, elsewhere bool) (*server, *xapi.Client) {
	t.Helper()
	s := &server{status: "created", result: `{"id":"1","action":"delete","reason":"deleted","created_at":"2020-01-02T03:04:05.000Z","redacted_at":null,"deleted_at":"2021-01-02T03:04:05Z"}` + "\n\n" +
		`{"id":"2","action":"scrub_geo","reason":"scrub_geo","redacted_at":"2022-01-02T03:04:05Z"}` + "\n" + `{"id":"x","error":"invalid_id"}`}
	s.api = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.api.Close)
	s.storage = s.api
	if elsewhere {
		s.storage = httptest.NewServer(http.HandlerFunc(s.serve))
		t.Cleanup(s.storage.Close)
	}
	client, err := xapi.New(xapi.WithBaseURL(s.api.URL), xapi.WithBearerToken("token-of-the-app"), xapi.WithAccessToken("token-of-a-user"),
		xapi.WithBackoff(0, 0))
	require.NoError(t, err)
	return s, client
}

func (s *server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	s.log = append(s.log, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", r.Method, r.URL.Path, r.Header.Get("Authorization"), strings.ReplaceAll(string(body), "\n", ","))))
	switch {
	case r.URL.Path == "/up":
		if s.onUpload != nil {
			s.onUpload(w, r)
			return
		}
		s.status = "complete"
	case r.URL.Path == "/down":
		_, _ = io.WriteString(w, s.result)
	case r.Method == http.MethodDelete:
		_, _ = io.WriteString(w, `{"data":{"id":"9"}}`)
	default:
		_, _ = fmt.Fprintf(w, `{"data":{"id":"9","type":"tweets","status":%q,"created_at":"2026-01-02T03:04:05Z",`+
			`"upload_url":"%s/up?%s","download_url":"%s/down?%s","upload_expires_at":"2026-01-02T03:19:05Z","download_expires_at":"2026-01-09T03:04:05Z"}}`,
			s.status, s.storage.URL, signature, s.storage.URL, signature)
	}
}

func TestAJobFromItsIDsToItsResults(t *testing.T) {
	for name, test := range map[string]struct {
		elsewhere bool
		token     string
	}{"on the API's host": {false, " Bearer token-of-the-app"}, "on another host": {true, ""}} {
		t.Run(name, func(t *testing.T) {
			s, client := newServer(t, test.elsewhere)
			job, err := compliance.Start(t.Context(), client, xapi.ComplianceJobDraft{Type: xapi.ComplianceJobTypePosts, Name: "nightly"}, slices.Values([]string{"1", "2", "33"}))
			require.NoError(t, err)
			job, err = compliance.Wait(t.Context(), client, job.ID)
			require.NoError(t, err)
			var results []compliance.Result
			for result, err := range compliance.Results(t.Context(), client, job) {
				require.NoError(t, err)
				results = append(results, result)
			}
			require.Len(t, results, 3)
			require.Equal(t, "delete", results[0].Action)
			require.Equal(t, 2021, results[0].RedactedAt.Year())
			require.Equal(t, 2020, results[0].CreatedAt.Year())
			require.Equal(t, 2022, results[1].RedactedAt.Year())
			require.Equal(t, "invalid_id", results[2].Invalid)
			require.JSONEq(t, `{"id":"x","error":"invalid_id"}`, string(results[2].Raw))
			for range compliance.Results(t.Context(), client, job) {
				break
			}
			require.NoError(t, compliance.Cancel(t.Context(), client, job.ID))
			require.Equal(t, []string{
				`POST /2/compliance/jobs Bearer token-of-the-app {"name":"nightly","type":"tweets"}`,
				strings.TrimRight("PUT /up"+test.token, " ") + map[bool]string{true: "  1,2,33,", false: " 1,2,33,"}[test.elsewhere],
				"GET /2/compliance/jobs/9 Bearer token-of-the-app",
				"GET /down" + test.token,
				"GET /down" + test.token,
				"DELETE /2/compliance/jobs/9 Bearer token-of-the-app",
			}, s.log)
		})
	}
}

func TestAnUploadWhoseAnswerIsLostIsNotAFailure(t *testing.T) {
	s, client := newServer(t, true)
	uploads := 0
	s.onUpload = func(w http.ResponseWriter, _ *http.Request) {
		s.status = "in_progress"
		if uploads++; uploads == 1 {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(http.StatusConflict)
	}
	_, err := compliance.Start(t.Context(), client, xapi.ComplianceJobDraft{Type: xapi.ComplianceJobTypePosts}, slices.Values([]string{"1"}))
	require.NoError(t, err)
	require.Equal(t, 2, uploads)
}

func TestAnUploadThatFailsLeavesTheJob(t *testing.T) {
	s, client := newServer(t, true)
	s.onUpload = func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		_, _ = io.WriteString(w, "too large: "+r.URL.String())
	}
	draft := xapi.ComplianceJobDraft{Type: xapi.ComplianceJobTypePosts}
	job, err := compliance.Start(t.Context(), client, draft, slices.Values([]string{"1"}))
	require.Equal(t, "9", job.ID)
	require.ErrorContains(t, err, "413")
	require.NotContains(t, err.Error(), "0123456789abcdef", "the address is a secret")

	calls := len(s.log)
	for _, ids := range [][]string{nil, {"1", ""}, {"1", "two"}, {"1\n2"}} {
		require.Error(t, compliance.Upload(t.Context(), client, job, slices.Values(ids)))
	}
	require.ErrorContains(t, compliance.Upload(t.Context(), client, job, func(yield func(string) bool) {
		for yield("1234567890123456789") {
		}
	}), "more than 128 MB")
	require.Error(t, compliance.Upload(t.Context(), client, &xapi.ComplianceJob{ID: "9"}, slices.Values([]string{"1"})))
	require.Error(t, compliance.Cancel(t.Context(), client, ""))
	for _, err := range compliance.Results(t.Context(), client, job) {
		require.ErrorContains(t, err, "wait until it is complete")
	}
	require.Len(t, s.log, calls, "nothing was sent")
}

func TestABrokenResultIsToldAfterWhatCame(t *testing.T) {
	s, client := newServer(t, false)
	s.status, s.result = "complete", `{"id":"1","action":"delete"}`+"\n"+`{"id":`
	job, err := compliance.Wait(t.Context(), client, "9")
	require.NoError(t, err)
	var came int
	var failed error
	for result, err := range compliance.Results(t.Context(), client, job) {
		if failed = err; err == nil {
			require.Equal(t, "1", result.ID)
			came++
		}
	}
	require.Equal(t, 1, came)
	require.ErrorContains(t, failed, "line 2 of the result")
}

// answers is a transport that answers the jobs' statuses one after the other.
type answers []string

func (a *answers) RoundTrip(req *http.Request) (*http.Response, error) {
	status := (*a)[0]
	*a = (*a)[1:]
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{}, Request: req,
		Body: io.NopCloser(strings.NewReader(fmt.Sprintf(`{"data":{"id":"9","status":%q}}`, status))),
	}, nil
}

func TestWaitEndsWithTheJob(t *testing.T) {
	for end, says := range map[string]string{
		"complete": "", "failed": "compliance job 9 is failed: start another", "expired": "has run out before ids were uploaded",
	} {
		t.Run(end, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				client, err := xapi.New(xapi.WithBearerToken("b"), xapi.WithHTTPClient(&http.Client{Transport: &answers{"created", "in_progress", "of tomorrow", end}}))
				require.NoError(t, err)
				job, err := compliance.Wait(t.Context(), client, "9")
				require.EqualValues(t, end, job.Status)
				require.Equal(t, 47500*time.Millisecond, time.Since(begun))
				if says == "" {
					require.NoError(t, err)
					return
				}
				var failed *compliance.JobError
				require.ErrorAs(t, err, &failed)
				require.ErrorContains(t, err, says)
			})
		})
	}
}

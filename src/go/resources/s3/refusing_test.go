package s3_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/nobody"
	"go.dagstack.dev/resources/s3"
)

// scripted is a service that answers as a test tells it to.
func scripted(t *testing.T, answer http.HandlerFunc) s3.Settings {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return s3.Settings{
		Bucket: "bucket", Endpoint: server.URL, AccessKeyID: accessKey, SecretAccessKey: secretKey,
		MaxRetries: -1, MaxBackoff: time.Millisecond, Timeout: 10 * time.Second,
	}
}

const freeText = "<Error><Code>%s</Code><Message>for your eyes only: " + secretKey + "</Message></Error>"

func says(status int, code string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("x-amz-request-id", "REQUEST1")
		w.WriteHeader(status)
		if r.Method != http.MethodHead {
			_, _ = fmt.Fprintf(w, freeText, code)
		}
	}
}

func breaks(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

func failureOf(t *testing.T, operation string, err error) *contracts.BackendFailedError {
	t.Helper()
	var failed *contracts.BackendFailedError
	if !errors.As(err, &failed) || failed.Resource != "S3BlobStore" || failed.Operation != operation || failed.Err == nil {
		t.Fatalf("%s: got %v", operation, err)
	}
	shown := err.Error() + fmt.Sprintf("%+v%#v", err, failed.Err)
	for _, secret := range []string{secretKey, "eyes", accessKey, "http:"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%s shows %q: %s", operation, secret, shown)
		}
	}
	return failed
}

func TestWhatTheServiceDoesIsReportedInFewWords(t *testing.T) {
	t.Parallel()
	slow := func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}
	for detail, answer := range map[string]http.HandlerFunc{
		"the service answered 500 Internal Server Error":                         says(500, "InternalError"),
		"the service answered 503 Service Unavailable":                           says(503, "SlowDown"),
		"the service answered 429 Too Many Requests":                             says(429, "TooManyRequests"),
		"the service answered 403 Forbidden":                                     says(403, "AccessDenied"),
		"the service answered 401 Unauthorized":                                  says(401, "Unauthorized"),
		"the service answered 409 Conflict":                                      says(409, "OperationAborted"),
		"the service redirects, so the region or the endpoint is probably wrong": says(301, "PermanentRedirect"),
		"the service: the connection broke":                                      breaks,
		"the service: it did not answer in time":                                 slow,
	} {
		t.Run(detail, func(t *testing.T) {
			t.Parallel()
			mine := scripted(t, answer)
			if strings.Contains(detail, "time") {
				mine.Timeout = 200 * time.Millisecond
			}
			for operation, call := range calls(open(t, mine)) {
				failed := failureOf(t, operation, call(t.Context(), "key"))
				if got, _, _ := strings.Cut(failed.Detail, " ("); got != detail {
					t.Errorf("%s: got %q", operation, failed.Detail)
				}
			}
		})
	}
}

func TestACauseNamesTheRequestForThoseWhoRunTheService(t *testing.T) {
	t.Parallel()
	_, err := open(t, scripted(t, says(403, "AccessDenied"))).Get(t.Context(), "key")
	const want = "S3BlobStore: get failed: the service answered 403 Forbidden (AccessDenied): S3 GetObject, request REQUEST1"
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestFailedRequestsAreRepeatedSoOften(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"503": says(503, "SlowDown"), "429": says(429, "Odd"), "500": says(500, "InternalError"), "broken": breaks,
		"half": half,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			asked, broken := 0, 2
			mine := scripted(t, func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				asked++
				spoil := asked <= broken
				mu.Unlock()
				if spoil {
					answer(w, r)
				} else {
					_, _ = io.WriteString(w, "whole")
				}
			})
			mine.MaxRetries = 2
			store := open(t, mine)
			if data, err := store.Get(t.Context(), "key"); string(data) != "whole" || err != nil {
				t.Errorf("got %q, %v", data, err)
			}
			mu.Lock()
			asked, broken = 0, 1000
			mu.Unlock()
			data, err := store.Get(t.Context(), "key")
			failureOf(t, "get", err)
			mu.Lock()
			defer mu.Unlock()
			// net/http repeats one request by itself if a used connection breaks.
			if asked < 3 || asked > 4 || data != nil {
				t.Errorf("asked %d times, got %q", asked, data)
			}
		})
	}
}

func half(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("content-length", "100")
	_, _ = io.WriteString(w, "half")
}

func TestAttemptsAreCountedTogetherWhateverFails(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	mine := scripted(t, func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1)%2 == 1 {
			says(503, "SlowDown")(w, r)
		} else {
			half(w, r)
		}
	})
	mine.MaxRetries = 4
	_, err := open(t, mine).Get(t.Context(), "key")
	failureOf(t, "get", err)
	if asked.Load() != 5 {
		t.Errorf("asked %d times", asked.Load())
	}
}

func TestBeforeAnAnswerThatBrokeOffIsAskedForAgainThereIsAPause(t *testing.T) {
	t.Parallel()
	mine := scripted(t, half)
	mine.MaxRetries, mine.MaxBackoff = 30, time.Hour // all the pauses together, however they vary, take long
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := open(t, mine).Get(ctx, "key"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestWhoMayNotListStillSeesThatAKeyIsMissing(t *testing.T) {
	t.Parallel()
	store := open(t, scripted(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			w.WriteHeader(404)
			return
		}
		says(403, "AccessDenied")(w, r)
	}))
	if there, err := store.Exists(t.Context(), "key"); there || err != nil {
		t.Errorf("got %v, %v", there, err)
	}
}

func TestObjectsThatAreNoBlobsAreNotListed(t *testing.T) {
	t.Parallel()
	mine := scripted(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>`)
		for _, key := range []string{"in/b", "in/folder/", "in/a%2F%2Fb", "in/", "in/a%0Ab", "out/a", "in/a", "in/b", "in/%2B+%25"} {
			_, _ = fmt.Fprintf(w, "<Contents><Key>%s</Key></Contents>", key)
		}
		_, _ = io.WriteString(w, "</ListBucketResult>")
	})
	mine.Prefix = "in"
	checkKeys(t, open(t, mine), "", "+ %", "a", "b")
	checkKeys(t, open(t, mine), "b", "b")
}

func TestAServiceThatIsNotThereCannotBeReached(t *testing.T) {
	t.Parallel()
	mine := scripted(t, breaks)
	mine.Endpoint = "http://" + nobody.Listens(t)
	for operation, call := range calls(open(t, mine)) {
		if failed := failureOf(t, operation, call(t.Context(), "key")); failed.Detail != "the service: it cannot be reached" {
			t.Errorf("got %q", failed.Detail)
		}
	}
}

func TestCredentialsThatCannotBeHadAreAFailure(t *testing.T) {
	t.Parallel()
	mine := scripted(t, breaks)
	mine.AccessKeyID, mine.SecretAccessKey = "", ""
	mine.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{}, errors.New("the vault is sealed: " + secretKey)
	})
	_, err := open(t, mine).Get(t.Context(), "key")
	if got := failureOf(t, "get", err).Detail; got != "no request could be made, perhaps for want of credentials" {
		t.Errorf("got %q", got)
	}
}

func TestKeysAreRefusedBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	mine := scripted(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	mine.Prefix = "a"
	store := open(t, mine)
	for operation, call := range calls(store) {
		if operation == "list" {
			continue
		}
		for _, key := range []string{
			"", "/a", "a/", "a//b", ".", "..", "a/../b", "a\x00", "a\x7f", "\xff", strings.Repeat("x", 1025), strings.Repeat("x", 1023),
		} {
			var invalid *contracts.InvalidBlobKeyError
			if err := call(t.Context(), key); !errors.As(err, &invalid) || invalid.Key != key {
				t.Errorf("%s %.20q: got %v", operation, key, err)
			}
		}
	}
}

func TestCancellingAndClosingEndWhatRuns(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{}, 10)
	mine := scripted(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		arrived <- struct{}{}
		<-r.Context().Done()
	})
	for operation := range calls(nil) {
		store := open(t, mine)
		call := calls(store)[operation]
		ended := make(chan error, 1)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { ended <- call(ctx, "key") }()
		<-arrived
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) || errors.Is(err, contracts.ErrResource) {
			t.Errorf("%s: got %v", operation, err)
		}
		go func() { ended <- call(context.Background(), "key") }()
		<-arrived
		for range 2 {
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		}
		if err := <-ended; !errors.Is(err, contracts.ErrResourceClosed) {
			t.Errorf("%s: got %v", operation, err)
		}
		if err := call(t.Context(), "key"); !errors.Is(err, contracts.ErrResourceClosed) {
			t.Errorf("%s: got %v", operation, err)
		}
	}
}

func TestWrongSettingsAreRefused(t *testing.T) {
	t.Parallel()
	for message, wrong := range map[string]s3.Settings{
		"bucket: it is empty":                                     {},
		"endpoint: it is not an http or https URL":                {Bucket: "b", Endpoint: "ftp://host"},
		"endpoint: it is not a URL":                               {Bucket: "b", Endpoint: "http://[::1"},
		"endpoint: it holds more than a host, a port and a path":  {Bucket: "b", Endpoint: "https://user:password@host"},
		"prefix: it begins with a slash":                          {Bucket: "b", Prefix: "/a"},
		"prefix: it has a segment ..":                             {Bucket: "b", Prefix: "a/../b"},
		"timeout: it is negative":                                 {Bucket: "b", Timeout: -1},
		"connect_timeout: it is negative":                         {Bucket: "b", ConnectTimeout: -1},
		"max_backoff: it is negative":                             {Bucket: "b", MaxBackoff: -1},
		"access_key_id: it and secret_access_key need each other": {Bucket: "b", AccessKeyID: "a"},
		"credentials: it excludes access_key_id":                  {Bucket: "b", AccessKeyID: "a", SecretAccessKey: "b", Credentials: aws.AnonymousCredentials{}},
		"ca_certificates: it holds no certificates in PEM":        {Bucket: "b", CACertificates: []byte("none")},
	} {
		_, err := s3.New(wrong)
		if !errors.Is(err, contracts.ErrInvalidArgument) || err.Error() != message {
			t.Errorf("got %v, want %s", err, message)
		}
	}
}

func TestNothingShowsCredentials(t *testing.T) {
	t.Parallel()
	mine := scripted(t, breaks)
	mine.Prefix = "a/b"
	store := open(t, mine)
	if got := fmt.Sprint(store); got != `S3BlobStore in bucket "bucket", prefix "a/b/"` {
		t.Errorf("got %s", got)
	}
	for _, format := range []string{"%v", "%+v", "%#v"} {
		if shown := fmt.Sprintf(format+format, mine, store); strings.Contains(shown, secretKey) {
			t.Errorf("%s shows %s", format, shown)
		}
	}
}

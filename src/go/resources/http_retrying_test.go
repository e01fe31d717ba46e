package resources_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

const stubURL = "https://api.test/x"

var stubStart = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// fixedRng gives the numbers that it is told, in turn.
type fixedRng struct {
	contracts.UnimplementedRng
	shares []float64
	drawn  int
}

func (r *fixedRng) NextFloat() float64 {
	r.drawn++
	return r.shares[(r.drawn-1)%len(r.shares)]
}

// skipping is a sleeper that moves a frozen clock ahead instead of waiting, and remembers how far.
type skipping struct {
	clock  *resources.FrozenClock
	late   time.Duration // by how much it is late
	delays []time.Duration
}

func (s *skipping) Sleep(_ context.Context, delay time.Duration) error {
	s.delays = append(s.delays, delay)
	return s.clock.Advance(delay + s.late)
}

// retryBench is a stub with all that retries depend on.
type retryBench struct {
	*resources.StubHTTPClient
	sleeper *skipping
	rng     *fixedRng
}

func newRetryBench(settings resources.HTTPSettings, shares ...float64) retryBench {
	if shares == nil {
		shares = []float64{0.5}
	}
	clock := resources.NewFrozenClock(stubStart)
	bench := retryBench{sleeper: &skipping{clock: clock}, rng: &fixedRng{shares: shares}}
	settings.Clock, settings.Sleeper, settings.Rng = clock, bench.sleeper, bench.rng
	bench.StubHTTPClient = resources.NewStubHTTPClient(&settings)
	return bench
}

func (b retryBench) checkDelays(t *testing.T, seconds ...float64) {
	t.Helper()
	want := make([]time.Duration, len(seconds))
	for i, one := range seconds {
		want[i] = time.Duration(one * 1e9)
	}
	if !slices.Equal(b.sleeper.delays, want) {
		t.Errorf("waited %v, not %v", b.sleeper.delays, want)
	}
	if b.rng.drawn < len(seconds) {
		t.Errorf("drew %d floats for %d waits", b.rng.drawn, len(seconds))
	}
}

func TestAStatusThatSaysNotNowIsTriedAgain(t *testing.T) {
	t.Parallel()
	for _, status := range []int{429, 502, 503, 504} {
		bench := newRetryBench(resources.HTTPSettings{})
		bench.On("GET", stubURL).Then(resources.Answer{Status: status}).Then(resources.Answer{Text: "here"})
		response := mustFetch(t, bench, stubURL)
		checkEqual(t, "text", response.Text(), "here")
		checkEqual(t, "attempts", response.Attempts(), 2)
		bench.checkDelays(t, 0.25)
	}
}

func TestAnyOtherStatusIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 204, 301, 400, 401, 404, 408, 409, 425, 500, 501, 505} {
		bench := newRetryBench(resources.HTTPSettings{})
		bench.On("GET", stubURL).Then(resources.Answer{Status: status})
		checkEqual(t, "attempts", mustFetch(t, bench, stubURL).Attempts(), 1)
		checkEqual(t, "draws", bench.rng.drawn, 0)
	}
}

func TestDelaysAreARandomShareOfALimitThatDoubles(t *testing.T) {
	t.Parallel()
	bench := newRetryBench(resources.HTTPSettings{
		Retry:    resources.HTTPRetry{MaxAttempts: 7, Cap: 4 * time.Second},
		Timeouts: resources.HTTPTimeouts{Total: 1000 * time.Second},
	}, 0, 0.25, 0.5, 0.75, 0.125, 0.999)
	bench.On("GET", stubURL).Then(resources.Answer{Status: 503})
	checkEqual(t, "attempts", mustFetch(t, bench, stubURL).Attempts(), 7)
	bench.checkDelays(t, 0, 0.25, 1, 3, 0.5, 3.996)
	checkEqual(t, "draws", bench.rng.drawn, 6)
}

func TestDelaysOfASeedAreTheSameInAllLanguages(t *testing.T) {
	t.Parallel()
	clock := resources.NewFrozenClock(stubStart)
	sleeper := &skipping{clock: clock}
	stub := resources.NewStubHTTPClient(&resources.HTTPSettings{
		Retry: resources.HTTPRetry{MaxAttempts: 5}, Clock: clock, Sleeper: sleeper, Rng: resources.NewDeterministicRng(42),
	})
	stub.On("GET", stubURL).Then(resources.Answer{Status: 503})
	mustFetch(t, stub, stubURL)
	want := []time.Duration{319713 * time.Microsecond, 25011 * time.Microsecond, 550059 * time.Microsecond, 892843 * time.Microsecond}
	if !slices.Equal(sleeper.delays, want) { // the numbers that Python waits
		t.Errorf("waited %v, not %v", sleeper.delays, want)
	}
}

func TestTheLastOutcomeCountsWhenAttemptsAreUsedUp(t *testing.T) {
	t.Parallel()
	bench := newRetryBench(resources.HTTPSettings{})
	bench.On("GET", stubURL).Then(resources.Answer{Status: 503}).Then(resources.Answer{Status: 502}).
		Then(resources.Answer{Status: 504}).Then(resources.Answer{Err: contracts.ErrHTTPConnectionFailed})
	checkEqual(t, "status", mustFetch(t, bench, stubURL).StatusCode(), 504)
	bench.checkDelays(t, 0.25, 0.5)
	_, err := fetch(t, bench, stubURL)
	checkEqual(t, "attempts", isA[*contracts.HTTPConnectionFailedError](t, contracts.ErrHTTPConnectionFailed, err).Attempts, 3)
}

func TestFailuresThatPassAreTriedAgainAndOthersAreNot(t *testing.T) {
	t.Parallel()
	for failure, attempts := range map[error]int{
		contracts.ErrHTTPConnectionFailed:   2,
		contracts.ErrHTTPTimeout:            2,
		contracts.ErrHTTPTLSFailed:          1,
		contracts.ErrHTTPResponseMalformed:  1,
		errors.New("an error of no engine"): 1,
	} {
		bench := newRetryBench(resources.HTTPSettings{})
		bench.On("GET", stubURL).Then(resources.Answer{Err: failure}).Then(resources.Answer{})
		_, err := fetch(t, bench, stubURL)
		checkEqual(t, "requests", len(bench.Requests()), attempts)
		if (attempts == 1) != errors.Is(err, failure) {
			t.Errorf("%v: got %v", failure, err)
		}
	}
}

func TestALoopOfRedirectsAndALargeBodyAreNotTriedAgain(t *testing.T) {
	t.Parallel()
	bench := newRetryBench(resources.HTTPSettings{Limits: resources.HTTPLimits{BodyBytes: 3}})
	loop := bench.On("GET", stubURL).Then(resources.Answer{Status: 302, Headers: map[string]string{"location": "/x"}})
	_, err := fetch(t, bench, stubURL)
	failed := isA[*contracts.HTTPTooManyRedirectsError](t, contracts.ErrHTTPTooManyRedirects, err)
	checkEqual(t, "attempts", failed.Attempts, 1)
	checkEqual(t, "limit", failed.Limit, 10)
	checkEqual(t, "requests", loop.Calls(), 11)
	bench.Reset()
	bench.On("GET", stubURL).Then(resources.Answer{Text: "four"})
	_, err = fetch(t, bench, stubURL)
	isA[*contracts.HTTPBodyTooLargeError](t, contracts.ErrHTTPBodyTooLarge, err)
	checkEqual(t, "requests", len(bench.Requests()), 1)
}

func TestACancelledCallIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	clock := resources.NewFrozenClock(stubStart)
	stub := resources.NewStubHTTPClient(&resources.HTTPSettings{Clock: clock, Rng: &fixedRng{shares: []float64{0.5}}})
	stub.On("GET", stubURL).Then(resources.Answer{Status: 503})
	ctx, cancel := context.WithCancel(within(t))
	ended := make(chan error)
	go func() {
		_, err := stub.Get(ctx, stubURL, contracts.HTTPClientGetOptions{})
		ended <- err
	}()
	if err := clock.WaitForSleepers(within(t), 1); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) || errors.Is(err, contracts.ErrResource) {
		t.Errorf("got %v", err)
	}
	checkEqual(t, "requests", len(stub.Requests()), 1)
}

func TestPostIsSentOnceUnlessTheHostSaysOtherwise(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		retry    resources.HTTPRetry
		key      string
		attempts int
	}{
		{resources.HTTPRetry{}, "Idempotency-Key", 1},
		{resources.HTTPRetry{Methods: []string{"POST"}}, "x", 3},
		{resources.HTTPRetry{IdempotencyKey: true}, "x", 1},
		{resources.HTTPRetry{IdempotencyKey: true}, "Idempotency-Key", 3},
	} {
		bench := newRetryBench(resources.HTTPSettings{Retry: one.retry})
		bench.On("POST", stubURL).Then(resources.Answer{Status: 503})
		response, err := buffered(bench.Post(within(t), stubURL, contracts.HTTPClientPostOptions{
			Headers: map[string]string{one.key: "1"},
		}))
		if err != nil {
			t.Fatal(err)
		}
		checkEqual(t, "attempts", response.Attempts(), one.attempts)
	}
}

func TestRetryAfterIsHonouredInBothForms(t *testing.T) {
	t.Parallel()
	for value, delay := range map[string]float64{
		"0": 0.25, "7": 7.25, "Mon, 23 Nov 2026 12:00:09 GMT": 9.25, "Monday, 23-Nov-26 12:00:09 GMT": 9.25,
		"Mon Nov 23 12:00:09 2026": 9.25, "Mon, 23 Nov 2026 11:00:00 GMT": 0.25, "soon": 0.25, "-5": 0.25,
		"1.5": 0.25, "": 0.25, "59": 59.25, "60": -1, repeated("9", 400): -1, "Tue, 24 Nov 2026 12:00:00 GMT": -1,
		"Mon, 23 Nov 2026 12:00:09 +0000": 9.25,
	} {
		bench := newRetryBench(resources.HTTPSettings{})
		bench.On("GET", stubURL).
			Then(resources.Answer{Status: 503, Headers: map[string]string{"retry-after": value}}).
			Then(resources.Answer{Text: "here"})
		status := mustFetch(t, bench, stubURL).StatusCode()
		if delay < 0 {
			bench.checkDelays(t)
			checkEqual(t, value, status, 503)
			checkEqual(t, "draws", bench.rng.drawn, 0)
		} else {
			bench.checkDelays(t, delay)
			checkEqual(t, value, status, 200)
		}
	}
}

func TestTheDeadlineBoundsAttemptsAndWaitsTogether(t *testing.T) {
	t.Parallel()
	bench := newRetryBench(resources.HTTPSettings{
		Retry:    resources.HTTPRetry{MaxAttempts: 100, Base: 4 * time.Second, Cap: 4 * time.Second},
		Timeouts: resources.HTTPTimeouts{Total: 10 * time.Second},
	})
	bench.On("GET", stubURL).Then(resources.Answer{Status: 503, Delay: 1500 * time.Millisecond})
	// 1.5 + 2 + 1.5 + 2 + 1.5 = 8.5 seconds; two more would be 10.5.
	checkEqual(t, "attempts", mustFetch(t, bench, stubURL).Attempts(), 3)
	checkEqual(t, "draws", bench.rng.drawn, 3)
	bench.rng.drawn = 5
	bench.checkDelays(t, 1.5, 2, 1.5, 2, 1.5)
}

func TestAnAttemptHasOnlyTheTimeThatIsLeft(t *testing.T) {
	t.Parallel()
	bench := newRetryBench(resources.HTTPSettings{Timeouts: resources.HTTPTimeouts{Total: 10 * time.Second}})
	bench.On("GET", stubURL).Then(resources.Answer{Delay: 9 * time.Second, Status: 503}).
		Then(resources.Answer{Delay: 9 * time.Second})
	_, err := fetch(t, bench, stubURL)
	checkEqual(t, "attempts", isA[*contracts.HTTPTimeoutError](t, contracts.ErrHTTPTimeout, err).Attempts, 2)
	bench.rng.drawn = 3
	bench.checkDelays(t, 9, 0.25, 0.75)
}

func TestASleeperThatIsLateLeavesNoTime(t *testing.T) {
	t.Parallel()
	bench := newRetryBench(resources.HTTPSettings{Timeouts: resources.HTTPTimeouts{Total: 10 * time.Second}})
	bench.sleeper.late = 11 * time.Second
	bench.On("GET", stubURL).Then(resources.Answer{Status: 503})
	checkEqual(t, "status", mustFetch(t, bench, stubURL).StatusCode(), 503)
	checkEqual(t, "requests", len(bench.Requests()), 1)
}

func TestARedirectKeepsCountOfTheAttempts(t *testing.T) {
	t.Parallel()
	bench := newRetryBench(resources.HTTPSettings{})
	bench.On("GET", stubURL).Then(resources.Answer{Status: 503}).
		Then(resources.Answer{Status: 302, Headers: map[string]string{"location": "/y"}})
	bench.On("GET", "https://api.test/y").Then(resources.Answer{Status: 503}).Then(resources.Answer{Text: "here"})
	response := mustFetch(t, bench, stubURL)
	checkEqual(t, "attempts", response.Attempts(), 3)
	checkEqual(t, "url", response.URL(), "https://api.test/y")
}

func TestNoWaitIsAWaitOfNothing(t *testing.T) {
	t.Parallel()
	bench := newRetryBench(resources.HTTPSettings{Retry: resources.HTTPRetry{Base: -1}})
	bench.On("GET", stubURL).Then(resources.Answer{Status: 503})
	mustFetch(t, bench, stubURL)
	bench.checkDelays(t, 0, 0)
}

func TestRetriesOverTheWire(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, open makesClient) {
		server := serve(t, inTurn(hangingUp, says(503, "", "retry-after: 3"), says(200, "here")))
		clock := resources.NewFrozenClock(stubStart)
		sleeper := &skipping{clock: clock}
		client := open(t, resources.HTTPSettings{Clock: clock, Sleeper: sleeper, Rng: &fixedRng{shares: []float64{0.5}}})
		response, err := buffered(client.Put(within(t), server.url("/"), contracts.HTTPClientPutOptions{
			JSON: map[string]any{"a": 1},
		}))
		if err != nil {
			t.Fatal(err)
		}
		checkEqual(t, "text", response.Text(), "here")
		checkEqual(t, "attempts", response.Attempts(), 3)
		if want := []time.Duration{250 * time.Millisecond, 3500 * time.Millisecond}; !slices.Equal(sleeper.delays, want) {
			t.Errorf("waited %v", sleeper.delays)
		}
		for _, request := range server.seen() {
			checkEqual(t, "body", request.body, `{"a":1}`)
		}
	})
}

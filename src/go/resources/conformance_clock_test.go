package resources_test

import (
	"testing"
	"time"

	"go.dagstack.dev/conformance"
	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

func TestConformanceOfSystemClock(t *testing.T) {
	conformance.TestSystemClock(t, func(*conformance.Case) (conformance.SleepingClock, error) {
		return resources.NewSystemClock(), nil
	}, conformance.Named("SystemClock"))
}

func TestConformanceOfFrozenClock(t *testing.T) {
	conformance.TestFrozenClock(t, func(_ *conformance.Case, now time.Time) (conformance.FrozenClock, error) {
		return resources.NewFrozenClock(now), nil
	}, conformance.Named("FrozenClock"))
}

func TestConformanceOfRandomRng(t *testing.T) {
	conformance.TestRandomRng(t, func(*conformance.Case) (contracts.Rng, error) {
		return resources.NewRandomRng(), nil
	}, conformance.Named("RandomRng"))
}

func TestConformanceOfDeterministicRng(t *testing.T) {
	conformance.TestDeterministicRng(t, func(_ *conformance.Case, seed uint64) (conformance.SeededRng, error) {
		return resources.NewDeterministicRng(seed), nil
	}, conformance.Named("DeterministicRng"))
}

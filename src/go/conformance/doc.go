// Package conformance judges implementations by the cases that come with their interfaces.
//
// A suite is data: what every implementation of an interface must show, with the names that Go uses,
// as the package conformance beside the generated contracts has it. A test of an implementation is
// one call:
//
//	func TestMyStore(t *testing.T) {
//		conformance.TestBlobStore(t, func(*conformance.Case) (contracts.BlobStore, error) {
//			return mine.NewStore(), nil
//		}, conformance.Having("content_types"), …)
//	}
//
// [TestBlobStore], [TestSystemClock], [TestFrozenClock], [TestRandomRng], [TestDeterministicRng],
// [TestHTTPClient], [TestTempDir] and [TestRegistry] are for the standard resources. [Run] takes any
// suite, also a team's own, and a [Harness] that says what the implementation has; [Judge] does the
// same without a test and returns what came of each case.
package conformance

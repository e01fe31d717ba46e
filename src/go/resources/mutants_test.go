package resources_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf16"

	"go.dagstack.dev/conformance"
	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

// mutants make an implementation with one fault each, by the fault's name in tests/mutants.
var mutants = map[string]conformance.Harness{
	"a_key_counts_without_case":       judgedStore(func(s *memory) contracts.BlobStore { return withoutCase{s} }),
	"a_list_comes_in_utf_16_order":    judgedStore(func(s *memory) contracts.BlobStore { return inUTF16{s} }),
	"a_prefix_is_a_folder":            judgedStore(func(s *memory) contracts.BlobStore { return byFolder{s} }),
	"delete_tells_of_what_is_missing": judgedStore(func(s *memory) contracts.BlobStore { return insistent{s} }),
	"put_keeps_a_reference":           judgedStore(func(s *memory) contracts.BlobStore { return &aliasing{memory: s} }),
	"a_list_ends_after_a_thousand":    judgedStore(func(s *memory) contracts.BlobStore { return onePage{s} }),
	"put_leaves_a_tail":               judgedStore(func(s *memory) contracts.BlobStore { return leavingTails{s} }),
	"a_closed_store_goes_on":          judgedStore(func(s *memory) contracts.BlobStore { return neverClosed{s} }),
	"now_is_in_no_zone":               judgedClock(func(c *resources.FrozenClock) conformance.FrozenClock { return local{c} }),
	"time_is_a_float": judgedClock(func(c *resources.FrozenClock) conformance.FrozenClock {
		return &floating{FrozenClock: c}
	}),
	"high_is_left_out":             judgedRng(func(r *resources.DeterministicRng) conformance.SeededRng { return belowHigh{r} }),
	"a_range_of_one_draws_nothing": judgedRng(func(r *resources.DeterministicRng) conformance.SeededRng { return thrifty{r} }),
	"a_uuid_is_all_random":         judgedRng(func(r *resources.DeterministicRng) conformance.SeededRng { return allRandom{r} }),
	"a_line_break_is_sent":         judgedClient(func(c *resources.StubHTTPClient) any { return cleaning{c} }),
	"a_file_is_made_over_another":  judgedDir(func(d *resources.SystemTempDir) contracts.TempDir { return overwriting{d} }),
	"the_first_is_closed_first": judgedHost(func(r judgedRegistry) conformance.Registry {
		return &listing{judgedRegistry: r, order: eachOnce}
	}),
	"an_object_with_two_names_is_closed_twice": judgedHost(func(r judgedRegistry) conformance.Registry {
		return &listing{judgedRegistry: r, order: lastFirst}
	}),
}

// sound make what the faults are in, by suite.
var sound = map[string]conformance.Harness{
	"blob_store":  judgedStore(func(s *memory) contracts.BlobStore { return s }),
	"clock":       judgedClock(func(c *resources.FrozenClock) conformance.FrozenClock { return c }),
	"rng":         judgedRng(func(r *resources.DeterministicRng) conformance.SeededRng { return r }),
	"http_client": judgedClient(func(c *resources.StubHTTPClient) any { return c }),
	"tmpdir":      judgedDir(func(d *resources.SystemTempDir) contracts.TempDir { return d }),
	"registry":    judgedHost(func(r judgedRegistry) conformance.Registry { return r }),
}

type memory = resources.InMemoryBlobStore

type withoutCase struct{ *memory }

func (s withoutCase) Put(ctx context.Context, key string, data []byte, opts contracts.BlobStorePutOptions) error {
	return s.memory.Put(ctx, strings.ToLower(key), data, opts)
}

func (s withoutCase) Get(ctx context.Context, key string) ([]byte, error) {
	return s.memory.Get(ctx, strings.ToLower(key))
}

type inUTF16 struct{ *memory }

func (s inUTF16) List(ctx context.Context, prefix string) ([]string, error) {
	keys, err := s.memory.List(ctx, prefix)
	slices.SortFunc(keys, func(a, b string) int {
		return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
	})
	return keys, err
}

type byFolder struct{ *memory }

func (s byFolder) List(ctx context.Context, prefix string) ([]string, error) {
	keys, err := s.memory.List(ctx, "")
	return slices.DeleteFunc(keys, func(key string) bool {
		return prefix != "" && !strings.HasPrefix(key, strings.TrimRight(prefix, "/")+"/")
	}), err
}

type onePage struct{ *memory }

func (s onePage) List(ctx context.Context, prefix string) ([]string, error) {
	keys, err := s.memory.List(ctx, prefix)
	return keys[:min(len(keys), 1000)], err
}

type insistent struct{ *memory }

func (s insistent) Delete(ctx context.Context, key string) error {
	if there, err := s.Exists(ctx, key); err != nil || !there {
		return errors.Join(err, &contracts.BlobNotFoundError{Key: key})
	}
	return s.memory.Delete(ctx, key)
}

type aliasing struct {
	*memory
	kept sync.Map
}

func (s *aliasing) Put(ctx context.Context, key string, data []byte, opts contracts.BlobStorePutOptions) error {
	if err := s.memory.Put(ctx, key, data, opts); err != nil {
		return err
	}
	s.kept.Store(key, data)
	return nil
}

func (s *aliasing) Get(ctx context.Context, key string) ([]byte, error) {
	if _, err := s.memory.Get(ctx, key); err != nil {
		return nil, err
	}
	data, _ := s.kept.Load(key)
	return bytes.Clone(data.([]byte)), nil
}

type leavingTails struct{ *memory }

func (s leavingTails) Put(ctx context.Context, key string, data []byte, opts contracts.BlobStorePutOptions) error {
	if before, err := s.Get(ctx, key); err == nil && len(before) > len(data) {
		data = append(bytes.Clone(data), before[len(data):]...)
	}
	return s.memory.Put(ctx, key, data, opts)
}

type neverClosed struct{ *memory }

func (neverClosed) Close() error { return nil }

type local struct{ *resources.FrozenClock }

func (c local) Now() time.Time { return c.FrozenClock.Now().In(time.FixedZone("CET", 3600)) }

type floating struct {
	*resources.FrozenClock
	mu  sync.Mutex
	sum float64
}

func (c *floating) AdvanceSeconds(seconds float64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sum += seconds
	return c.Advance(time.Duration(c.sum*1e9) - time.Duration(c.MonotonicNs()))
}

type belowHigh struct{ *resources.DeterministicRng }

func (r belowHigh) NextInt(low, high int) int {
	if high > low {
		high--
	}
	return r.DeterministicRng.NextInt(low, high)
}

type thrifty struct{ *resources.DeterministicRng }

func (r thrifty) NextInt(low, high int) int {
	if low == high {
		return low
	}
	return r.DeterministicRng.NextInt(low, high)
}

type allRandom struct{ *resources.DeterministicRng }

func (r allRandom) UUID4() string {
	id := r.DeterministicRng.UUID4()
	return id[:14] + "0" + id[15:]
}

type cleaning struct{ *resources.StubHTTPClient }

func (c cleaning) Get(
	ctx context.Context, url string, opts contracts.HTTPClientGetOptions,
) (contracts.HTTPResponse, error) {
	clean := maps.Clone(opts.Headers)
	for name, value := range clean {
		clean[name] = strings.Map(func(r rune) rune {
			if r < ' ' || r > '~' {
				return -1
			}
			return r
		}, value)
	}
	return c.StubHTTPClient.Get(ctx, url, contracts.HTTPClientGetOptions{Headers: clean})
}

type overwriting struct{ *resources.SystemTempDir }

func (d overwriting) CreateFile(name string, opts contracts.TempDirCreateFileOptions) (string, error) {
	path, err := d.SystemTempDir.CreateFile(name, opts)
	if errors.Is(err, contracts.ErrAlreadyExists) {
		path = filepath.Join(d.Path(), name+opts.Suffix)
		return path, os.WriteFile(path, nil, 0o600)
	}
	return path, err
}

// listing closes what is on a list of its own, in some order.
type listing struct {
	judgedRegistry
	order      func([]any) []any
	mu         sync.Mutex
	registered []any
}

func lastFirst(registered []any) []any {
	slices.Reverse(registered)
	return registered
}

func eachOnce(registered []any) (different []any) {
	for _, each := range registered {
		if !slices.Contains(different, each) {
			different = append(different, each)
		}
	}
	return different
}

func (r *listing) Register(name string, resource any, replace bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	err := r.ResourceRegistry.Register(name, resource, resources.RegisterOptions{Replace: replace, NotOwned: true})
	if err == nil {
		r.registered = append(r.registered, resource)
	}
	return err
}

func (r *listing) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var failures []error
	for _, each := range r.order(r.registered) {
		if closer, ok := each.(io.Closer); ok {
			failures = append(failures, closer.Close())
		}
	}
	r.registered = nil
	return errors.Join(append(failures, r.ResourceRegistry.Close())...)
}

package s3_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.dagstack.dev/resources/s3"
)

const (
	accessKey = "AKIDTESTTESTTEST"
	secretKey = "a-secret-that-nobody-may-see"
)

// service is a server that speaks S3, for the tests of this package.
var service struct {
	endpoint, bucket, accessKey, secretKey string
}

var prefixes atomic.Int64

// TestMain finds a service: that of DAGSTACK_S3_ENDPOINT, DAGSTACK_S3_BUCKET, AWS_ACCESS_KEY_ID and
// AWS_SECRET_ACCESS_KEY, or else the gateway that the repository has built for its tests.
func TestMain(m *testing.M) {
	os.Exit(func() int {
		service.endpoint, service.bucket = os.Getenv("DAGSTACK_S3_ENDPOINT"), os.Getenv("DAGSTACK_S3_BUCKET")
		service.accessKey, service.secretKey = os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY")
		isolate()
		if service.endpoint == "" {
			defer startGateway()()
		}
		return m.Run()
	}())
}

// isolate keeps what the machine says about AWS away from the tests.
func isolate() {
	for _, setting := range os.Environ() {
		if name, _, _ := strings.Cut(setting, "="); strings.HasPrefix(name, "AWS_") {
			_ = os.Unsetenv(name)
		}
	}
	for _, name := range []string{"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"} {
		_ = os.Setenv(name, os.DevNull)
	}
	_ = os.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

// startGateway runs versitygw over a folder, if it is there, and returns what ends it.
func startGateway() (stop func()) {
	program, err := filepath.Abs("../../../../.venv/bin/versitygw")
	if err != nil {
		return func() {}
	}
	if _, err := os.Stat(program); err != nil {
		return func() {}
	}
	folder, err := os.MkdirTemp("", "s3-")
	if err != nil {
		panic(err)
	}
	for _, path := range []string{"data/bucket", "meta"} {
		if err := os.MkdirAll(filepath.Join(folder, path), 0o700); err != nil {
			panic(err)
		}
	}
	socket := filepath.Join(folder, "socket")
	var log bytes.Buffer
	gateway := exec.Command(program, "--port", socket, "--quiet", "--access", accessKey, "--secret", secretKey,
		"posix", "--sidecar", filepath.Join(folder, "meta"), filepath.Join(folder, "data"))
	gateway.Stdout, gateway.Stderr = &log, &log
	if err := gateway.Start(); err != nil {
		panic(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	stop = func() {
		_ = listener.Close()
		_ = gateway.Process.Kill()
		_ = gateway.Wait()
		_ = os.RemoveAll(folder)
	}
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		conn, err := net.Dial("unix", socket)
		if err == nil {
			_ = conn.Close()
			go relay(listener, socket)
			service.endpoint, service.bucket = "http://"+listener.Addr().String(), "bucket"
			service.accessKey, service.secretKey = accessKey, secretKey
			return stop
		}
		time.Sleep(20 * time.Millisecond)
	}
	stop()
	panic("the gateway does not answer: " + log.String())
}

// relay passes connections on to a socket in a folder of our own: a port that the gateway were told
// to take could be taken by then.
func relay(listener net.Listener, socket string) {
	for {
		near, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer near.Close()
			far, err := net.Dial("unix", socket)
			if err != nil {
				return
			}
			defer far.Close()
			go func() {
				_, _ = io.Copy(far, near)
				_ = far.(*net.UnixConn).CloseWrite()
			}()
			_, _ = io.Copy(near, far)
		}()
	}
}

// settings are those of a store of the test's own.
func settings(t *testing.T) s3.Settings {
	t.Helper()
	if service.endpoint == "" {
		t.Skip("no service: set DAGSTACK_S3_ENDPOINT and so on, or build the repository's gateway")
	}
	return s3.Settings{
		Bucket:          service.bucket,
		Endpoint:        service.endpoint,
		Prefix:          "test-" + strconv.Itoa(os.Getpid()) + fmt.Sprintf("-%d", prefixes.Add(1)),
		AccessKeyID:     service.accessKey,
		SecretAccessKey: service.secretKey,
		MaxRetries:      -1,
	}
}

func open(t *testing.T, settings s3.Settings) *s3.BlobStore {
	t.Helper()
	store, err := s3.New(settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

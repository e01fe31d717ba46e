package s3_test

import (
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"go.dagstack.dev/resources/s3"
)

// Companies say by AWS_CA_BUNDLE whom to trust.
func TestTheBundleOfTheEnvironmentIsTrusted(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(answer http.ResponseWriter, _ *http.Request) {
		answer.WriteHeader(http.StatusNoContent)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it is to be refused once
	server.StartTLS()
	defer server.Close()
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	bundle := filepath.Join(t.TempDir(), "bundle.pem")
	if err := os.WriteFile(bundle, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, trusted := range []bool{false, true} {
		if trusted {
			t.Setenv("AWS_CA_BUNDLE", bundle)
		}
		store, err := s3.New(s3.Settings{
			Bucket: "bucket", Endpoint: server.URL, AccessKeyID: accessKey, SecretAccessKey: secretKey, MaxRetries: -1,
		})
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		err = store.Delete(t.Context(), "key")
		if reached := err == nil; reached != trusted {
			t.Errorf("trusted: %v, and Delete ends with %v", trusted, err)
		}
	}
}

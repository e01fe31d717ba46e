package s3_test

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"go.dagstack.dev/conformance"
	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/nobody"
	"go.dagstack.dev/resources/internal/readonly"
	"go.dagstack.dev/resources/s3"
)

// startService runs a service in memory that takes any key, as the gateway over a folder cannot have
// both "a" and "a/b". A service that the environment names is used instead.
func startService(t *testing.T) s3.Settings {
	t.Helper()
	made := s3.Settings{AccessKeyID: accessKey, SecretAccessKey: secretKey, MaxRetries: -1}
	if named := os.Getenv("DAGSTACK_S3_ENDPOINT"); named != "" {
		made.Endpoint, made.AccessKeyID, made.SecretAccessKey = named, service.accessKey, service.secretKey
		return made
	}
	checkout, err := filepath.Abs("../../../..")
	if err != nil {
		t.Fatal(err)
	}
	running := exec.Command(filepath.Join(checkout, ".venv/bin/python"), "-m", "tests.resources.blobs.moto_service")
	running.Dir = checkout
	if _, err := os.Stat(running.Path); err != nil {
		t.Skip("no service: set DAGSTACK_S3_ENDPOINT and so on, or install the repository's tools")
	}
	input, err := running.StdinPipe() // it ends with this, also when the test is killed
	if err != nil {
		t.Fatal(err)
	}
	output, err := running.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := running.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = input.Close(); _ = running.Wait() })
	said, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatalf("the service does not start: %v", err)
	}
	made.Endpoint = strings.TrimSpace(said)
	return made
}

// makeBucket makes a bucket unless it is there.
func makeBucket(ctx context.Context, settings s3.Settings) error {
	client := awss3.New(awss3.Options{
		BaseEndpoint: &settings.Endpoint, Region: "us-east-1", UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(settings.AccessKeyID, settings.SecretAccessKey, ""),
	})
	_, err := client.CreateBucket(ctx, &awss3.CreateBucketInput{Bucket: aws.String(settings.Bucket)})
	var owned *types.BucketAlreadyOwnedByYou
	if errors.As(err, &owned) {
		return nil
	}
	return err
}

func TestConformanceOfS3BlobStore(t *testing.T) {
	running := startService(t)
	unreachable := running
	unreachable.Endpoint, unreachable.Bucket, unreachable.MaxRetries = "http://"+nobody.Listens(t), "bucket", -1
	conformance.TestBlobStore(t, func(c *conformance.Case) (contracts.BlobStore, error) {
		settings := running
		settings.Bucket = "case-" + c.ID() // each case begins with nothing; its stores share
		if err := makeBucket(c.Context(), settings); err != nil {
			return nil, err
		}
		return s3.New(settings)
	},
		conformance.Named("S3BlobStore"),
		conformance.Having("content_types", "shared"),
		conformance.Lacking("kill", "a blob is put by one request, which the service takes whole or not at all"),
		conformance.Also("ReadOnlyBlobStore", func(_ *conformance.Case, values conformance.Values) (any, error) {
			return readonly.BlobStore{BlobStore: conformance.Value[contracts.BlobStore](values, "inner")}, nil
		}),
		conformance.Also("FailingBlobStore", func(*conformance.Case, conformance.Values) (any, error) {
			return s3.New(unreachable)
		}),
	)
}

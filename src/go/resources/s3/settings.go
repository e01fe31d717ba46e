package s3

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/logging"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources/internal/blobkey"
)

// Settings are what a host says about an S3 service. Only Bucket is needed.
//
// What is not given comes from the environment and the files of the AWS tools (AWS_ACCESS_KEY_ID,
// AWS_REGION, AWS_ENDPOINT_URL and so on), and credentials that are not there from the machine's
// role.
type Settings struct {
	// Bucket is the name of the bucket, which must exist.
	Bucket string

	// Endpoint is the URL of a service other than Amazon's, such as https://s3.example.org. With
	// http, nothing is encrypted.
	Endpoint string

	// Region is the region; us-east-1 if nothing says otherwise.
	Region string

	// Prefix is the folder in the bucket where the blobs are, such as tenants/a. It counts towards
	// the 1024 bytes that S3 allows a key; longer keys are refused with
	// [contracts.ErrInvalidBlobKey].
	Prefix string

	// AccessKeyID is the name of the key that signs requests; SecretAccessKey is the key itself, and
	// SessionToken what temporary credentials have besides.
	AccessKeyID     string
	SecretAccessKey string
	SessionToken    string

	// Credentials gives credentials and is asked again when they expire; it excludes AccessKeyID.
	Credentials aws.CredentialsProvider

	// Anonymous sends unsigned requests, which public buckets allow.
	Anonymous bool

	// VirtualHosted says that the host name of the endpoint begins with the name of the bucket.
	VirtualHosted bool

	// CACertificates are certificates in PEM, to trust besides the system's. Those of AWS_CA_BUNDLE
	// are trusted besides them, or in place of the system's if there are none here.
	CACertificates []byte

	// ConnectTimeout is how long connecting may take, 5 s by default.
	ConnectTimeout time.Duration

	// Timeout is how long one attempt may take, from connecting to the last byte, 30 s by default.
	// Large blobs over slow lines need more.
	Timeout time.Duration

	// MaxRetries is how often a failed request is repeated, 5 by default; negative for never.
	MaxRetries int

	// MaxBackoff is the longest pause before a request is repeated, 20 s by default.
	MaxBackoff time.Duration
}

// String names the bucket, and no credentials.
func (s Settings) String() string {
	return fmt.Sprintf("settings of bucket %q", s.Bucket)
}

// GoString is String.
func (s Settings) GoString() string {
	return s.String()
}

// checked returns the settings with all defaults filled in.
func (s Settings) checked() (Settings, error) {
	if s.Bucket == "" {
		return s, refused("bucket", "it is empty")
	}
	if err := checkEndpoint(s.Endpoint); err != nil {
		return s, err
	}
	s.Endpoint = strings.TrimRight(s.Endpoint, "/")
	if (s.AccessKeyID == "") != (s.SecretAccessKey == "") {
		return s, refused("access_key_id", "it and secret_access_key need each other")
	}
	if s.AccessKeyID != "" && s.Credentials != nil {
		return s, refused("credentials", "it excludes access_key_id")
	}
	if s.Prefix != "" {
		s.Prefix = strings.TrimSuffix(s.Prefix, "/")
		var invalid *contracts.InvalidBlobKeyError
		if err := blobkey.Check("prefix", s.Prefix); errors.As(err, &invalid) {
			return s, refused("prefix", invalid.Reason)
		}
		s.Prefix += "/"
	}
	for _, one := range []struct {
		name     string
		value    *time.Duration
		standard time.Duration
	}{
		{"connect_timeout", &s.ConnectTimeout, 5 * time.Second},
		{"timeout", &s.Timeout, 30 * time.Second},
		{"max_backoff", &s.MaxBackoff, 20 * time.Second},
	} {
		if *one.value < 0 {
			return s, refused(one.name, "it is negative")
		}
		if *one.value == 0 {
			*one.value = one.standard
		}
	}
	if s.MaxRetries == 0 {
		s.MaxRetries = 5
	}
	s.MaxRetries = max(s.MaxRetries, 0)
	return s, nil
}

func checkEndpoint(endpoint string) error {
	if endpoint == "" {
		return nil
	}
	parts, err := url.Parse(endpoint)
	switch {
	case err != nil:
		return refused("endpoint", "it is not a URL")
	case parts.Scheme != "http" && parts.Scheme != "https", parts.Hostname() == "":
		return refused("endpoint", "it is not an http or https URL")
	case parts.User != nil, parts.RawQuery != "", parts.ForceQuery, parts.Fragment != "":
		return refused("endpoint", "it holds more than a host, a port and a path")
	}
	return nil
}

// client makes the client of the SDK, and the transport below it; nothing is sent.
func (s Settings) client() (*awss3.Client, *http.Transport, error) {
	connections, err := s.connections()
	if err != nil {
		return nil, nil, err
	}
	options := []func(*config.LoadOptions) error{
		config.WithHTTPClient(connections),
		config.WithLogger(logging.Nop{}),
		config.WithDefaultRegion("us-east-1"),
	}
	if s.Region != "" {
		options = append(options, config.WithRegion(s.Region))
	}
	switch {
	case s.Anonymous:
		options = append(options, config.WithCredentialsProvider(aws.AnonymousCredentials{}))
	case s.Credentials != nil:
		options = append(options, config.WithCredentialsProvider(s.Credentials))
	case s.AccessKeyID != "":
		options = append(options, config.WithCredentialsProvider(
			credentials.NewStaticCredentialsProvider(s.AccessKeyID, s.SecretAccessKey, s.SessionToken)))
	}
	loaded, err := config.LoadDefaultConfig(context.Background(), options...)
	if err != nil {
		return nil, nil, &contracts.InvalidArgumentError{
			Argument: "config", Reason: "the configuration of the machine cannot be read", Err: err,
		}
	}
	// Loading has made it trust AWS_CA_BUNDLE, which the SDK does for no client but its own.
	transport := loaded.HTTPClient.(*awshttp.BuildableClient).GetTransport()
	client := awss3.NewFromConfig(loaded, func(o *awss3.Options) {
		o.HTTPClient = &http.Client{
			Transport: transport,
			Timeout:   s.Timeout,
			CheckRedirect: func(*http.Request, []*http.Request) error {
				return http.ErrUseLastResponse // a signature is for one place only
			},
		}
		if s.Endpoint != "" {
			o.BaseEndpoint = aws.String(s.Endpoint)
		}
		o.UsePathStyle = o.BaseEndpoint != nil && !s.VirtualHosted
		// Many services know no checksums but those of S3's first days.
		o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
		o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
		o.Retryer = retry.NewStandard(func(r *retry.StandardOptions) {
			r.MaxAttempts = s.MaxRetries + 1
			r.MaxBackoff = s.MaxBackoff
			r.Backoff = retry.NewExponentialJitterBackoff(s.MaxBackoff)
			r.Retryables = append(r.Retryables, retry.RetryableHTTPStatusCode{
				Codes: map[int]struct{}{http.StatusTooManyRequests: {}},
			})
		})
	})
	return client, transport, nil
}

// connections describes to the SDK how to connect, for credentials as well.
func (s Settings) connections() (*awshttp.BuildableClient, error) {
	var roots *x509.CertPool
	if s.CACertificates != nil {
		var err error
		if roots, err = x509.SystemCertPool(); err != nil {
			roots = x509.NewCertPool()
		}
		if !roots.AppendCertsFromPEM(s.CACertificates) {
			return nil, refused("ca_certificates", "it holds no certificates in PEM")
		}
	}
	return awshttp.NewBuildableClient().
		WithTimeout(s.Timeout).
		WithDialerOptions(func(d *net.Dialer) { d.Timeout = s.ConnectTimeout }).
		WithTransportOptions(func(t *http.Transport) {
			t.TLSHandshakeTimeout = s.ConnectTimeout
			t.MaxIdleConnsPerHost = t.MaxIdleConns
			t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}
		}), nil
}

func refused(argument, reason string) error {
	return &contracts.InvalidArgumentError{Argument: argument, Reason: reason}
}

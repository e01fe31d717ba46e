package resources

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"

	"go.dagstack.dev/contracts"
)

// HTTPTLS says whom the client trusts, and who it says it is.
//
// Without any of it, the client trusts what this machine trusts. Certificates and host names are
// always verified, with TLS 1.2 or later; whoever needs anything else brings a Config.
type HTTPTLS struct {
	// CABundle is a PEM file of certificate authorities, trusted instead of the machine's.
	CABundle string

	// ClientCertificate is a PEM file with the client's certificate chain.
	ClientCertificate string

	// ClientKey is a PEM file with its key, not encrypted, where that is another file.
	ClientKey string

	// Config is a configuration of the host's own, used as it is; it excludes all others.
	Config *tls.Config
}

// config returns the configuration that the settings ask for. The error is a
// [*contracts.InvalidArgumentError].
func (t HTTPTLS) config() (*tls.Config, error) {
	if t.ClientKey != "" && t.ClientCertificate == "" {
		return nil, refused("client_key", "needs a client_certificate")
	}
	if t.Config != nil {
		if t.CABundle != "" || t.ClientCertificate != "" {
			return nil, refused("config", "excludes the other settings of TLS")
		}
		return t.Config.Clone(), nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if t.CABundle != "" {
		text, err := os.ReadFile(t.CABundle)
		if err != nil {
			return nil, unusableFile("ca_bundle", "", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return nil, refused("ca_bundle", "it does not hold certificates")
		}
	}
	if t.ClientCertificate != "" {
		key := t.ClientKey
		if key == "" {
			key = t.ClientCertificate
		}
		pair, err := tls.LoadX509KeyPair(t.ClientCertificate, key)
		if err != nil {
			reason := "it does not hold a certificate with its key, or not ones that fit"
			return nil, unusableFile("client_certificate", reason, err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// unusableFile says why a file cannot be used: it cannot be read, or else the given reason.
func unusableFile(argument, reason string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		reason = "it cannot be read"
	}
	return &contracts.InvalidArgumentError{Argument: argument, Reason: reason, Err: err}
}

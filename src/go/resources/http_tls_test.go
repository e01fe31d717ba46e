package resources_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

// authority is a private certificate authority with its files.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	folder      string
	bundle      string
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: "a private authority"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign,
	}
	a := &authority{folder: t.TempDir()}
	var der []byte
	a.certificate, a.key, der = issued(t, template, nil)
	a.bundle = a.write(t, "ca.pem", "CERTIFICATE", der)
	return a
}

// issued signs a template, by itself if there is no authority.
func issued(t *testing.T, template *x509.Certificate, by *authority) (*x509.Certificate, *ecdsa.PrivateKey, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	if template.NotAfter.IsZero() {
		template.NotAfter = time.Now().Add(time.Hour)
	}
	template.NotBefore = time.Now().Add(-48 * time.Hour)
	parent, signer := template, key
	if by != nil {
		parent, signer = by.certificate, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate, key, der
}

func (a *authority) write(t *testing.T, name, kind string, der []byte) string {
	t.Helper()
	path := filepath.Join(a.folder, name)
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// server returns what a server shows.
func (a *authority) server(t *testing.T, change func(*x509.Certificate, *tls.Config)) *tls.Config {
	t.Helper()
	template := &x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	config := &tls.Config{}
	if change != nil {
		change(template, config)
	}
	_, key, der := issued(t, template, a)
	config.Certificates = []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}
	return config
}

// asking makes a server ask for a certificate of the authority.
func (a *authority) asking(_ *x509.Certificate, config *tls.Config) {
	config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, a.pool()
}

func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return pool
}

// client returns the files of a client's certificate and key.
func (a *authority) client(t *testing.T) (chain, key string) {
	t.Helper()
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: "plugin"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	_, private, der := issued(t, template, a)
	text, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return a.write(t, "client.pem", "CERTIFICATE", der), a.write(t, "client.key", "EC PRIVATE KEY", text)
}

func secure(server *rawServer) string {
	return strings.Replace(server.url("/"), "http:", "https:", 1)
}

// tlsRefusal checks that TLS fails, once and for all, and returns why.
func tlsRefusal(t *testing.T, url string, settings resources.HTTPTLS) string {
	t.Helper()
	_, err := fetch(t, pooled(t, resources.HTTPSettings{TLS: settings}), url)
	failed := isA[*contracts.HTTPTLSFailedError](t, contracts.ErrHTTPTLSFailed, err)
	checkEqual(t, "attempts", failed.Attempts, 1)
	return failed.Detail
}

func TestACertificateOfThePrivateAuthorityIsTrusted(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	url := secure(serveAs(t, ca.server(t, nil), says(200, "ok")))
	for _, settings := range []resources.HTTPTLS{{CABundle: ca.bundle}, {Config: &tls.Config{RootCAs: ca.pool()}}} {
		client := pooled(t, resources.HTTPSettings{TLS: settings})
		checkEqual(t, "text", mustFetch(t, client, url).Text(), "ok")
	}
	host := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: ca.pool()}}}
	defer host.CloseIdleConnections()
	over, err := resources.OverHTTPClient(host, resources.HTTPSettings{})
	if err != nil {
		t.Fatal(err)
	}
	checkEqual(t, "text", mustFetch(t, over, url).Text(), "ok")
}

func TestCertificatesThatProveNothingAreRefused(t *testing.T) {
	t.Parallel()
	ca, other := newAuthority(t), newAuthority(t)
	trusting := resources.HTTPTLS{CABundle: ca.bundle}
	for name, one := range map[string]struct {
		config   *tls.Config
		settings resources.HTTPTLS
		word     string
	}{
		"unknown authority": {ca.server(t, nil), resources.HTTPTLS{}, "authority"},
		"another authority": {other.server(t, nil), trusting, "authority"},
		"expired": {ca.server(t, func(template *x509.Certificate, _ *tls.Config) {
			template.NotAfter = time.Now().Add(-time.Hour)
		}), trusting, "expired"},
		"another host": {ca.server(t, func(template *x509.Certificate, _ *tls.Config) {
			template.IPAddresses, template.DNSNames = nil, []string{"other.test"}
		}), trusting, "127.0.0.1"},
	} {
		server := serveAs(t, one.config, says(200, ""))
		detail := tlsRefusal(t, secure(server), one.settings)
		if !strings.Contains(detail, "the certificate is not trusted") || !strings.Contains(detail, one.word) {
			t.Errorf("%s: %s", name, detail)
		}
		checkEqual(t, "requests", len(server.seen()), 0)
	}
}

func TestAClientCertificateIsShownToWhoeverAsks(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	server := serveAs(t, ca.server(t, ca.asking), says(200, "ok"))
	chain, key := ca.client(t)
	client := pooled(t, resources.HTTPSettings{
		TLS: resources.HTTPTLS{CABundle: ca.bundle, ClientCertificate: chain, ClientKey: key},
	})
	checkEqual(t, "text", mustFetch(t, client, secure(server)).Text(), "ok")
}

// plainly serves connections without reading HTTP; the connection is drained before it is closed,
// so that what was said last is not overtaken by a reset.
func plainly(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
			serve(conn)
			_, _ = io.Copy(io.Discard, conn)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = listener.Close(); <-done })
	return fmt.Sprintf("https://%s/", listener.Addr())
}

func TestAHandshakeThatFailsIsAFailureOfTLS(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	trusting := resources.HTTPTLS{CABundle: ca.bundle}
	handshake := func(config *tls.Config) func(net.Conn) {
		return func(conn net.Conn) { _ = tls.Server(conn, config).Handshake() }
	}
	tlsRefusal(t, plainly(t, handshake(ca.server(t, ca.asking))), trusting)
	tlsRefusal(t, plainly(t, handshake(ca.server(t, func(_ *x509.Certificate, config *tls.Config) {
		config.MinVersion, config.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	}))), trusting)
	detail := tlsRefusal(t, plainly(t, func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 1000))
		_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
	}), trusting)
	checkEqual(t, "detail", detail, "the server does not speak TLS")
}

func TestAHandshakeThatIsBrokenOffIsAFailedConnection(t *testing.T) {
	t.Parallel()
	url := plainly(t, func(conn net.Conn) { _ = conn.Close() })
	_, err := fetch(t, pooled(t, resources.HTTPSettings{Retry: once}), url)
	isA[*contracts.HTTPConnectionFailedError](t, contracts.ErrHTTPConnectionFailed, err)
}

func TestFilesThatCannotBeUsedAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	ca, other := newAuthority(t), newAuthority(t)
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	chain, _ := ca.client(t)
	_, foreign := other.client(t)
	for _, one := range []struct {
		argument string
		settings resources.HTTPTLS
	}{
		{"ca_bundle", resources.HTTPTLS{CABundle: empty + ".missing"}},
		{"ca_bundle", resources.HTTPTLS{CABundle: empty}},
		{"client_certificate", resources.HTTPTLS{ClientCertificate: empty + ".missing"}},
		{"client_certificate", resources.HTTPTLS{ClientCertificate: empty}},
		{"client_certificate", resources.HTTPTLS{ClientCertificate: chain, ClientKey: foreign}},
		{"client_key", resources.HTTPTLS{ClientKey: foreign}},
		{"config", resources.HTTPTLS{Config: &tls.Config{}, CABundle: ca.bundle}},
	} {
		_, err := resources.NewPooledHTTPClient(resources.HTTPSettings{TLS: one.settings})
		invalid := isA[*contracts.InvalidArgumentError](t, contracts.ErrInvalidArgument, err)
		checkEqual(t, "argument", invalid.Argument, one.argument)
	}
}

package resources_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"testing"

	"go.dagstack.dev/conformance"
	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

// wireBodies are the cases on the wire that need certificates, proxies or a cancellation. The test
// that they are for owns the servers.
func wireBodies(t *testing.T) []conformance.Option {
	t.Helper()
	wire := &wireBench{t: t, ca: newAuthority(t)}
	return []conformance.Option{
		conformance.ByHand("a_redirect_from_https_to_http_is_refused", wire.refusesDowngrades),
		conformance.ByHand("a_private_authority_is_trusted", wire.trustsItsAuthority),
		conformance.ByHand("an_unknown_authority_is_not_trusted", wire.trustsNoOther),
		conformance.ByHand("a_wrong_host_name_is_not_trusted", wire.comparesHostNames),
		conformance.ByHand("a_client_certificate_is_shown", wire.showsItsCertificate),
		conformance.ByHand("requests_go_through_the_proxy", wire.goesThroughTheProxy),
		conformance.ByHand("the_environment_names_no_proxy", wire.readsNoEnvironment),
		conformance.ByHand("a_cancelled_call_leaves_the_client_fit", wire.staysFit),
	}
}

type wireBench struct {
	t  *testing.T
	ca *authority
}

// get asks once, by a client that trusts as it is told.
func (w *wireBench) get(url string, settings resources.HTTPSettings) (contracts.HTTPResponse, error) {
	return pooled(w.t, settings).Get(within(w.t), url, contracts.HTTPClientGetOptions{})
}

// expectText asks once and expects a body.
func (w *wireBench) expectText(url string, settings resources.HTTPSettings, text string) error {
	response, err := w.get(url, settings)
	if err != nil {
		return err
	}
	if response.Text() != text {
		return fmt.Errorf("the response is %q, not %q", response.Text(), text)
	}
	return nil
}

// expectTLSFailure asks once and expects that TLS fails, before the server sees a request.
func (w *wireBench) expectTLSFailure(server *rawServer, settings resources.HTTPSettings) error {
	var failed *contracts.HTTPTLSFailedError
	_, err := w.get(secure(server), settings)
	if !errors.As(err, &failed) || failed.Attempts != 1 {
		return fmt.Errorf("the call ends with %w", err)
	}
	if seen := len(server.seen()); seen != 0 {
		return fmt.Errorf("the server saw %d requests", seen)
	}
	return nil
}

func (w *wireBench) trusting() resources.HTTPSettings {
	return resources.HTTPSettings{TLS: resources.HTTPTLS{CABundle: w.ca.bundle}}
}

func (w *wireBench) refusesDowngrades(*conformance.Case) error {
	open := serve(w.t, says(200, "in the open"))
	private := secure(serveAs(w.t, w.ca.server(w.t, nil), says(302, "", "location: "+open.url("/"))))
	settings := w.trusting()
	if _, err := w.get(private, settings); !errors.Is(err, contracts.ErrHTTPResponseMalformed) {
		return fmt.Errorf("the redirect ends with %w", err)
	}
	if seen := len(open.seen()); seen != 0 {
		return fmt.Errorf("the open server saw %d requests", seen)
	}
	settings.Redirects.AllowDowngrade = true
	return w.expectText(private, settings, "in the open")
}

func (w *wireBench) trustsItsAuthority(*conformance.Case) error {
	server := serveAs(w.t, w.ca.server(w.t, nil), says(200, "trusted"))
	return w.expectText(secure(server), w.trusting(), "trusted")
}

func (w *wireBench) trustsNoOther(*conformance.Case) error {
	return w.expectTLSFailure(serveAs(w.t, w.ca.server(w.t, nil), says(200, "")), resources.HTTPSettings{})
}

func (w *wireBench) comparesHostNames(*conformance.Case) error {
	elsewhere := w.ca.server(w.t, func(template *x509.Certificate, _ *tls.Config) {
		template.IPAddresses, template.DNSNames = nil, []string{"other.test"}
	})
	return w.expectTLSFailure(serveAs(w.t, elsewhere, says(200, "")), w.trusting())
}

func (w *wireBench) showsItsCertificate(*conformance.Case) error {
	server := secure(serveAs(w.t, w.ca.server(w.t, w.ca.asking), says(200, "known")))
	_, err := w.get(server, w.trusting())
	if !errors.Is(err, contracts.ErrHTTPTLSFailed) && !errors.Is(err, contracts.ErrHTTPConnectionFailed) {
		return fmt.Errorf("without a certificate the call ends with %w", err)
	}
	settings := w.trusting()
	settings.TLS.ClientCertificate, settings.TLS.ClientKey = w.ca.client(w.t)
	return w.expectText(server, settings, "known")
}

func (w *wireBench) staysFit(c *conformance.Case) error {
	server := serve(w.t, inTurn(hanging, says(200, "fit")))
	client := pooled(w.t, resources.HTTPSettings{Limits: resources.HTTPLimits{Connections: 1}})
	ctx, cancel := context.WithCancel(c.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := client.Get(ctx, server.url("/"), contracts.HTTPClientGetOptions{})
		ended <- err
	}()
	server.waitUntilAsked(w.t)
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		return fmt.Errorf("the cancelled call ends with %w", err)
	}
	response, err := client.Get(c.Context(), server.url("/"), contracts.HTTPClientGetOptions{})
	if err != nil {
		return err
	}
	if response.Text() != "fit" {
		return fmt.Errorf("the next call gets %q", response.Text())
	}
	return nil
}

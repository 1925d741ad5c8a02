package xapitest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"slices"
	"time"
)

// WithTLS has the sandbox speak HTTPS with a certificate that it makes and signs itself, for the loopback addresses and
// for the names of the real API. Server.Client trusts it; other programs are given Server.Certificate.
func WithTLS() Option {
	return func(s *settings) error { s.tls = true; return nil }
}

// identity is the certificate of a sandbox that speaks HTTPS.
type identity struct {
	certificate tls.Certificate
}

// realNames are the names of the real API, which a hosts file or a resolver may have lead to the sandbox.
var realNames = []string{"api.x.com", "x.com", "api.twitter.com", "upload.twitter.com"}

// certificateLives is how long the certificate is good. It serves one run of the sandbox.
const certificateLives = 30 * 24 * time.Hour

func newIdentity(hosts []string) (identity, error) {
	now := time.Now()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return identity{}, fmt.Errorf("no key for the certificate: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: "xapi-go sandbox"},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(certificateLives),
		IsCA:         true,
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     slices.Concat([]string{"localhost"}, realNames, hosts),
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},

		BasicConstraintsValid: true,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return identity{}, fmt.Errorf("no certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(raw)
	if err != nil {
		return identity{}, errors.Join(errors.New("no certificate"), err)
	}
	return identity{tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key, Leaf: leaf}}, nil
}

// server returns the configuration of the server, nil where there is no certificate.
func (i identity) server() *tls.Config {
	if i.certificate.Leaf == nil {
		return nil
	}
	return &tls.Config{Certificates: []tls.Certificate{i.certificate}, MinVersion: tls.VersionTLS12}
}

// Certificate returns the certificate of a sandbox that speaks HTTPS in PEM form, nil of one that does not.
func (s *Server) Certificate() []byte {
	if s.identity.certificate.Leaf == nil {
		return nil
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.identity.certificate.Leaf.Raw})
}

// Client returns an HTTP client that trusts the sandbox's certificate. Each call returns one of its own.
func (s *Server) Client() *http.Client {
	transport := &http.Transport{ForceAttemptHTTP2: true}
	if leaf := s.identity.certificate.Leaf; leaf != nil {
		roots := x509.NewCertPool()
		roots.AddCert(leaf)
		transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	}
	return &http.Client{Transport: transport}
}

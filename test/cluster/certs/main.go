// Writes the certificates and keys of a control plane that lives for one test run:
// go run main.go DIRECTORY [NODE...], with a certificate for the kubelet of each node.
// Standard library only, so that the tests need no openssl.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

var serial int64

func main() {
	directory := os.Args[1]
	ca := newAuthority(directory)
	ca.server(directory, "apiserver")
	ca.client(directory, "admin", []string{"system:masters"}, false)
	ca.client(directory, "system:kube-controller-manager", nil, false)
	ca.client(directory, "system:kube-scheduler", nil, false)
	ca.client(directory, "developer", nil, false)
	ca.client(directory, "expired", []string{"system:masters"}, true)
	for _, node := range os.Args[2:] {
		ca.client(directory, "system:node:"+node, []string{"system:nodes"}, false)
	}
	writeKey(directory, "service-account", newKey())
}

func newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	return key
}

func template(name string, groups []string) *x509.Certificate {
	serial++
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial),
		Subject:      pkix.Name{CommonName: name, Organization: groups},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
}

func newAuthority(directory string) authority {
	key := newKey()
	ca := template("test-ca", nil)
	ca.IsCA, ca.BasicConstraintsValid, ca.KeyUsage = true, true, x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, ca, ca, key.Public(), key)
	check(err)
	write(directory, "ca.crt", "CERTIFICATE", der)
	writeKey(directory, "ca", key)
	return authority{ca, key}
}

func (ca authority) server(directory, name string) {
	certificate := template(name, nil)
	certificate.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	certificate.DNSNames = []string{"localhost", "kubernetes.default.svc"}
	certificate.IPAddresses = []net.IP{net.ParseIP("127.0.0.1"), net.ParseIP("10.0.0.1")}
	ca.sign(directory, name, certificate)
}

func (ca authority) client(directory, name string, groups []string, expired bool) {
	certificate := template(name, groups)
	certificate.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	if expired {
		certificate.NotAfter = time.Now().Add(-time.Minute)
	}
	ca.sign(directory, name, certificate)
}

func (ca authority) sign(directory, name string, certificate *x509.Certificate) {
	key := newKey()
	der, err := x509.CreateCertificate(rand.Reader, certificate, ca.certificate, key.Public(), ca.key)
	check(err)
	write(directory, name+".crt", "CERTIFICATE", der)
	writeKey(directory, name, key)
}

func writeKey(directory, name string, key *ecdsa.PrivateKey) {
	der, err := x509.MarshalECPrivateKey(key)
	check(err)
	write(directory, name+".key", "EC PRIVATE KEY", der)
}

func write(directory, name, kind string, der []byte) {
	block := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	check(os.WriteFile(filepath.Join(directory, name), block, 0o600))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

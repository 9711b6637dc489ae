package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

func serve(o options) error {
	if o.mode == "none" {
		select {}
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(o.address, fmt.Sprint(o.port)))
	if err != nil {
		return err
	}
	say("listening on %s", listener.Addr())
	switch o.mode {
	case "grpc", "grpc-without-health":
		return serveGrpc(o, listener)
	case "tcp", "garbage", "close":
		return serveTcp(o, listener)
	}
	server := &http.Server{Handler: handler(o)}
	if o.mode == "https" {
		server.TLSConfig = tlsConfig(o)
		return server.ServeTLS(listener, "", "")
	}
	return server.Serve(listener)
}

func serveTcp(o options, listener net.Listener) error {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return err
		}
		if o.mode == "garbage" {
			connection.Write([]byte("SSH-2.0-OpenSSH_9.2\r\n"))
		}
		if o.mode != "tcp" {
			connection.Close()
		}
	}
}

func serveGrpc(o options, listener net.Listener) error {
	server := grpc.NewServer()
	if o.mode == "grpc" {
		service := health.NewServer()
		status := healthpb.HealthCheckResponse_SERVING
		if o.notServing {
			status = healthpb.HealthCheckResponse_NOT_SERVING
		}
		service.SetServingStatus("", status)
		if o.service != "" {
			service.SetServingStatus(o.service, status)
		}
		healthpb.RegisterHealthServer(server, service)
	}
	return server.Serve(listener)
}

func handler(o options) http.Handler {
	var requests atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc(o.path, func(w http.ResponseWriter, r *http.Request) {
		n := requests.Add(1)
		age := time.Since(started)
		if o.keepAlive && n > 1 || o.hangAfter > 0 && age > o.hangAfter {
			<-r.Context().Done()
			return
		}
		if n%int64(o.slowEvery) == 0 {
			time.Sleep(o.delay)
		}
		switch {
		case o.host != "" && r.Host != o.host:
			http.Error(w, "misdirected request", http.StatusMisdirectedRequest)
		case o.auth && r.Header.Get("Authorization") == "":
			w.Header().Set("WWW-Authenticate", `Basic realm="internal"`)
			http.Error(w, "unauthorized", http.StatusUnauthorized)
		case o.redirect != "":
			http.Redirect(w, r, o.redirect, http.StatusFound)
		case o.failing(age):
			http.Error(w, "database: connection pool exhausted", o.failStatus)
		case o.status != 200:
			http.Error(w, "not ok", o.status)
		default:
			fmt.Fprintln(w, "ok")
		}
	})
	return mux
}

func (o options) failing(age time.Duration) bool {
	if o.flap > 0 {
		return age/o.flap%2 == 1
	}
	return o.failAfter > 0 && age > o.failAfter && (o.failFor == 0 || age < o.failAfter+o.failFor)
}

func tlsConfig(o options) *tls.Config {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "server"},
		NotAfter:     time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	if o.clientCertificate {
		config.ClientAuth = tls.RequireAnyClientCert
	}
	return config
}

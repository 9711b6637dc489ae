// server is an application whose health can be made to fail in known ways. What it says on standard output is what
// such an application would log.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

type options struct {
	mode, address, path, message                      string
	port                                              int
	startDelay, exitAfter, failAfter, failFor, flap   time.Duration
	delay, hangAfter                                  time.Duration
	status, failStatus, exitCode, termExit, memory    int
	slowEvery                                         int
	redirect, host, service                           string
	auth, clientCertificate, notServing, spin, ignore bool
	keepAlive                                         bool
}

var started = time.Now()

func parse() options {
	var o options
	flag.StringVar(&o.mode, "mode", "http", "http, https, grpc, grpc-without-health, tcp, garbage, close, none")
	flag.StringVar(&o.address, "address", "", "the address to listen on; all of them unless told")
	flag.IntVar(&o.port, "port", 8080, "")
	flag.StringVar(&o.path, "path", "/healthz", "the only path that is not 404")
	flag.DurationVar(&o.startDelay, "start-delay", 0, "listen only after this time")
	flag.DurationVar(&o.delay, "delay", 0, "of each answer")
	flag.IntVar(&o.slowEvery, "slow-every", 1, "only each n-th answer is delayed")
	flag.IntVar(&o.status, "status", 200, "")
	flag.DurationVar(&o.failAfter, "fail-after", 0, "answer with --fail-status after this time")
	flag.DurationVar(&o.failFor, "fail-for", 0, "be well again after failing for this time")
	flag.DurationVar(&o.flap, "flap", 0, "fail and be well in turn, each for this time")
	flag.IntVar(&o.failStatus, "fail-status", 500, "")
	flag.DurationVar(&o.exitAfter, "exit-after", 0, "end after this time")
	flag.IntVar(&o.exitCode, "exit-code", 1, "")
	flag.StringVar(&o.message, "message", "", "the last line before --exit-after ends it")
	flag.IntVar(&o.termExit, "term-exit", 0, "the exit code after SIGTERM")
	flag.BoolVar(&o.ignore, "ignore-term", false, "ignore SIGTERM")
	flag.DurationVar(&o.hangAfter, "hang-after", 0, "accept connections and answer none after this time")
	flag.StringVar(&o.redirect, "redirect", "", "redirect to this URL")
	flag.StringVar(&o.host, "host", "", "421 for any other Host header")
	flag.BoolVar(&o.auth, "auth", false, "401 without credentials")
	flag.BoolVar(&o.clientCertificate, "client-certificate", false, "with https, demand one")
	flag.StringVar(&o.service, "service", "", "the service that the gRPC health service knows besides the empty one")
	flag.BoolVar(&o.notServing, "not-serving", false, "what the gRPC health service says")
	flag.BoolVar(&o.spin, "spin", false, "burn CPU")
	flag.IntVar(&o.memory, "memory", 0, "allocate so many MiB after three seconds")
	flag.BoolVar(&o.keepAlive, "first-only", false, "answer the first request of each process, hang on all others")
	flag.Parse()
	return o
}

func say(format string, args ...any) {
	fmt.Printf(time.Now().UTC().Format("2006-01-02T15:04:05Z")+" "+format+"\n", args...)
}

func main() {
	o := parse()
	handleTerm(o)
	say("starting")
	if o.exitAfter > 0 {
		go func() {
			time.Sleep(o.exitAfter)
			if o.message != "" {
				say("%s", o.message)
			}
			os.Exit(o.exitCode)
		}()
	}
	if o.spin {
		for range 4 {
			go func() {
				for {
				}
			}()
		}
	}
	if o.memory > 0 {
		go allocate(o.memory)
	}
	time.Sleep(o.startDelay)
	if err := serve(o); err != nil {
		say("fatal: %v", err)
		os.Exit(1)
	}
}

func handleTerm(o options) {
	if o.ignore {
		signal.Ignore(syscall.SIGTERM)
		return
	}
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM)
	go func() {
		<-term
		say("received SIGTERM, shutting down")
		os.Exit(o.termExit)
	}()
}

func allocate(megabytes int) {
	time.Sleep(3 * time.Second)
	say("loading the cache")
	var cache [][]byte
	for range megabytes {
		block := make([]byte, 1<<20)
		for i := range block {
			block[i] = 1
		}
		cache = append(cache, block)
	}
	say("cache loaded: %d MiB", len(cache))
	select {}
}

// Go's goroutines and channels at GOMAXPROCS=1; the protocol is that of ../peer.h.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

const messages = 100000

func since(start time.Time, n int) float64 {
	return float64(time.Since(start).Nanoseconds()) / float64(n)
}

func send(c chan uint64) {
	for i := uint64(0); i < messages; i++ {
		c <- i
	}
}

func receive(c chan uint64, done chan bool) {
	for i := 0; i < messages; i++ {
		<-c
	}
	done <- true
}

func two(depth int) float64 {
	c, done := make(chan uint64, depth), make(chan bool)
	start := time.Now()
	go send(c)
	go receive(c, done)
	<-done
	return since(start, messages)
}

func handoff() float64  { return two(0) }
func buffered() float64 { return two(64) }

func pingpong() float64 {
	there, back, done := make(chan uint64), make(chan uint64), make(chan bool)
	start := time.Now()
	go func() {
		for i := 0; i < messages; i++ {
			back <- <-there
		}
	}()
	go func() {
		for i := uint64(0); i < messages; i++ {
			there <- i
			<-back
		}
		done <- true
	}()
	<-done
	return since(start, messages)
}

func alt() float64 {
	a, b, c, done := make(chan uint64), make(chan uint64), make(chan uint64), make(chan bool)
	start := time.Now()
	go func() {
		for i := 0; i < 3*messages; i++ {
			select {
			case <-a:
			case <-b:
			case <-c:
			}
		}
		done <- true
	}()
	go send(a)
	go send(b)
	go send(c)
	<-done
	return since(start, 3*messages)
}

func alone() float64 {
	c := make(chan uint64, 64)
	start := time.Now()
	for i := uint64(0); i < messages; i++ {
		c <- i
		<-c
	}
	return since(start, messages)
}

const routines = 10000

func create() float64 {
	done := make(chan bool, routines)
	start := time.Now()
	for i := 0; i < routines; i++ {
		go func() { done <- true }()
	}
	for i := 0; i < routines; i++ {
		<-done
	}
	return since(start, routines)
}

// Resident bytes, page tables included, as ../resident.h counts them.
func resident() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	sum := 0.0
	for _, line := range strings.Split(string(status), "\n") {
		var kib float64
		if strings.HasPrefix(line, "VmRSS:") || strings.HasPrefix(line, "VmPTE:") {
			fmt.Sscanf(line[6:], "%f", &kib)
			sum += kib * 1024
		}
	}
	return sum
}

func memory() float64 {
	c, up := make(chan bool), make(chan bool)
	before := resident()
	for i := 0; i < routines; i++ {
		go func() {
			up <- true
			<-c
		}()
	}
	for i := 0; i < routines; i++ {
		<-up
	}
	bytes := resident() - before
	close(c)
	return bytes / routines
}

func main() {
	runtime.GOMAXPROCS(1)
	cases := map[string]func() float64{"handoff": handoff, "buffered": buffered,
		"pingpong": pingpong, "alt": alt, "alone": alone, "create": create, "memory": memory}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		if lines.Text() == "version" {
			fmt.Println("Go " + strings.TrimPrefix(runtime.Version(), "go"))
		} else if run, ok := cases[lines.Text()]; ok {
			fmt.Println(run())
		} else {
			fmt.Println("nan")
		}
	}
}

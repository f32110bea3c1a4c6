package main

import (
	"strconv"
	"testing"

	"aval/internal/simulator"
)

// BenchmarkConversation runs one whole conversation per iteration, in one
// process: notice, two acts, an answer. It is for profiles; "aval bench" is
// for figures.
func BenchmarkConversation(b *testing.B) {
	o := benchOptions{seconds: 1, contacts: 100, conns: 16}
	run := &benchRun{options: o, waits: newWaiters()}
	w := newTunedWorld(b, func(h *house) { h.config.Brands[0].Numbers[0].PerSecond = 1000 }, func(c *simulator.Config) {
		c.Quiet, c.OnMessage = true, run.waits.arrived
		c.Faults = simulator.Faults{PairOff: true, NoStatuses: true}
	})
	b.ResetTimer()
	b.SetParallelism(16)
	n := 0
	people := make(chan *simulator.Person, b.N)
	for range b.N {
		n++
		id := strconv.Itoa(3_000_000 + n)
		people <- w.sim.Add(simulator.Profile{Key: "p" + id, Name: "P", Phone: "1777" + id, BSUID: "BR.8" + id})
	}
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := run.converse(b.Context(), <-people); err != nil {
				b.Error(err)
			}
		}
	})
}

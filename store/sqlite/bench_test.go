package sqlite

import (
	"crypto/rand"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"aval/store"
)

var benchCollections = []store.Collection{
	{Name: "intake"},
	{Name: "contacts", Indexes: []string{"due", "queue", "owner"}},
}

func openBench(b *testing.B) *Engine {
	e, err := Open(b.Context(), b.TempDir(), benchCollections, Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { e.Close() })
	return e
}

// spread runs b.N operations on n goroutines and reports the slow end.
func spread(b *testing.B, n int, work func(worker, i int) error) {
	var next atomic.Int64
	var wg sync.WaitGroup
	times := make([][]time.Duration, n)
	b.ResetTimer()
	for w := range n {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= b.N {
					return
				}
				at := time.Now()
				if err := work(w, i); err != nil {
					b.Error(err)
					return
				}
				times[w] = append(times[w], time.Since(at))
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	all := slices.Concat(times...)
	slices.Sort(all)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(all[len(all)-1].Microseconds())/1000, "max-ms")
}

func write(b *testing.B, e *Engine, ops ...store.Write) error {
	res, err := e.Write(b.Context(), ops...)
	if err != nil {
		return err
	}
	for _, r := range res {
		if r != nil {
			return r
		}
	}
	return nil
}

func BenchmarkInsertSmall(b *testing.B) {
	for _, n := range []int{1, 64} {
		for _, kind := range []string{"random", "ordered"} {
			b.Run(fmt.Sprintf("%s/%d", kind, n), func(b *testing.B) {
				e := openBench(b)
				body := make([]byte, 600)
				rand.Read(body)
				spread(b, n, func(w, i int) error {
					id := fmt.Sprintf("%016x", i)
					if kind == "random" {
						id = rand.Text()
					}
					return write(b, e, store.Write{Op: store.Insert, In: benchCollections[0], Doc: store.Doc{ID: id, Body: body}})
				})
			})
		}
	}
}

func fill(b *testing.B, e *Engine, in store.Collection, count, size int) []string {
	ids := make([]string, count)
	body := make([]byte, size)
	rand.Read(body)
	for i := 0; i < count; i += 200 {
		var ops []store.Write
		for j := i; j < i+200; j++ {
			ids[j] = rand.Text()
			d := store.Doc{ID: ids[j], Index: make([]string, len(in.Indexes)), Body: body}
			ops = append(ops, store.Write{In: in, Doc: d})
		}
		if err := write(b, e, ops...); err != nil {
			b.Fatal(err)
		}
	}
	return ids
}

func BenchmarkReplace(b *testing.B) {
	for _, index := range []string{"none", "due"} {
		b.Run(index, func(b *testing.B) {
			e := openBench(b)
			const count = 20000
			ids := fill(b, e, benchCollections[1], count, 3<<10)
			version := make([]atomic.Int64, count)
			body := make([]byte, 3<<10)
			rand.Read(body)
			spread(b, 64, func(w, i int) error {
				k := (i * 7919) % count
				d := store.Doc{ID: ids[k], Version: version[k].Add(1), Index: []string{"", "", ""}, Body: body}
				if index == "due" {
					d.Index = []string{fmt.Sprintf("%020d", i), "support", "agent7"}
				}
				return write(b, e, store.Write{Op: store.Replace, In: benchCollections[1], Doc: d})
			})
		})
	}
}

func BenchmarkGet(b *testing.B) {
	for _, n := range []int{1, 64} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			e := openBench(b)
			ids := fill(b, e, benchCollections[1], 20000, 3<<10)
			spread(b, n, func(w, i int) error {
				_, err := e.Get(b.Context(), benchCollections[1], ids[(i*7919)%len(ids)])
				return err
			})
		})
	}
}

func BenchmarkDelete(b *testing.B) {
	e := openBench(b)
	ids := fill(b, e, benchCollections[0], (b.N/200+1)*200, 600)
	spread(b, 64, func(w, i int) error {
		return write(b, e, store.Write{Op: store.Delete, In: benchCollections[0], Doc: store.Doc{ID: ids[i], Version: 1}})
	})
}

package sqlite

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"aval/store"
)

// The tests of this file start the test binary again as another process, which
// finds the directory and its task in the environment.
const (
	envDir  = "AVAL_TEST_CHILD_DIR"
	envTask = "AVAL_TEST_CHILD_TASK"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(envDir); dir != "" {
		os.Exit(child(dir, os.Getenv(envTask)))
	}
	os.Exit(m.Run())
}

func child(dir, task string) int {
	e, err := Open(context.Background(), dir, []store.Collection{plain, indexed}, Options{})
	if errors.Is(err, store.ErrLocked) {
		return 73
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	load(e, task)
	return 0
}

// load inserts and replaces for ever from many goroutines and prints the id of
// each document after both were acknowledged. It ends with the process.
func load(e *Engine, task string) {
	var wg sync.WaitGroup
	for w := range 32 {
		wg.Go(func() {
			for i := 0; ; i++ {
				id := fmt.Sprintf("%s-%d-%d", task, w, i)
				if !acknowledged(e, id) {
					return
				}
				fmt.Println(id)
			}
		})
	}
	wg.Wait()
}

func acknowledged(e *Engine, id string) bool {
	d := store.Doc{ID: id, Version: 1, Index: []string{id, ""}, Body: []byte(strings.Repeat(id, 50))}
	for _, op := range []store.Op{store.Insert, store.Replace} {
		results, err := e.Write(context.Background(), store.Write{Op: op, In: indexed, Doc: d})
		if err != nil || results[0] != nil {
			fmt.Fprintln(os.Stderr, results, err)
			return false
		}
		d.Body = append(d.Body, '!')
	}
	return true
}

func command(t *testing.T, dir, task string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), envDir+"="+dir, envTask+"="+task)
	cmd.Stderr = os.Stderr
	return cmd
}

// TestKilled: whatever was acknowledged before a kill -9 in the middle of the
// load is there afterwards, and the file is whole.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	var acks []string
	for round := range 3 {
		acks = append(acks, killUnderLoad(t, dir, fmt.Sprint("round", round), 400)...)
		e := open(t, dir, Options{})
		for _, id := range acks {
			d, err := e.Get(t.Context(), indexed, id)
			if err != nil || d.Version != 2 || string(d.Body) != strings.Repeat(id, 50)+"!" {
				t.Fatalf("acknowledged document %s: version %d, %v", id, d.Version, err)
			}
			docs, err := e.Scan(t.Context(), indexed, store.Range{Index: "due", From: id, Limit: 1})
			if err != nil || len(docs) != 1 || docs[0].ID != id {
				t.Fatalf("index entry of %s: %d documents, %v", id, len(docs), err)
			}
		}
		if got, err := e.writer.conn.text("PRAGMA integrity_check"); err != nil || got != "ok" {
			t.Fatalf("integrity: %s %v", got, err)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// killUnderLoad kills a child after n acknowledgements and returns all that it
// had printed by then.
func killUnderLoad(t *testing.T, dir, task string, n int) []string {
	t.Helper()
	cmd := command(t, dir, task)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var acks []string
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // a line cut short was not acknowledged to anybody
		}
		if acks = append(acks, strings.TrimSpace(line)); len(acks) == n {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || len(acks) < n {
		t.Fatalf("child ended by itself after %d acknowledgements: %v", len(acks), err)
	}
	return acks
}

func TestSecondOpener(t *testing.T) {
	dir := t.TempDir()
	e := open(t, dir, Options{})
	t.Run("same process", func(t *testing.T) {
		if _, err := Open(t.Context(), dir, nil, Options{}); !errors.Is(err, store.ErrLocked) {
			t.Fatalf("open: %v", err)
		}
	})
	t.Run("another process", func(t *testing.T) {
		var exit *exec.ExitError
		if err := command(t, dir, "lock").Run(); !errors.As(err, &exit) || exit.ExitCode() != 73 {
			t.Fatalf("child: %v", err)
		}
	})
	t.Run("after close", func(t *testing.T) {
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		open(t, dir, Options{})
	})
}

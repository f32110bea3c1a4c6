package whatsapp

import (
	"bytes"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"aval/bot"
)

// TestHeldBack: when Begin says no, the connection ends before the message.
// What may stand on it is the head of a request that nobody can act on.
func TestHeldBack(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	arrived := make(chan []byte, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			arrived <- []byte(err.Error())
			return
		}
		defer conn.Close()
		got, _ := io.ReadAll(conn) // a reset is an end too
		arrived <- got
	}()
	t.Cleanup(func() { listener.Close() })
	c := client(t, Config{GraphURL: "http://" + listener.Addr().String(), Timeout: 10 * time.Second})
	e := letter()
	e.Begin = func() (func(), bool) { return nil, false }
	_, err = c.Send(background(), e)
	var fail *bot.SendError
	if !errors.As(err, &fail) || fail.Class != bot.SendHeld {
		t.Errorf("answered %v", err)
	}
	quiet(t, err)
	c.Close()
	got := <-arrived
	if _, body, _ := bytes.Cut(got, []byte("\r\n\r\n")); len(body) > 0 {
		t.Errorf("%d bytes of the message left", len(body))
	}
}

// TestWritten: written is called exactly once per permission, when the message
// is on its way and before the answer came.
func TestWritten(t *testing.T) {
	var begun, written atomic.Int64
	left := make(chan struct{})
	c := wire(t, func(conn net.Conn) {
		select {
		case <-left:
		case <-time.After(10 * time.Second):
			t.Error("the answer was waited for")
		}
		body := recorded(t, "resp_send_phone")
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"+body)
	})
	e := letter()
	e.Begin = func() (func(), bool) {
		begun.Add(1)
		return func() {
			if written.Add(1) == 1 {
				close(left)
			}
		}, true
	}
	if _, err := c.Send(background(), e); err != nil {
		t.Fatal(err)
	}
	if begun.Load() != 1 || written.Load() != 1 {
		t.Errorf("begun %d, written %d", begun.Load(), written.Load())
	}
}

// TestWrittenAfterNobody: a call that finds nobody leaves no permission open.
func TestWrittenAfterNobody(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	c := client(t, Config{GraphURL: "http://" + address})
	var open atomic.Int64
	e := letter()
	e.Begin = func() (func(), bool) {
		open.Add(1)
		return func() { open.Add(-1) }, true
	}
	if _, err := c.Send(background(), e); err == nil {
		t.Fatal("nobody answered")
	}
	if open.Load() != 0 {
		t.Error("a permission stayed open")
	}
}

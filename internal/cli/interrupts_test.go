package cli

import (
	"context"
	"testing"
	"time"
)

func TestInterruptEndsAVerb(t *testing.T) {
	exits := make(chan int, 4)
	i, ctx := newInterrupts(context.Background(), func(code int) { exits <- code })
	i.grace = time.Millisecond
	i.Signal()
	if ctx.Err() == nil {
		t.Fatal("the first Ctrl-C did not end the context")
	}
	// The verb does not return: the process ends after the grace.
	if code := <-exits; code != exitCanceled {
		t.Errorf("code %d", code)
	}
}

func TestInterruptIsOrderlyOnce(t *testing.T) {
	exits := make(chan int, 4)
	i, ctx := newInterrupts(context.Background(), func(code int) { exits <- code })
	i.grace = time.Hour
	stop, release := i.Orderly()
	i.Signal()
	select {
	case <-stop:
	default:
		t.Fatal("the first Ctrl-C did not ask to stop")
	}
	if ctx.Err() != nil {
		t.Fatal("the first Ctrl-C ended the context")
	}
	i.Signal()
	if ctx.Err() == nil {
		t.Fatal("the second Ctrl-C did not end the context")
	}
	if len(exits) != 0 {
		t.Fatal("the second Ctrl-C left no time to clean up")
	}
	i.Signal()
	if code := <-exits; code != exitCanceled {
		t.Errorf("code %d", code)
	}
	release()
}

func TestInterruptAfterTheOrderlyPart(t *testing.T) {
	i, ctx := newInterrupts(context.Background(), func(int) {})
	_, release := i.Orderly()
	release()
	i.Signal()
	if ctx.Err() == nil {
		t.Error("Ctrl-C after the training did not end the context")
	}
}

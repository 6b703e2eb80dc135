package zoo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/ganzoo/ganzoo/internal/fault"
)

func TestFaultsCrossWhole(t *testing.T) {
	for kind := range wireKinds {
		sent := fault.Wrap(kind, io.ErrUnexpectedEOF, "what", "where", "mend")
		var got *fault.Error
		if err := fromStatus(toStatus(fmt.Errorf("outer: %w", sent))); !errors.As(err, &got) {
			t.Fatalf("kind %d came back as %v", kind, err)
		}
		if got.Kind != kind || got.What != "what" || got.Where != "where" || got.Mend != "mend" || got.Error() != sent.Error() {
			t.Errorf("sent %+v, got %+v", sent, got)
		}
	}
	for kind := fault.Internal; kind <= fault.Canceled; kind++ {
		if _, ok := wireKinds[kind]; !ok {
			t.Errorf("kind %d has no wire form", kind)
		}
	}
}

func TestOtherErrors(t *testing.T) {
	if err := toStatus(nil); err != nil {
		t.Errorf("nil became %v", err)
	}
	if c := status.Code(toStatus(fmt.Errorf("training: %w", context.Canceled))); c != codes.Canceled {
		t.Errorf("a canceled context became %v", c)
	}
	if err := fromStatus(toStatus(errors.New("plain"))); fault.KindOf(err) != fault.Internal || err.Error() != "plain" {
		t.Errorf("a plain error became %v", err)
	}
	broken := status.Error(codes.Unavailable, "gone")
	if fromStatus(broken) != broken {
		t.Error("a status of the connection was changed")
	}
	if err := fromStatus(toStatus(fault.New(fault.Kind(99), "what", "", ""))); fault.KindOf(err) != fault.Internal {
		t.Errorf("an unknown kind became %v", err)
	}
}

// The trailer of a call has a limit in every implementation of gRPC.
func TestLongFault(t *testing.T) {
	long := strings.Repeat("日", 1<<20)
	err := fromStatus(toStatus(fault.Wrap(fault.Data, errors.New(long), long, long, long)))
	if n := len(err.Error()); n > 5*maxText {
		t.Errorf("%d bytes crossed", n)
	}
	if fault.KindOf(err) != fault.Data {
		t.Errorf("it became %v", err)
	}
}

package zoo

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
	"google.golang.org/grpc"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// guard stands between gRPC and the plugin: a panic becomes the call's error
// and its stack goes to the log, and the calls under way are counted.
type guard struct {
	log   zerolog.Logger
	calls atomic.Int64 // no WaitGroup: calls may still begin while wait waits
}

func (g *guard) unary(ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (resp any, err error) {
	g.calls.Add(1)
	defer g.calls.Add(-1)
	defer g.recover(info.FullMethod, &err)
	return handle(ctx, req)
}

func (g *guard) stream(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler) (err error) {
	g.calls.Add(1)
	defer g.calls.Add(-1)
	defer g.recover(info.FullMethod, &err)
	return handle(srv, stream)
}

func (g *guard) recover(method string, err *error) {
	p := recover()
	if p == nil {
		return
	}
	g.log.Error().Str("method", method).Bytes("stack", debug.Stack()).Msgf("panic: %v", p)
	*err = toStatus(fault.New(fault.Plugin, fmt.Sprintf("the plugin panicked: %v", p), method,
		"this is a defect of the plugin: its log has the stack for its author"))
}

// wait returns when no call is under way, or after the timeout.
func (g *guard) wait(timeout time.Duration) {
	for end := time.Now().Add(timeout); g.calls.Load() > 0 && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond)
	}
}

package zoo

import (
	"context"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo/zoopb"
)

// maxText bounds each part of an error on the wire, which travels in the
// trailer of the call; peers in other languages refuse large ones.
const maxText = 2 << 10

// wireKinds pairs the kinds of errors with their wire form.
var wireKinds = map[fault.Kind]zoopb.Fault_Kind{
	fault.Internal:   zoopb.Fault_KIND_INTERNAL,
	fault.Usage:      zoopb.Fault_KIND_USAGE,
	fault.NotFound:   zoopb.Fault_KIND_NOT_FOUND,
	fault.Data:       zoopb.Fault_KIND_DATA,
	fault.Plugin:     zoopb.Fault_KIND_PLUGIN,
	fault.Diverged:   zoopb.Fault_KIND_DIVERGED,
	fault.Checkpoint: zoopb.Fault_KIND_CHECKPOINT,
	fault.IO:         zoopb.Fault_KIND_IO,
	fault.Verify:     zoopb.Fault_KIND_VERIFY,
	fault.Canceled:   zoopb.Fault_KIND_CANCELED,
}

// toStatus turns an error of the plugin into a gRPC status that carries it
// whole. A cancelled context stays what it is.
func toStatus(err error) error {
	if err == nil {
		return nil
	}
	var f *fault.Error
	if !errors.As(err, &f) {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return status.FromContextError(err).Err()
		}
		if _, ok := status.FromError(err); ok {
			return err
		}
		f = fault.New(fault.Internal, err.Error(), "", "")
	}
	detail := &zoopb.Fault{Kind: wireKinds[f.Kind], What: cut(f.What), Where: cut(f.Where), Mend: cut(f.Mend), Cause: cut(f.Cause())}
	code := codes.Unknown
	if f.Kind == fault.Canceled {
		code = codes.Canceled
	}
	s, attachErr := status.New(code, cut(f.Error())).WithDetails(detail)
	if attachErr != nil {
		return status.Error(code, cut(f.Error()))
	}
	return s.Err()
}

func cut(s string) string {
	if len(s) > maxText {
		s = s[:maxText] + "…"
	}
	return validText(s)
}

// fromStatus brings back the error that a status carries. A status without one
// is returned as it is: it tells of the connection, not of the plugin's work.
func fromStatus(err error) error {
	s, ok := status.FromError(err)
	if err == nil || !ok {
		return err
	}
	for _, detail := range s.Details() {
		wire, ok := detail.(*zoopb.Fault)
		if !ok {
			continue
		}
		f := fault.New(kindFromProto(wire.GetKind()), wire.GetWhat(), wire.GetWhere(), wire.GetMend())
		if wire.GetCause() != "" {
			f.Err = errors.New(wire.GetCause())
		}
		return f
	}
	return err
}

// kindFromProto reads a kind this side does not know as Internal.
func kindFromProto(wire zoopb.Fault_Kind) fault.Kind {
	for kind, w := range wireKinds {
		if w == wire {
			return kind
		}
	}
	return fault.Internal
}

package zoo

import (
	"bufio"
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"google.golang.org/grpc/metadata"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo/zoopb"
)

// lostStreamGrace is how long a training may go on after its stream was lost.
// A checkpoint in the middle of being written fits in; a plugin that does not
// watch its context is ended.
const lostStreamGrace = 10 * time.Second

// server answers the wire's calls with a Plugin.
type server struct {
	zoopb.UnimplementedZooServer
	impl Plugin
	// abandoned is called when a training goes on although its stream is lost.
	abandoned func()

	mu   sync.Mutex
	stop func() // asks the training under way to stop; nil when there is none
}

func (s *server) Describe(ctx context.Context, _ *zoopb.DescribeRequest) (*zoopb.Description, error) {
	d, err := s.impl.Describe(ctx)
	if err != nil {
		return nil, toStatus(err)
	}
	if d == nil {
		return nil, toStatus(broken("Describe returned nothing"))
	}
	return descriptionToProto(d), nil
}

func (s *server) Check(ctx context.Context, wire *zoopb.CheckRequest) (*zoopb.CheckResponse, error) {
	checker, ok := s.impl.(Checker)
	if !ok {
		return s.UnimplementedZooServer.Check(ctx, wire)
	}
	d, c := datasetFromProto(wire.GetDataset()), configFromProto(wire.GetConfig())
	if err := checker.Check(ctx, &d, &c); err != nil {
		return nil, toStatus(err)
	}
	return &zoopb.CheckResponse{}, nil
}

func (s *server) Train(wire *zoopb.TrainRequest, stream zoopb.Zoo_TrainServer) error {
	stop := make(chan struct{})
	if !s.begin(sync.OnceFunc(func() { close(stop) })) {
		return toStatus(fault.New(fault.Usage, "this plugin process is training already", "", "start another process for another training"))
	}
	defer s.begin(nil)
	// From here on a Stop reaches this training; the headers tell the host.
	if err := stream.SendHeader(metadata.MD{}); err != nil {
		return err
	}
	ctx := stream.Context()
	returned := make(chan struct{})
	defer close(returned)
	go func() {
		select {
		case <-returned:
			return
		case <-ctx.Done():
		}
		select {
		case <-returned:
		case <-time.After(lostStreamGrace):
			s.abandoned()
		}
	}()
	req := trainFromProto(wire)
	req.Stop = stop
	return toStatus(s.impl.Train(ctx, req, emitter(stream)))
}

// begin registers the stop function of a training, or with nil its end. It
// reports false when another training is under way.
func (s *server) begin(stop func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stop != nil && s.stop != nil {
		return false
	}
	s.stop = stop
	return true
}

// emitter sends events, each followed by its samples.
func emitter(stream zoopb.Zoo_TrainServer) func(*Event) error {
	var mu sync.Mutex // keeps an event and its samples together
	return func(ev *Event) error {
		mu.Lock()
		defer mu.Unlock()
		if err := stream.Context().Err(); err != nil {
			return err
		}
		wire := eventToProto(ev)
		if err := stream.Send(&zoopb.TrainReply{Reply: &zoopb.TrainReply_Event{Event: wire}}); err != nil {
			return err
		}
		if ev.Samples == nil {
			return nil
		}
		return sendTensor(ev.Samples, func(chunk *zoopb.TensorChunk) error {
			return stream.Send(&zoopb.TrainReply{Reply: &zoopb.TrainReply_Samples{Samples: chunk}})
		})
	}
}

func (s *server) Stop(context.Context, *zoopb.StopRequest) (*zoopb.StopResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop != nil {
		s.stop()
	}
	return &zoopb.StopResponse{}, nil
}

func (s *server) Sample(stream zoopb.Zoo_SampleServer) error {
	first, err := stream.Recv()
	if err != nil {
		return err
	}
	if first.GetHeader() == nil {
		return toStatus(fault.New(fault.Usage, "a sample request must begin with its header", "", ""))
	}
	req := sampleFromProto(first.GetHeader())
	if first.GetHeader().GetHasLatents() {
		if req.Latents, err = receiveLatents(stream); err != nil {
			return toStatus(err)
		}
	}
	t, err := s.impl.Sample(stream.Context(), req)
	if err != nil {
		return toStatus(err)
	}
	if t == nil {
		return toStatus(broken("Sample returned nothing"))
	}
	return toStatus(sendTensor(t, stream.Send))
}

func receiveLatents(stream zoopb.Zoo_SampleServer) (*tensor.Tensor, error) {
	return receiveTensor(func() (*zoopb.TensorChunk, error) {
		next, err := stream.Recv()
		if errors.Is(err, io.EOF) || err == nil && next.GetLatents() == nil {
			return nil, fault.New(fault.Usage, "the latents that the request announced did not follow", "", "")
		}
		if err != nil {
			return nil, err
		}
		return next.GetLatents(), nil
	})
}

func (s *server) Evaluate(ctx context.Context, wire *zoopb.EvaluateRequest) (*zoopb.Evaluation, error) {
	e, err := s.impl.Evaluate(ctx, evaluateFromProto(wire))
	if err != nil {
		return nil, toStatus(err)
	}
	if e == nil {
		e = &Evaluation{}
	}
	return &zoopb.Evaluation{Measures: measuresToProto(e.Measures)}, nil
}

func (s *server) Export(wire *zoopb.ExportRequest, stream zoopb.Zoo_ExportServer) error {
	out := bufio.NewWriterSize(chunkWriter{stream}, chunkSize)
	if err := s.impl.Export(stream.Context(), exportFromProto(wire), out); err != nil {
		return toStatus(err)
	}
	return toStatus(out.Flush())
}

// chunkWriter sends what is written to it, at most chunkSize bytes a message.
type chunkWriter struct{ stream zoopb.Zoo_ExportServer }

func (w chunkWriter) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		n := min(len(rest), chunkSize)
		// gRPC encodes a message before Send returns, so p may be used again.
		if err := w.stream.Send(&zoopb.ExportChunk{Data: rest[:n]}); err != nil {
			return len(p) - len(rest), err
		}
		rest = rest[n:]
	}
	return len(p), nil
}

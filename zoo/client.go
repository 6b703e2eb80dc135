package zoo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf8"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo/zoopb"
)

// NewClient speaks the contract over a connection. The errors a plugin returned
// come back as they were; those of the connection stay gRPC statuses.
func NewClient(conn grpc.ClientConnInterface) Plugin {
	return &client{rpc: zoopb.NewZooClient(conn)}
}

type client struct{ rpc zoopb.ZooClient }

func (c *client) Describe(ctx context.Context) (*Description, error) {
	d, err := c.rpc.Describe(ctx, &zoopb.DescribeRequest{})
	if err != nil {
		return nil, fromStatus(err)
	}
	return descriptionFromProto(d), nil
}

// Check implements Checker. A plugin that cannot be asked refuses nothing yet.
func (c *client) Check(ctx context.Context, d *Dataset, config *Config) error {
	if err := checkPaths(d.paths()...); err != nil {
		return err
	}
	_, err := c.rpc.Check(ctx, &zoopb.CheckRequest{Dataset: datasetToProto(*d), Config: configToProto(*config)})
	if status.Code(err) == codes.Unimplemented {
		return nil
	}
	return fromStatus(err)
}

func (c *client) Train(ctx context.Context, req *TrainRequest, emit func(*Event) error) error {
	if err := checkPaths(append(req.Dataset.paths(), req.RunDir, req.Resume)...); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var stopper sync.WaitGroup
	defer stopper.Wait()
	defer cancel()
	stream, err := c.rpc.Train(ctx, trainToProto(req))
	if err != nil {
		return fromStatus(err)
	}
	stopper.Go(func() {
		select {
		case <-req.Stop:
		case <-ctx.Done():
			return
		}
		// The headers say that a Stop reaches this training and no other.
		if _, err := stream.Header(); err == nil {
			c.rpc.Stop(ctx, &zoopb.StopRequest{})
		}
	})
	for {
		reply, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fromStatus(err)
		}
		if reply.GetEvent() == nil {
			return broken("it streams a chunk of samples that no event announced")
		}
		ev := eventFromProto(reply.GetEvent())
		if reply.GetEvent().GetHasSamples() {
			ev.Samples, err = receiveTensor(func() (*zoopb.TensorChunk, error) {
				reply, err := stream.Recv()
				if err != nil {
					return nil, err
				}
				if reply.GetSamples() == nil {
					return nil, broken("it streams an event where samples were announced")
				}
				return reply.GetSamples(), nil
			})
			if err != nil {
				return fromStatus(unexpectedEnd(err))
			}
		}
		if err := emit(ev); err != nil {
			return err
		}
	}
}

// unexpectedEnd says what is wrong with a stream that ended inside a tensor.
func unexpectedEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return broken("its stream ended inside a tensor")
	}
	return err
}

func (c *client) Sample(ctx context.Context, req *SampleRequest) (*tensor.Tensor, error) {
	if err := checkPaths(req.Checkpoint); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := c.rpc.Sample(ctx)
	if err != nil {
		return nil, fromStatus(err)
	}
	if err := sendSampleRequest(stream, req); err != nil && !errors.Is(err, io.EOF) {
		return nil, fromStatus(err)
	}
	// After io.EOF the plugin has ended the call already; receiving says why.
	t, err := receiveTensor(stream.Recv)
	if err != nil {
		return nil, fromStatus(unexpectedEnd(err))
	}
	// The status of the call comes after the last chunk.
	if _, err := stream.Recv(); !errors.Is(err, io.EOF) {
		if err == nil {
			err = broken("it streams more than the tensor")
		}
		return nil, fromStatus(err)
	}
	return t, nil
}

func sendSampleRequest(stream zoopb.Zoo_SampleClient, req *SampleRequest) error {
	header := &zoopb.SampleRequest{Request: &zoopb.SampleRequest_Header{Header: sampleToProto(req)}}
	if err := stream.Send(header); err != nil {
		return err
	}
	if req.Latents != nil {
		err := sendTensor(req.Latents, func(chunk *zoopb.TensorChunk) error {
			return stream.Send(&zoopb.SampleRequest{Request: &zoopb.SampleRequest_Latents{Latents: chunk}})
		})
		if err != nil {
			return err
		}
	}
	return stream.CloseSend()
}

func (c *client) Evaluate(ctx context.Context, req *EvaluateRequest) (*Evaluation, error) {
	if err := checkPaths(append(req.Dataset.paths(), req.Checkpoint)...); err != nil {
		return nil, err
	}
	e, err := c.rpc.Evaluate(ctx, evaluateToProto(req))
	if err != nil {
		return nil, fromStatus(err)
	}
	return &Evaluation{Measures: measuresFromProto(e.GetMeasures())}, nil
}

func (c *client) Export(ctx context.Context, req *ExportRequest, w io.Writer) error {
	if err := checkPaths(req.Checkpoint); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := c.rpc.Export(ctx, exportToProto(req))
	if err != nil {
		return fromStatus(err)
	}
	for {
		chunk, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fromStatus(err)
		}
		if _, err := w.Write(chunk.GetData()); err != nil {
			return err
		}
	}
}

func (d *Dataset) paths() []string { return []string{d.TrainX, d.TrainY, d.TestX, d.TestY} }

// checkPaths refuses the paths that protobuf cannot carry.
func checkPaths(paths ...string) error {
	for _, p := range paths {
		if !utf8.ValidString(p) {
			return fault.New(fault.Usage, "a path must be valid UTF-8 to be handed to a plugin", fmt.Sprintf("%q", strings.ToValidUTF8(p, "?")), "rename the file or folder")
		}
	}
	return nil
}

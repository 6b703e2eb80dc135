package zoo

import (
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ganzoo/ganzoo/zoo/zoopb"
)

// The conversions between the contract's Go types and their wire form; tensors
// are in chunks.go, errors in faults.go. Text that is not UTF-8 is mended on
// the way out, because protobuf refuses the whole message for it.

func validText(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// mapSlice returns convert of every element, nil for none.
func mapSlice[A, B any](list []A, convert func(A) B) []B {
	if len(list) == 0 {
		return nil
	}
	out := make([]B, len(list))
	for i, v := range list {
		out[i] = convert(v)
	}
	return out
}

func toInt64(n int) int64 { return int64(n) }
func toInt(n int64) int   { return int(n) }

func descriptionToProto(d *Description) *zoopb.Description {
	return &zoopb.Description{
		Name: validText(d.Name), Title: validText(d.Title), Year: int32(d.Year), Paper: validText(d.Paper),
		Objective: validText(d.Objective), Version: validText(d.Version),
		Kinds:  mapSlice(d.Kinds, func(k Kind) string { return string(k) }),
		Labels: string(d.Labels),
		Archs:  d.Archs,
		Params: mapSlice(d.Params, func(p Param) *zoopb.Param {
			return &zoopb.Param{Name: p.Name, Default: p.Default, Doc: validText(p.Doc), Choices: p.Choices}
		}),
	}
}

func descriptionFromProto(d *zoopb.Description) *Description {
	return &Description{
		Name: d.GetName(), Title: d.GetTitle(), Year: int(d.GetYear()), Paper: d.GetPaper(),
		Objective: d.GetObjective(), Version: d.GetVersion(),
		Kinds:  mapSlice(d.GetKinds(), func(k string) Kind { return Kind(k) }),
		Labels: Labels(d.GetLabels()),
		Archs:  d.GetArchs(),
		Params: mapSlice(d.GetParams(), func(p *zoopb.Param) Param {
			return Param{Name: p.GetName(), Default: p.GetDefault(), Doc: p.GetDoc(), Choices: p.GetChoices()}
		}),
	}
}

func datasetToProto(d Dataset) *zoopb.Dataset {
	return &zoopb.Dataset{
		Name: validText(d.Name), Kind: string(d.Kind), Shape: mapSlice(d.Shape, toInt64),
		Count: int64(d.Count), Classes: int64(d.Classes),
		TrainX: d.TrainX, TrainY: d.TrainY, TestX: d.TestX, TestY: d.TestY, Fingerprint: d.Fingerprint,
		Background: d.Background, Zoom: int64(d.Zoom),
	}
}

func datasetFromProto(d *zoopb.Dataset) Dataset {
	return Dataset{
		Name: d.GetName(), Kind: Kind(d.GetKind()), Shape: mapSlice(d.GetShape(), toInt),
		Count: int(d.GetCount()), Classes: int(d.GetClasses()),
		TrainX: d.GetTrainX(), TrainY: d.GetTrainY(), TestX: d.GetTestX(), TestY: d.GetTestY(), Fingerprint: d.GetFingerprint(),
		Background: d.GetBackground(), Zoom: int(d.GetZoom()),
	}
}

func configToProto(c Config) *zoopb.Config {
	out := &zoopb.Config{
		Arch: c.Arch, Batch: int64(c.Batch), Steps: c.Steps, Epochs: c.Epochs, Seed: c.Seed,
		Threads: int32(c.Threads), Labels: int64(c.Labels), Params: c.Params,
		CheckpointEvery: c.CheckpointEvery, SampleEvery: c.SampleEvery,
	}
	if c.Time != 0 {
		out.Time = durationpb.New(c.Time)
	}
	return out
}

func configFromProto(c *zoopb.Config) Config {
	return Config{
		Arch: c.GetArch(), Batch: int(c.GetBatch()), Steps: c.GetSteps(), Epochs: c.GetEpochs(), Time: c.GetTime().AsDuration(), Seed: c.GetSeed(),
		Threads: int(c.GetThreads()), Labels: int(c.GetLabels()), Params: c.GetParams(),
		CheckpointEvery: c.GetCheckpointEvery(), SampleEvery: c.GetSampleEvery(),
	}
}

func trainToProto(r *TrainRequest) *zoopb.TrainRequest {
	return &zoopb.TrainRequest{RunDir: r.RunDir, Dataset: datasetToProto(r.Dataset), Config: configToProto(r.Config), Resume: r.Resume, Profile: r.Profile}
}

// trainFromProto leaves Stop to the server.
func trainFromProto(r *zoopb.TrainRequest) *TrainRequest {
	return &TrainRequest{RunDir: r.GetRunDir(), Dataset: datasetFromProto(r.GetDataset()), Config: configFromProto(r.GetConfig()), Resume: r.GetResume(), Profile: r.GetProfile()}
}

// eventToProto leaves the samples to the chunks that follow the event, and
// what the host sets (Run, SamplesFile) behind.
func eventToProto(e *Event) *zoopb.Event {
	out := &zoopb.Event{
		Type: string(e.Type), Step: e.Step, Steps: e.Steps, Epoch: e.Epoch, Elapsed: e.Elapsed, Remaining: e.Remaining,
		Images: e.Images, ImagesPerSecond: e.ImagesPerSecond, Losses: e.Losses,
		Measures: measuresToProto(e.Measures), Checkpoint: e.Checkpoint,
		Reason: e.Reason, Message: validText(e.Message), HasSamples: e.Samples != nil,
	}
	if !e.Time.IsZero() {
		out.Time = timestamppb.New(e.Time)
	}
	if e.Config != nil {
		out.Config = configToProto(*e.Config)
	}
	if e.Profile != nil {
		out.Profile = profileToProto(e.Profile)
	}
	out.Codes = mapSlice(e.Codes, func(c Code) *zoopb.Code {
		return &zoopb.Code{Name: validText(c.Name), Categories: int64(c.Categories)}
	})
	return out
}

func eventFromProto(e *zoopb.Event) *Event {
	out := &Event{
		Type: EventType(e.GetType()), Step: e.GetStep(), Steps: e.GetSteps(), Epoch: e.GetEpoch(), Elapsed: e.GetElapsed(), Remaining: e.GetRemaining(),
		Images: e.GetImages(), ImagesPerSecond: e.GetImagesPerSecond(), Losses: e.GetLosses(),
		Measures: measuresFromProto(e.GetMeasures()), Checkpoint: e.GetCheckpoint(),
		Reason: e.GetReason(), Message: e.GetMessage(),
	}
	if e.GetTime() != nil {
		out.Time = e.GetTime().AsTime()
	} else {
		out.Time = time.Now().UTC()
	}
	if e.GetConfig() != nil {
		c := configFromProto(e.GetConfig())
		out.Config = &c
	}
	if e.GetProfile() != nil {
		out.Profile = profileFromProto(e.GetProfile())
	}
	out.Codes = mapSlice(e.GetCodes(), func(c *zoopb.Code) Code {
		return Code{Name: c.GetName(), Categories: int(c.GetCategories())}
	})
	return out
}

func profileToProto(p *Profile) *zoopb.Profile {
	return &zoopb.Profile{Steps: p.Steps, Seconds: p.Seconds, PeakGflops: p.PeakGFLOPS, Ops: mapSlice(p.Ops, func(o OpTime) *zoopb.OpTime {
		return &zoopb.OpTime{Op: validText(o.Op), Seconds: o.Seconds, Gflop: o.GFLOP}
	})}
}

func profileFromProto(p *zoopb.Profile) *Profile {
	return &Profile{Steps: p.GetSteps(), Seconds: p.GetSeconds(), PeakGFLOPS: p.GetPeakGflops(), Ops: mapSlice(p.GetOps(), func(o *zoopb.OpTime) OpTime {
		return OpTime{Op: o.GetOp(), Seconds: o.GetSeconds(), GFLOP: o.GetGflop()}
	})}
}

func measuresToProto(list []Measure) []*zoopb.Measure {
	return mapSlice(list, func(m Measure) *zoopb.Measure {
		return &zoopb.Measure{Name: validText(m.Name), Value: m.Value, Unit: validText(m.Unit), Better: m.Better, Note: validText(m.Note)}
	})
}

func measuresFromProto(list []*zoopb.Measure) []Measure {
	return mapSlice(list, func(m *zoopb.Measure) Measure {
		return Measure{Name: m.GetName(), Value: m.GetValue(), Unit: m.GetUnit(), Better: m.GetBetter(), Note: m.GetNote()}
	})
}

// sampleToProto leaves the latents to the chunks that follow the header.
func sampleToProto(r *SampleRequest) *zoopb.SampleHeader {
	return &zoopb.SampleHeader{
		Checkpoint: r.Checkpoint, N: int64(r.N), Seed: r.Seed, Labels: r.Labels, Threads: int32(r.Threads),
		Raw: r.Raw, WantLatents: r.WantLatents, HasLatents: r.Latents != nil,
	}
}

func sampleFromProto(h *zoopb.SampleHeader) *SampleRequest {
	return &SampleRequest{
		Checkpoint: h.GetCheckpoint(), N: int(h.GetN()), Seed: h.GetSeed(), Labels: h.GetLabels(), Threads: int(h.GetThreads()),
		Raw: h.GetRaw(), WantLatents: h.GetWantLatents(),
	}
}

func evaluateToProto(r *EvaluateRequest) *zoopb.EvaluateRequest {
	return &zoopb.EvaluateRequest{Checkpoint: r.Checkpoint, Dataset: datasetToProto(r.Dataset), Seed: r.Seed, Threads: int32(r.Threads)}
}

func evaluateFromProto(r *zoopb.EvaluateRequest) *EvaluateRequest {
	return &EvaluateRequest{Checkpoint: r.GetCheckpoint(), Dataset: datasetFromProto(r.GetDataset()), Seed: r.GetSeed(), Threads: int(r.GetThreads())}
}

func exportToProto(r *ExportRequest) *zoopb.ExportRequest {
	wire := &zoopb.ExportRequest{Checkpoint: r.Checkpoint, Raw: r.Raw, Opset: int32(r.Opset), Network: r.Network}
	if r.Dataset != nil {
		wire.Dataset = datasetToProto(*r.Dataset)
	}
	return wire
}

func exportFromProto(r *zoopb.ExportRequest) *ExportRequest {
	req := &ExportRequest{Checkpoint: r.GetCheckpoint(), Raw: r.GetRaw(), Opset: int(r.GetOpset()), Network: r.GetNetwork()}
	if r.GetDataset() != nil {
		d := datasetFromProto(r.GetDataset())
		req.Dataset = &d
	}
	return req
}

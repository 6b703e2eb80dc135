package zoo

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/ganzoo/ganzoo/zoo/zoopb"
)

// Values with every field set: one that a conversion forgets shows as a
// difference.
var (
	fullDescription = &Description{
		Name: "wgangp", Title: "Wasserstein GAN with gradient penalty", Year: 2017, Paper: "arXiv:1704.00028", Objective: "λ(‖∇‖₂−1)²",
		Version: "1.2.3", Kinds: []Kind{Images, Points}, Labels: LabelsOptional, Archs: []string{"dcgan28", "mlp"},
		Params: []Param{{Name: "lambda", Default: "10", Doc: "weight of the penalty", Choices: []string{"0.1", "10"}}},
	}
	fullDataset = Dataset{
		Name: "mnist", Kind: Images, Shape: []int{1, 28, 28}, Count: 60000, Classes: 10,
		TrainX: "/a.npy", TrainY: "/b.npy", TestX: "/c.npy", TestY: "/d.npy", Fingerprint: "sha256:00",
		Background: "black", Zoom: 2,
	}
	fullConfig = Config{
		Arch: "mlp", Batch: 64, Steps: 1 << 40, Epochs: 2.5, Time: 5 * time.Minute, Seed: 1<<64 - 1, Threads: 2, Labels: 100,
		Params: map[string]string{"lambda": "10"}, CheckpointEvery: 500, SampleEvery: 100,
	}
	fullEvent = &Event{
		Type: Progress, Time: time.Date(2026, 1, 2, 15, 4, 5, 6, time.UTC), Step: 7, Steps: 1000, Epoch: .5, Elapsed: 1.25, Remaining: 60, Images: 448,
		ImagesPerSecond: 1234.5, Losses: map[string]float64{"d": -1, "g": 2}, Measures: []Measure{fullMeasure},
		Checkpoint: "/run/checkpoints/step-7.safetensors", Config: &fullConfig, Codes: []Code{{Name: "c1", Categories: 10}, {Name: "c2"}}, Reason: Stopped, Message: "words",
		Profile: &Profile{Steps: 3, Seconds: 1.5, PeakGFLOPS: 480, Ops: []OpTime{{Op: "Gemm", Seconds: 1, GFLOP: 200}}},
	}
	fullMeasure = Measure{Name: "error", Value: 9.7, Unit: "%", Better: "lower", Note: "10,000 images"}
)

// through sends a message over the wire.
func through[M proto.Message](t *testing.T, m, empty M) M {
	t.Helper()
	raw, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := proto.Unmarshal(raw, empty); err != nil {
		t.Fatal(err)
	}
	return empty
}

func TestConversions(t *testing.T) {
	same := func(name string, got, want any) {
		t.Helper()
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s changed on its way: %s", name, d)
		}
	}
	same("description", descriptionFromProto(through(t, descriptionToProto(fullDescription), &zoopb.Description{})), fullDescription)
	same("dataset", datasetFromProto(through(t, datasetToProto(fullDataset), &zoopb.Dataset{})), fullDataset)
	same("config", configFromProto(through(t, configToProto(fullConfig), &zoopb.Config{})), fullConfig)
	same("event", eventFromProto(through(t, eventToProto(fullEvent), &zoopb.Event{})), fullEvent)
	train := &TrainRequest{RunDir: "/run", Dataset: fullDataset, Config: fullConfig, Resume: "/checkpoint", Profile: true}
	same("train request", trainFromProto(through(t, trainToProto(train), &zoopb.TrainRequest{})), train)
	sample := &SampleRequest{Checkpoint: "/c", N: 64, Seed: 7, Labels: []int64{1, 2}, Threads: 2, Raw: true, WantLatents: true}
	same("sample request", sampleFromProto(through(t, sampleToProto(sample), &zoopb.SampleHeader{})), sample)
	evaluate := &EvaluateRequest{Checkpoint: "/c", Dataset: fullDataset, Seed: 3, Threads: 1}
	same("evaluate request", evaluateFromProto(through(t, evaluateToProto(evaluate), &zoopb.EvaluateRequest{})), evaluate)
	export := &ExportRequest{Checkpoint: "/c", Raw: true, Opset: 17, Network: "classifier", Dataset: &fullDataset}
	same("export request", exportFromProto(through(t, exportToProto(export), &zoopb.ExportRequest{})), export)
}

func TestTextThatIsNotUTF8(t *testing.T) {
	ev := through(t, eventToProto(&Event{Type: Warning, Message: "caf\xe9"}), &zoopb.Event{})
	if ev.GetMessage() != "caf\uFFFD" {
		t.Errorf("got %q", ev.GetMessage())
	}
}

func TestEventWithoutTime(t *testing.T) {
	if ev := eventFromProto(&zoopb.Event{Type: string(Progress)}); time.Since(ev.Time) > time.Minute {
		t.Errorf("its time is %v", ev.Time)
	}
}

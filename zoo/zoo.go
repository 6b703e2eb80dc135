package zoo

import (
	"context"
	"io"
	"time"

	"github.com/ganzoo/ganzoo/internal/latent"
	"github.com/ganzoo/ganzoo/tensor"
)

// ProtocolVersion is the go-plugin version both sides must share. It grows
// when zoo.proto changes in a way an older peer cannot answer.
const ProtocolVersion = 1

// Plugin is one GAN variant. The host calls it over gRPC; a plugin written in
// Go implements it and hands it to Serve. All methods may be called from
// several goroutines, but the host has at most one Train under way.
//
// An error that the user can mend is an *Error; its kind survives the wire.
type Plugin interface {
	// Describe tells what the variant is and what can be set. It is quick and
	// touches no file.
	Describe(ctx context.Context) (*Description, error)
	// Train runs until its budget is spent, req.Stop is closed (it then
	// finishes the step, writes a checkpoint and emits Done with reason
	// "stopped"), or ctx ends (it returns at once, writing nothing more).
	// Events are emitted in order, from one goroutine at a time; an error
	// from emit means that the host is gone and ends the training.
	Train(ctx context.Context, req *TrainRequest, emit func(*Event) error) error
	// Sample draws from the generator of a checkpoint: float32, N×C×H×W in
	// −1…1 for images, N×2 for points.
	Sample(ctx context.Context, req *SampleRequest) (*tensor.Tensor, error)
	// Evaluate takes the measures that only the variant knows.
	Evaluate(ctx context.Context, req *EvaluateRequest) (*Evaluation, error)
	// Export writes the generator of a checkpoint, or another of its networks, to
	// w as an ONNX model.
	Export(ctx context.Context, req *ExportRequest, w io.Writer) error
}

// Checker is a Plugin that can be asked about a configuration before anything is
// spent on it.
type Checker interface {
	// Check returns the error with which Train would refuse c on that data, of
	// which only the description matters: it is quick, touches no file and trains
	// nothing.
	Check(ctx context.Context, d *Dataset, c *Config) error
}

// Description is what `zoo list` and `zoo info` show of a variant.
type Description struct {
	Name      string   `json:"name"`      // lower case, unique in a zoo: "wgangp"
	Title     string   `json:"title"`     // "Wasserstein GAN with gradient penalty"
	Year      int      `json:"year"`      // of the paper
	Paper     string   `json:"paper"`     // "arXiv:1704.00028"
	Objective string   `json:"objective"` // the losses, in words and formulas, a few lines
	Version   string   `json:"version"`   // of the plugin
	Kinds     []Kind   `json:"kinds"`     // of data it can learn
	Labels    Labels   `json:"labels"`    // whether it uses the labels of the data
	Archs     []string `json:"archs"`     // values of Config.Arch, the default for images first
	Params    []Param  `json:"params"`    // the variant's own, set with --set name=value
}

// Kind of data: Images are uint8 N×C×H×W, Points float32 N×2.
type Kind string

const (
	Images Kind = "images"
	Points Kind = "points"
)

// Labels says what a variant does with the labels of its data.
type Labels string

const (
	LabelsUnused   Labels = "unused"
	LabelsOptional Labels = "optional" // semi-supervised with Config.Labels > 0
	LabelsRequired Labels = "required" // conditional
)

// Param is a setting of a variant's own.
type Param struct {
	Name    string   `json:"name"`
	Default string   `json:"default"`
	Doc     string   `json:"doc"`
	Choices []string `json:"choices,omitempty"` // when only these are allowed
}

// Dataset is resolved data, as files every plugin maps read-only.
type Dataset struct {
	Name        string `json:"name"`
	Kind        Kind   `json:"kind"`
	Shape       []int  `json:"shape"`             // of one example: C×H×W, or 2
	Count       int    `json:"count"`             // training examples
	Classes     int    `json:"classes"`           // 0 when unlabelled
	TrainX      string `json:"train_x"`           // .npy: uint8 N×C×H×W, or float32 N×2
	TrainY      string `json:"train_y,omitempty"` // .npy: int64 N
	TestX       string `json:"test_x,omitempty"`  // .npy, as TrainX
	TestY       string `json:"test_y,omitempty"`  // .npy, as TrainY
	Fingerprint string `json:"fingerprint"`       // "sha256:…" over the arrays; recorded with a run

	// How a folder's images were read; empty and zero for other data, and for runs
	// from before it was recorded.
	Background string `json:"background,omitempty"` // what transparent parts became: "white"
	Zoom       int    `json:"zoom,omitempty"`       // how many times pixels were enlarged; 0: the largest square was scaled
}

// Config is everything that decides the bytes of a training run, except the
// class of CPU and the data. The zero value of a field means the variant's
// default.
type Config struct {
	Arch    string            `json:"arch"`   // one of Description.Archs
	Batch   int               `json:"batch"`  // examples in a step, at most MaxBatch
	Steps   int64             `json:"steps"`  // generator updates, the budget
	Epochs  float64           `json:"epochs"` // budget in passes over the data, as the discriminator sees it; excludes Steps
	Time    time.Duration     `json:"time"`   // budget in wall time; may be combined, the first to end wins
	Seed    uint64            `json:"seed"`
	Threads int               `json:"threads"` // 0: all cores; does not change the bytes
	Labels  int               `json:"labels"`  // labelled examples for semi-supervised variants; 0: none
	Params  map[string]string `json:"params"`  // the variant's own, by Param.Name; those left out have their defaults

	CheckpointEvery int64 `json:"checkpoint_every"` // steps; 0: the plugin chooses
	SampleEvery     int64 `json:"sample_every"`     // steps; 0: the plugin chooses
}

// LabelMap is the parameter that makes a run conditional whose variant is not by
// itself: with a whole number above zero the generator is given the classes, as
// with LabelsRequired.
const LabelMap = "label_map"

// Conditional reports whether LabelMap is set.
func (c *Config) Conditional() bool {
	value := c.Params[LabelMap]
	return value != "" && value != "0"
}

// MaxBatch is the largest Config.Batch: far above any use, and low enough that a
// mistyped number is refused before it asks for more memory than there is.
const MaxBatch = 1 << 14

// TrainRequest asks for a run, or for the rest of one.
type TrainRequest struct {
	RunDir  string // absolute; the plugin writes RunDir/checkpoints/step-<step>.safetensors only
	Dataset Dataset
	Config  Config          // as asked; the Started event returns it with every default filled in
	Resume  string          // absolute path of a checkpoint to go on from; empty: from scratch
	Stop    <-chan struct{} // closed to ask for an orderly stop; may be nil
	Profile bool            // time each op, and emit Profiled before Done
}

// Code is a part of the latents with a name that can be set: a category, one-hot,
// or a number from −1…1.
type Code = latent.Code

// SampleRequest asks for samples of a checkpoint's generator.
type SampleRequest struct {
	Checkpoint  string         // absolute path
	N           int            // number of samples; ignored when Latents is given
	Seed        uint64         // of the latents
	Latents     *tensor.Tensor // N×latent, or nil to draw from Seed; codes are the last columns, in the order in which Started names them
	Labels      []int64        // one a sample for conditional variants, or nil
	Threads     int            // 0: all cores; does not change the bytes
	Raw         bool           // the live weights instead of their average (EMA), where kept
	WantLatents bool           // return the drawn latents, N×latent, instead of the samples
}

// EvaluateRequest asks for the variant's own measures on a dataset of the kind and shape
// that the checkpoint was trained on.
type EvaluateRequest struct {
	Checkpoint string // absolute path
	Dataset    Dataset
	Seed       uint64 // of whatever the measures draw
	Threads    int    // 0: all cores; does not change the figures
}

// Evaluation is a list of measures, in the order to show them.
type Evaluation struct {
	Measures []Measure `json:"measures"`
}

// Measure is one figure, shown beside those that the host takes.
type Measure struct {
	Name   string  `json:"name"` // "classification error"
	Value  float64 `json:"value"`
	Unit   string  `json:"unit,omitempty"`   // "%", "nats"; empty for plain numbers
	Better string  `json:"better,omitempty"` // "lower", "higher" or empty
	Note   string  `json:"note,omitempty"`   // protocol: sample count, labelled examples …
}

// Generator is the network that every variant has, and that an ExportRequest
// means when it names none.
const Generator = "generator"

// ExportRequest asks for an ONNX model of a checkpoint's generator, with inputs z,
// N×(noise), each code by its name, and y for labels, N×K one-hot, and output image, in
// −1…1; or of another of its networks. A model of another network says which in its
// metadata, as ganzoo.network.
type ExportRequest struct {
	Checkpoint string // absolute path
	Raw        bool   // the live weights instead of their average
	Opset      int    // 0: 13
	Network    string // "discriminator", or what else the variant has; empty: Generator
	// Dataset has examples for networks whose statistics want settling on them;
	// nil where there are none.
	Dataset *Dataset
}

// EventType names what an Event reports.
type EventType string

const (
	Started    EventType = "started"    // first: Config resolved, Steps, parameter counts in Message
	Progress   EventType = "progress"   // a few times a second: Step, Losses, ImagesPerSecond, Remaining
	Measured   EventType = "measures"   // Measures taken while training
	Sampled    EventType = "samples"    // Samples from fixed latents
	Checkpoint EventType = "checkpoint" // Checkpoint written whole
	Warning    EventType = "warning"    // Message
	Profiled   EventType = "profile"    // Profile, when it was asked for
	Done       EventType = "done"       // last: Reason, Checkpoint
)

// Why a training ended (Event.Reason).
const (
	Completed = "completed" // the budget is spent
	Stopped   = "stopped"   // asked to
	Diverged  = "diverged"  // NaN or exploding losses; what was checkpointed before is kept
)

// Event is one line of a training's story: the terminal, --json, events.jsonl
// and every other view feed on this one stream.
type Event struct {
	Type            EventType          `json:"type"`
	Time            time.Time          `json:"time"`
	Step            int64              `json:"step"`                // generator updates so far
	Steps           int64              `json:"steps,omitempty"`     // the budget, when counted in steps
	Epoch           float64            `json:"epoch,omitempty"`     // passes over the data so far, as the discriminator sees it
	Elapsed         float64            `json:"elapsed,omitempty"`   // seconds of training so far, resumed parts included
	Remaining       float64            `json:"remaining,omitempty"` // seconds, estimated
	Images          int64              `json:"images,omitempty"`    // real examples the discriminator has seen
	ImagesPerSecond float64            `json:"images_per_second,omitempty"`
	Losses          map[string]float64 `json:"losses,omitempty"` // "d", "g", and the variant's own terms
	Measures        []Measure          `json:"measures,omitempty"`
	Samples         *tensor.Tensor     `json:"-"`                      // N×C×H×W in −1…1, or N×2, with Sampled
	SamplesFile     string             `json:"samples_file,omitempty"` // set by the host once it has drawn Samples
	Checkpoint      string             `json:"checkpoint,omitempty"`   // absolute path, with Checkpoint and Done
	Config          *Config            `json:"config,omitempty"`       // every default filled in, with Started
	Codes           []Code             `json:"codes,omitempty"`        // of the latents, after the noise, with Started
	Profile         *Profile           `json:"profile,omitempty"`
	Reason          string             `json:"reason,omitempty"`  // why it ended, with Done: Completed, Stopped, Diverged
	Message         string             `json:"message,omitempty"` // with Started and Warning, and with Done where there is more to say
	Run             string             `json:"run,omitempty"`     // set by the host
}

// Profile is where the time of a training's steps went.
type Profile struct {
	Steps      int64    `json:"steps"`
	Seconds    float64  `json:"seconds"`     // of the steps, without checkpoints and samples
	PeakGFLOPS float64  `json:"peak_gflops"` // what the cores used could do at best; 0 when it is not known
	Ops        []OpTime `json:"ops"`         // the longest first
}

// OpTime is the share of one op, or of ops that are computed together.
type OpTime struct {
	Op      string  `json:"op"`              // "Conv", or "Mul+Add" of what is computed together
	Seconds float64 `json:"seconds"`         // of all steps
	GFLOP   float64 `json:"gflop,omitempty"` // multiplications and additions of products and convolutions, in 10⁹
}

package data

// Kind of data: Images are uint8 N×C×H×W, Points float32 N×2.
type Kind string

const (
	Images Kind = "images"
	Points Kind = "points"
)

// Dataset is resolved data. Its fields are those of the contract's Dataset,
// which this package does not import.
type Dataset struct {
	Name        string `json:"name"` // what resolves to it again: a name, or the absolute path of a folder
	Kind        Kind   `json:"kind"`
	Shape       []int  `json:"shape"`             // of one example: C×H×W, or 2
	Count       int    `json:"count"`             // training examples
	Classes     int    `json:"classes"`           // 0 when unlabelled
	TrainX      string `json:"train_x"`           // .npy: uint8 N×C×H×W, or float32 N×2
	TrainY      string `json:"train_y,omitempty"` // .npy: int64 N
	TestX       string `json:"test_x,omitempty"`  // .npy, as TrainX
	TestY       string `json:"test_y,omitempty"`  // .npy, as TrainY
	Fingerprint string `json:"fingerprint"`       // "sha256:…" over the arrays

	// How the images of a folder were read; empty and zero for other data. Their
	// size and channels are the Shape.
	Background Background `json:"background,omitempty"`
	Zoom       int        `json:"zoom,omitempty"`
}

// files are the four places where a dataset names an array.
func (d *Dataset) files() []*string { return []*string{&d.TrainX, &d.TrainY, &d.TestX, &d.TestY} }

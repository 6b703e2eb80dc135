package gan

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/nn/checkpoint"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

func TestCheckpointsThatDoNotFit(t *testing.T) {
	d := points(t)
	trained := runTraining(t, hinge, &zoo.TrainRequest{Dataset: d, Config: zoo.Config{Steps: 2, Seed: 1}})
	trained.checkpoint(t)
	path := trained.last().Checkpoint

	resume := func(c zoo.Config, d zoo.Dataset, path string) error {
		return runTraining(t, hinge, &zoo.TrainRequest{Dataset: d, Config: c, Resume: path}).err
	}
	otherData := d
	otherData.Fingerprint = "sha256:other"
	for name, tc := range map[string]struct {
		config zoo.Config
		data   zoo.Dataset
		want   string
	}{
		"other seed":    {zoo.Config{Seed: 2}, d, "seed was 1 and is 2"},
		"other batch":   {zoo.Config{Seed: 1, Batch: 4}, d, "batch was 8 and is 4"},
		"other setting": {zoo.Config{Seed: 1, Params: map[string]string{"lr_d": "0.5"}}, d, "lr_d was 0.0002 and is 0.5"},
		"other data":    {zoo.Config{Seed: 1}, otherData, "data was sha256:test and is sha256:other"},
		"two at once":   {zoo.Config{Seed: 2, Batch: 4}, d, "batch was 8 and is 4, seed was 1 and is 2"},
	} {
		t.Run(name, func(t *testing.T) {
			err := resume(tc.config, tc.data, path)
			if fault.KindOf(err) != fault.Checkpoint || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want a fault of kind Checkpoint with %q", err, tc.want)
			}
		})
	}

	other := *hinge
	other.Name = "other"
	if _, err := load(path, &other); fault.KindOf(err) != fault.Checkpoint || !strings.Contains(err.Error(), "hinge") {
		t.Errorf("another variant: got %v", err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damaged := filepath.Join(t.TempDir(), "damaged.safetensors")
	content[len(content)/2] ^= 1
	if err := os.WriteFile(damaged, content, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := resume(zoo.Config{Seed: 1}, d, damaged); fault.KindOf(err) != fault.Checkpoint {
		t.Errorf("a damaged file: got %v", err)
	}
}

// TestMetadataThatLies: a file whose checksum is right may still be made up.
func TestMetadataThatLies(t *testing.T) {
	good := map[string]string{
		keyFormat: formatVersion, keyVariant: hinge.Name, keyStep: "1", keyCritic: "2",
		keyConfig: `{"arch":"toy","batch":8,"seed":"1"}`,
		keyData:   `{"kind":"points","shape":[2],"count":50,"classes":2,"fingerprint":"x"}`,
	}
	for name, change := range map[string][2]string{
		"format":         {keyFormat, "2"},
		"variant":        {keyVariant, ""},
		"step":           {keyStep, "-1"},
		"step no number": {keyStep, "many"},
		"configuration":  {keyConfig, "{"},
		"network":        {keyConfig, `{"arch":"none","batch":8,"seed":"1"}`},
		"batch":          {keyConfig, `{"arch":"toy","batch":-8,"seed":"1"}`},
		"width":          {keyConfig, `{"arch":"toy","batch":8,"seed":"1","params":{"width":"1000000000"}}`},
		"data":           {keyData, "[]"},
		"shape beyond":   {keyData, `{"kind":"images","shape":[3,100000,100000],"count":50}`},
		"shape":          {keyData, `{"kind":"points","shape":[-2],"count":50}`},
		"arrays":         {keyStep, "1"},
	} {
		t.Run(name, func(t *testing.T) {
			meta := map[string]string{}
			for k, v := range good {
				meta[k] = v
			}
			meta[change[0]] = change[1]
			path := filepath.Join(t.TempDir(), "lie.safetensors")
			if err := checkpoint.Write(path, meta, nil); err != nil {
				t.Fatal(err)
			}
			_, err := NewPlugin(hinge).Sample(t.Context(), &zoo.SampleRequest{Checkpoint: path, N: 1})
			if fault.KindOf(err) != fault.Checkpoint {
				t.Errorf("got %v, want a fault of kind Checkpoint", err)
			}
		})
	}
}

// TestArraysWithoutUse: a checkpoint may have an array more than the model, not one less.
func TestArraysWithoutUse(t *testing.T) {
	trained := runTraining(t, hinge, &zoo.TrainRequest{Dataset: points(t), Config: zoo.Config{Steps: 2, Seed: 1}})
	trained.checkpoint(t)
	read, err := load(trained.last().Checkpoint, hinge)
	if err != nil {
		t.Fatal(err)
	}
	var arrays []checkpoint.Array
	for _, name := range slices.Sorted(maps.Keys(read.file.Arrays)) {
		arrays = append(arrays, checkpoint.Array{Name: name, Value: read.file.Arrays[name]})
	}
	sample := func(arrays []checkpoint.Array) error {
		path := filepath.Join(t.TempDir(), "arrays.safetensors")
		if err := checkpoint.Write(path, read.file.Metadata, arrays); err != nil {
			t.Fatal(err)
		}
		_, err := NewPlugin(hinge).Sample(t.Context(), &zoo.SampleRequest{Checkpoint: path, N: 1})
		return err
	}
	if err := sample(append(arrays, checkpoint.Array{Name: "more", Value: tensor.New(3)})); err != nil {
		t.Errorf("one array more: %v", err)
	}
	if err := sample(arrays[1:]); fault.KindOf(err) != fault.Checkpoint {
		t.Errorf("one array less: got %v, want a fault of kind Checkpoint", err)
	}
}

// TestCheckSame: each thing that decides a training's bytes is compared, on
// whichever side it is, under a key of its own.
func TestCheckSame(t *testing.T) {
	id := func(params map[string]string) identity {
		return identity{Arch: "toy", Batch: 8, Seed: 1, Params: params}
	}
	data := origin{Shape: []int{2}, Fingerprint: "sha256:a"}
	for _, tc := range []struct {
		name    string
		was, is identity
		data    origin
		differ  string
	}{
		{"the same", id(map[string]string{"margin": "1"}), id(map[string]string{"margin": "1"}), data, ""},
		{"a setting", id(map[string]string{"margin": "1"}), id(map[string]string{"margin": "2"}), data, "--set margin was 1 and is 2"},
		{"a setting dropped since", id(map[string]string{"old": "3"}), id(nil), data, "--set old was 3 and is unknown"},
		{"a setting new since", id(nil), id(map[string]string{"new": "4"}), data, "--set new was unknown and is 4"},
		{"a setting named as a field", id(map[string]string{"data": "x", "batch": "5"}),
			id(map[string]string{"data": "x", "batch": "5"}), origin{Shape: []int{2}, Fingerprint: "sha256:b"}, "data was sha256:a and is sha256:b"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := &saved{path: "step-1.safetensors", identity: tc.was, origin: data}
			switch err := s.checkSame(tc.is, tc.data); {
			case tc.differ == "":
				if err != nil {
					t.Error(err)
				}
			case fault.KindOf(err) != fault.Checkpoint || !strings.Contains(err.Error(), ": "+tc.differ):
				t.Errorf("got %v, want a fault of kind Checkpoint that says %q", err, tc.differ)
			}
		})
	}
}

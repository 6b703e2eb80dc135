package gan

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/nn/checkpoint"
	"github.com/ganzoo/ganzoo/tensor/kernel"
	"github.com/ganzoo/ganzoo/zoo"
)

// counters are how far a training is. They name the random numbers and the
// batches of the next step.
type counters struct {
	Step   int64 // generator updates
	Critic int64 // discriminator updates
}

// formatVersion grows when programs of today could not read a checkpoint of before.
const formatVersion = "1"

// Keys of a checkpoint's metadata.
const (
	keyFormat  = "ganzoo.format"
	keyVariant = "ganzoo.variant"
	keyConfig  = "ganzoo.config"
	keyData    = "ganzoo.data"
	keyStep    = "ganzoo.step"
	keyCritic  = "ganzoo.critic_steps"

	// keyProducts tells which class of kernels computed matrix products and
	// convolutions. It is for people: a resume on another class is allowed.
	keyProducts = "ganzoo.products"
)

// identity is the part of a configuration that decides a training's bytes. A
// training can only be resumed with the same; budgets, threads and cadences may
// change.
type identity struct {
	Arch   string            `json:"arch"`
	Batch  int               `json:"batch"`
	Seed   uint64            `json:"seed,string"` // JSON numbers lose digits above 2^53
	Labels int               `json:"labels"`
	Params map[string]string `json:"params"`
}

func identityOf(c *zoo.Config) identity {
	return identity{Arch: c.Arch, Batch: c.Batch, Seed: c.Seed, Labels: c.Labels, Params: c.Params}
}

func (i identity) config() zoo.Config {
	return zoo.Config{Arch: i.Arch, Batch: i.Batch, Seed: i.Seed, Labels: i.Labels, Params: i.Params}
}

// origin is what a checkpoint says of the data it learned from: what it is, not
// where it lay.
type origin struct {
	Kind        zoo.Kind `json:"kind"`
	Shape       []int    `json:"shape"`
	Count       int      `json:"count"`
	Classes     int      `json:"classes"`
	Fingerprint string   `json:"fingerprint"`
}

func originOf(d *zoo.Dataset) origin {
	return origin{Kind: d.Kind, Shape: d.Shape, Count: d.Count, Classes: d.Classes, Fingerprint: d.Fingerprint}
}

func (o origin) dataset() zoo.Dataset {
	return zoo.Dataset{Kind: o.Kind, Shape: o.Shape, Count: o.Count, Classes: o.Classes, Fingerprint: o.Fingerprint}
}

// saved is a checkpoint read back.
type saved struct {
	path     string
	file     *checkpoint.File
	identity identity
	origin   origin
	counters counters
}

// save writes all that a resume needs.
func save(path string, m *Model, id identity, o origin, n counters) error {
	config, err := json.Marshal(id)
	if err != nil {
		return err
	}
	learned, err := json.Marshal(o)
	if err != nil {
		return err
	}
	var arrays []checkpoint.Array
	for _, v := range m.Variables() {
		arrays = append(arrays, checkpoint.Array{Name: v.Name, Value: v.Value})
	}
	return checkpoint.Write(path, map[string]string{
		keyFormat:  formatVersion,
		keyVariant: m.variant.Name,
		keyConfig:  string(config),
		keyData:    string(learned),
		keyStep:    strconv.FormatInt(n.Step, 10),
		keyCritic:  strconv.FormatInt(n.Critic, 10),

		keyProducts: kernel.ProductClass(m.Settings.Precision()),
	}, arrays)
}

// load reads a checkpoint of the variant. One of another variant or format is
// refused.
func load(path string, v *Variant) (*saved, error) {
	f, err := checkpoint.Read(path)
	if err != nil {
		return nil, err
	}
	s := &saved{path: path, file: f}
	meta := f.Metadata
	if got := meta[keyFormat]; got != formatVersion {
		return nil, s.refuse(fmt.Sprintf("its format is %q, this program reads %q", got, formatVersion), "use the version of ganzoo that wrote it")
	}
	if got := meta[keyVariant]; got != v.Name {
		return nil, s.refuse(fmt.Sprintf("it was made by %q, not by %q", got, v.Name), "name a run of "+v.Name)
	}
	parse := func(key string, into any) error {
		if err := json.Unmarshal([]byte(meta[key]), into); err != nil {
			return s.refuse(fmt.Sprintf("its %s cannot be read: %v", key, err), "name an older checkpoint of the run with --from")
		}
		return nil
	}
	for key, into := range map[string]any{
		keyConfig: &s.identity, keyData: &s.origin, keyStep: &s.counters.Step, keyCritic: &s.counters.Critic,
	} {
		if err := parse(key, into); err != nil {
			return nil, err
		}
	}
	if p := s.identity.Params; p != nil && p[precisionParam.Name] == "" { // older than the setting
		p[precisionParam.Name] = kernel.Float32.String()
	}
	if s.counters.Step < 0 || s.counters.Critic < 0 {
		return nil, s.refuse("it counts fewer than no steps", "name an older checkpoint of the run with --from")
	}
	return s, nil
}

// loadModel reads a checkpoint of the variant and makes the networks that it holds.
func (v *Variant) loadModel(path string) (*saved, *Model, error) {
	s, err := load(path, v)
	if err != nil {
		return nil, nil, err
	}
	m, err := s.model(v)
	return s, m, err
}

// model makes the networks that the checkpoint holds.
func (s *saved) model(v *Variant) (*Model, error) {
	d := s.origin.dataset()
	m, _, err := NewModel(v, s.identity.config(), &d)
	if err != nil {
		return nil, fault.Wrap(fault.Checkpoint, err, "the checkpoint does not describe a model", s.path, "")
	}
	return m, s.restore(m)
}

// restore copies the arrays into a model's variables. It passes over those that the
// model has no use for, such as a mean that older optimisers kept without need.
func (s *saved) restore(m *Model) error {
	for _, v := range m.Variables() {
		a := s.file.Arrays[v.Name]
		if a == nil || !a.Shape.Equal(v.Value.Shape) {
			return s.refuse(fmt.Sprintf("it has no array %s of %v", v.Name, v.Value.Shape), "use the version of ganzoo that wrote it")
		}
		copy(v.Value.Data, a.Data)
	}
	return nil
}

// checkSame refuses to resume with a configuration or data other than the
// checkpoint's, naming what differs. A setting that only one of the two has
// differs too: the other program trains by other rules.
func (s *saved) checkSame(id identity, o origin) error {
	was, is := fields(s.identity, s.origin), fields(id, o)
	keys := maps.Clone(was)
	maps.Copy(keys, is)
	var differ []string
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if was[key] != is[key] {
			differ = append(differ, fmt.Sprintf("%s was %s and is %s", key, cmp.Or(was[key], "unknown"), cmp.Or(is[key], "unknown")))
		}
	}
	if differ == nil {
		return nil
	}
	return s.refuse("it was made with another configuration: "+strings.Join(differ, ", "),
		"resume with the same configuration, or train a new run")
}

// fields lists what must be the same, by the name the user knows it by. Settings
// have a prefix, for a variant may call one of its own "batch" or "data".
func fields(id identity, o origin) map[string]string {
	f := map[string]string{
		"arch": id.Arch, "batch": fmt.Sprint(id.Batch), "seed": fmt.Sprint(id.Seed), "labels": fmt.Sprint(id.Labels),
		"data": o.Fingerprint, "data shape": fmt.Sprint(o.Shape),
	}
	for k, v := range id.Params {
		f["--set "+k] = v
	}
	return f
}

func (s *saved) refuse(what, mend string) error {
	return fault.New(fault.Checkpoint, "the checkpoint does not fit: "+what, filepath.Base(s.path), mend)
}

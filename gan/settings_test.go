package gan

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

func TestConfigurationsThatCannotBe(t *testing.T) {
	images := zoo.Dataset{Name: "pictures", Kind: zoo.Images, Shape: []int{3, 48, 48}, Count: 100}
	params := func(name, value string) zoo.Config { return zoo.Config{Params: map[string]string{name: value}} }
	for name, tc := range map[string]struct {
		config zoo.Config
		want   string // in the message
	}{
		"batch below zero":      {zoo.Config{Batch: -1}, "--batch"},
		"batch of one":          {zoo.Config{Batch: 1}, "--batch"},
		"batch beyond memory":   {zoo.Config{Batch: 1 << 30}, "--batch"},
		"steps below zero":      {zoo.Config{Steps: -1}, "--steps"},
		"epochs below zero":     {zoo.Config{Epochs: -1}, "--epochs"},
		"epochs of NaN":         {zoo.Config{Epochs: math.NaN()}, "--epochs"},
		"time below zero":       {zoo.Config{Time: -time.Second}, "--time"},
		"threads below zero":    {zoo.Config{Threads: -1}, "--threads"},
		"labels below zero":     {zoo.Config{Labels: -1}, "--labels"},
		"labels of no use":      {zoo.Config{Labels: 10}, "does not learn from labels"},
		"unknown network":       {zoo.Config{Arch: "resnet"}, "mlp"},
		"network does not fit":  {zoo.Config{Arch: "dcgan28"}, "choose one of: mlp"},
		"unknown setting":       {params("margn", "1"), `did you mean "margin"`},
		"setting not a number":  {params("margin", "wide"), "between 0 and 10"},
		"setting out of bounds": {params("margin", "11"), "between 0 and 10"},
		"setting of NaN":        {params("margin", "NaN"), "between 0 and 10"},
		"setting below zero":    {params("n_critic", "0"), "between 1 and 1000"},
		"unknown choice":        {params("optimizer", "lion"), "adam, rmsprop, sgd"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := NewModel(hinge, tc.config, &images)
			if fault.KindOf(err) != fault.Usage || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want a fault of kind Usage with %q", err, tc.want)
			}
			asked := NewPlugin(hinge).(zoo.Checker).Check(t.Context(), &images, &tc.config)
			if fmt.Sprint(asked) != fmt.Sprint(err) {
				t.Errorf("asked beforehand, it says %v", asked)
			}
		})
	}
}

func TestLabelsOfSemiSupervisedVariants(t *testing.T) {
	v := *hinge
	v.Labels = zoo.LabelsOptional
	for name, tc := range map[string]struct {
		labels, classes, count int
	}{
		"unlabelled data": {10, 0, 100}, "too many": {200, 10, 100}, "a class without": {5, 10, 100},
	} {
		d := zoo.Dataset{Kind: zoo.Points, Shape: []int{2}, Count: tc.count, Classes: tc.classes}
		if _, _, err := NewModel(&v, zoo.Config{Labels: tc.labels}, &d); fault.KindOf(err) != fault.Usage {
			t.Errorf("%s: got %v, want a fault of kind Usage", name, err)
		}
	}
}

func TestDefaultsByKindOfData(t *testing.T) {
	v := *hinge
	v.Points = Setup{Batch: 16, Steps: 5, Set: map[string]any{"margin": 2.0}}
	points := zoo.Dataset{Kind: zoo.Points, Shape: []int{2}, Count: 100}
	colour := zoo.Dataset{Kind: zoo.Images, Shape: []int{3, 32, 32}, Count: 100}
	for _, tc := range []struct {
		data         zoo.Dataset
		arch, margin string
		batch        int
		steps        int64
		latent, init string
	}{
		{points, "toy", "2", 16, 5, "4", "torch"},
		{smallImages, "mlp", "1", 8, 6, "4", "torch"},
		{colour, "mlp", "1", 8, 6, "4", "torch"},
	} {
		_, c, err := NewModel(&v, zoo.Config{}, &tc.data)
		if err != nil {
			t.Fatal(err)
		}
		if c.Arch != tc.arch || c.Batch != tc.batch || c.Steps != tc.steps || c.Params["margin"] != tc.margin ||
			c.Params["latent"] != tc.latent || c.Params["init"] != tc.init {
			t.Errorf("on %v the defaults are %+v", tc.data.Shape, c)
		}
	}
}

// TestResolvingAgainChangesNothing: the configuration that Started tells gives
// the same model, so that a run can be repeated from its record.
func TestResolvingAgainChangesNothing(t *testing.T) {
	_, c, err := NewModel(hinge, zoo.Config{Params: map[string]string{"lr_d": "1e-3"}}, &smallImages)
	if err != nil {
		t.Fatal(err)
	}
	_, again, err := NewModel(hinge, c, &smallImages)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range c.Params {
		if again.Params[name] != value {
			t.Errorf("%s was %s and is %s", name, value, again.Params[name])
		}
	}
}

func TestDescriptionListsEverySetting(t *testing.T) {
	d := hinge.Description()
	names := map[string]string{}
	for _, p := range d.Params {
		names[p.Name] = p.Default
	}
	if d.Params[0].Name != "margin" || names["lr_d"] != "0.0002" || names["width"] != "8" || d.Archs[0] != "mlp" {
		t.Errorf("description %+v", d)
	}
}

// TestDefaultsAreChecked: a variant cannot begin with what its users could not
// ask for.
func TestDefaultsAreChecked(t *testing.T) {
	for name, tc := range map[string]struct {
		setup Setup
		says  string // of the refusal; empty: none
	}{
		"sound":             {Setup{Set: map[string]any{"n_critic": 5, "lr_d": 1e-3, "margin": 2.0, "norm_d": "none"}}, ""},
		"a mistyped name":   {Setup{Set: map[string]any{"n_critc": 5}}, "n_critic"},
		"out of bounds":     {Setup{Set: map[string]any{"lr_d": 50.0}}, "between 0 and 10"},
		"no such choice":    {Setup{Set: map[string]any{"norm_d": "group"}}, "one of: "},
		"a whole for real":  {Setup{Set: map[string]any{"margin": 2}}, "float64"},
		"a word for a bool": {Setup{Set: map[string]any{"spectral_norm": "on"}}, "bool"},
	} {
		for i, kind := range []string{"Images", "Points", "Original"} {
			t.Run(name+" in "+kind, func(t *testing.T) {
				v := *hinge
				*[]*Setup{&v.Images, &v.Points, &v.Original}[i] = tc.setup
				defer func() {
					switch r := recover(); {
					case (r == nil) != (tc.says == ""):
						t.Errorf("got %v", r)
					case r != nil && !(strings.Contains(fmt.Sprint(r), kind) && strings.Contains(fmt.Sprint(r), tc.says)):
						t.Errorf("%q does not say %q", r, tc.says)
					}
				}()
				NewPlugin(&v)
			})
		}
	}
}

func TestPointsHaveTheNetworkAskedFor(t *testing.T) {
	v := *hinge
	v.Points.Arch = "mlp"
	if got := v.setup(zoo.Points, presetDefault).Arch; got != "mlp" {
		t.Errorf("points begin with the network %s, want mlp", got)
	}
}

// TestWhatAVariantSaysOfItself: a third party's version is its own, and a
// variant may be for one kind of data.
func TestWhatAVariantSaysOfItself(t *testing.T) {
	v := *hinge
	if d := v.Description(); d.Version != Version || len(d.Kinds) != 2 {
		t.Errorf("by default version %s, kinds %v", d.Version, d.Kinds)
	}
	v.Version, v.Kinds = "2.3.4", []zoo.Kind{zoo.Images}
	if d := v.Description(); d.Version != "2.3.4" || len(d.Kinds) != 1 || d.Kinds[0] != zoo.Images {
		t.Errorf("version %s, kinds %v", d.Version, d.Kinds)
	}
	plane := points(t)
	if _, _, err := NewModel(&v, zoo.Config{}, &plane); fault.KindOf(err) != fault.Usage || !strings.Contains(err.Error(), "points") {
		t.Errorf("points: got %v, want a fault of kind Usage", err)
	}
	if _, _, err := NewModel(&v, zoo.Config{}, &smallImages); err != nil {
		t.Error(err)
	}
}

func TestDepth(t *testing.T) {
	d := zoo.Dataset{Kind: zoo.Images, Shape: []int{1, 8, 8}, Count: 100}
	m, c, err := NewModel(hinge, zoo.Config{Arch: "mlp", Params: map[string]string{"width": "4"}}, &d)
	if err != nil || c.Params["depth"] != "3" {
		t.Fatalf("got depth %q, %v; want mlp's own, 3", c.Params["depth"], err)
	}
	deeper, _, err := NewModel(hinge, zoo.Config{Arch: "mlp", Params: map[string]string{"width": "4", "depth": "5"}}, &d)
	if err != nil {
		t.Fatal(err)
	}
	if got := deeper.G.Parameters() - m.G.Parameters(); got != 2*(4*4+4) {
		t.Errorf("two more layers have %d parameters", got)
	}
}

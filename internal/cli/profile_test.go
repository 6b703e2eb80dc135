package cli

import (
	"testing"

	"github.com/ganzoo/ganzoo/internal/cli/iostreams"
	"github.com/ganzoo/ganzoo/zoo"
)

func TestPrintProfile(t *testing.T) {
	event := zoo.Event{Step: 10, Images: 640, Profile: &zoo.Profile{Steps: 10, Seconds: 0.5, PeakGFLOPS: 200,
		Ops: []zoo.OpTime{{Op: "Gemm", Seconds: 0.4, GFLOP: 40}, {Op: "Add", Seconds: 0.1}}}}
	table := "Gemm\t40.000\t80.0%\t100\t50%\nAdd\t10.000\t20.0%\t\t\nall\t50.000\t100.0%\t80\t40%\n"
	unknown := event
	unknown.Profile = &zoo.Profile{Steps: 10, Seconds: 0.5, Ops: []zoo.OpTime{{Op: "Add", Seconds: 0.5}}}
	for name, tt := range map[string]struct {
		event *zoo.Event
		want  string
	}{
		"all":          {&event, table + "1,280 images/s; the peak is 200 GFLOP/s\n"},
		"unknown peak": {&unknown, "Add\t50.000\t100.0%\t\t\nall\t50.000\t100.0%\t\t\n1,280 images/s\n"},
		"no step":      {&zoo.Event{Profile: &zoo.Profile{}}, ""},
		"no profile":   {&zoo.Event{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			io, out, _ := iostreams.Test()
			if err := printProfile(io, tt.event); err != nil {
				t.Fatal(err)
			}
			if got := out.String(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

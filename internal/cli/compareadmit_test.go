package cli

import (
	"errors"
	"testing"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

func TestRefusedBy(t *testing.T) {
	variants := func(names ...string) (list []*host.Variant) {
		for _, name := range names {
			list = append(list, &host.Variant{Description: zoo.Description{Name: name}})
		}
		return list
	}
	// What each variant says; those that say nothing agree.
	says := map[string]string{
		"gan": "no preset of gan", "wgan": "no preset of wgan", "cgan": "cgan has no width", "slow": "a rate below zero",
	}
	refuse := func(v *host.Variant) error {
		if says[v.Name] == "" {
			return nil
		}
		return fault.New(fault.Usage, says[v.Name], "--set", "")
	}
	for _, tt := range []struct {
		names []string
		want  string
	}{
		{[]string{"lsgan"}, ""},
		{[]string{"slow"}, "a rate below zero (--set)"},
		{[]string{"lsgan", "slow"}, "slow refuses this: a rate below zero (--set)"},
		{[]string{"lsgan", "cgan"}, "cgan has no width (--set)"},
		{[]string{"gan", "cgan", "lsgan", "wgan"}, "gan and wgan refuse this: no preset of gan (--set)"},
	} {
		got := ""
		if err := refusedBy(variants(tt.names...), refuse); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.names, got, tt.want)
		}
	}
	broken := fault.New(fault.Plugin, "it does not start", "", "")
	err := refusedBy(variants("gan", "broken"), func(v *host.Variant) error {
		if v.Name == "broken" {
			return broken
		}
		return refuse(v)
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v: what is no refusal goes first", err)
	}
}

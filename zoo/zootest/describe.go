package zootest

import (
	"slices"
	"testing"
	"time"

	"github.com/ganzoo/ganzoo/zoo"
)

// describe checks that a plugin says who it is, quickly and the same each time.
func (s *suite) describe(t *testing.T) {
	begin := time.Now()
	d, err := s.p.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("Describe took %v: it must be quick", took)
	}
	if d.Name != s.o.Name {
		t.Errorf("the name is %q, want %q", d.Name, s.o.Name)
	}
	for what, text := range map[string]string{"title": d.Title, "objective": d.Objective, "version": d.Version, "paper": d.Paper} {
		if text == "" {
			t.Errorf("the description has no %s", what)
		}
	}
	if len(d.Kinds) == 0 {
		t.Error("the description names no kind of data")
	}
	for _, k := range d.Kinds {
		if k != zoo.Images && k != zoo.Points {
			t.Errorf("unknown kind of data %q", k)
		}
	}
	if !slices.Contains([]zoo.Labels{zoo.LabelsUnused, zoo.LabelsOptional, zoo.LabelsRequired}, d.Labels) {
		t.Errorf("unknown use of labels %q", d.Labels)
	}
	if len(d.Archs) == 0 {
		t.Error("the description names no network")
	}
	names := map[string]bool{}
	for _, p := range d.Params {
		if p.Name == "" || p.Doc == "" || names[p.Name] {
			t.Errorf("the parameter %+v has no name or doc, or is there twice", p)
		}
		if len(p.Choices) > 0 && !slices.Contains(p.Choices, p.Default) {
			t.Errorf("the default of %s is not among its choices", p.Name)
		}
		names[p.Name] = true
	}
}

package gan

import (
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/nn"
)

// TestAPurposeIsOneDraw: the same purpose again is the same draw, and other
// numbers by it, which would be made of the same random words, are refused.
func TestAPurposeIsOneDraw(t *testing.T) {
	n := []int{8, 2}
	for _, tc := range []struct {
		name string
		draw func(s *Step) *graph.Node
		bad  string // the purpose refused; empty: none
	}{
		{"the same twice", func(s *Step) *graph.Node { return s.Normal("a", n...).Sub(s.Normal("a", n...)) }, ""},
		{"two purposes", func(s *Step) *graph.Node { return s.Normal("a", n...).Sub(s.Uniform("b", 0, 1, n...)) }, ""},
		{"another distribution", func(s *Step) *graph.Node { return s.Normal("a", n...).Sub(s.Uniform("a", 0, 1, n...)) }, "a"},
		{"other bounds", func(s *Step) *graph.Node { return s.Uniform("a", 0, 1, n...).Sub(s.Uniform("a", -1, 1, n...)) }, "a"},
		{"another shape", func(s *Step) *graph.Node { return s.Normal("a", n...).Sub(s.Normal("a", 1, 2)) }, "a"},
		{"the latents' purpose", func(s *Step) *graph.Node { return s.Uniform("z", 0, 1, n...) }, "z"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := newTestModel(t, nil)
			err := graph.Catch(func() { tc.draw(m.newStep(discriminating, nn.Training(), nn.Frozen(), StepOptions{})) })
			if tc.bad == "" && err != nil || tc.bad != "" && (err == nil || !strings.Contains(err.Error(), `"`+tc.bad+`"`)) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestTheStepsDrawApart: what the layers drop in the discriminator's step tells
// nothing of what they drop in the generator's.
func TestTheStepsDrawApart(t *testing.T) {
	m := newTestModel(t, map[string]string{"dropout": "0.5"})
	purposes := func(s *Step, loss *graph.Node) map[string]bool {
		s.Graph.Output(lossOutput, loss)
		all := map[string]bool{}
		for _, n := range s.Graph.Nodes() {
			if a, ok := n.Attr().(graph.RandomAttr); ok {
				all[a.Purpose] = true
			}
		}
		return all
	}
	s := m.newStep(discriminating, nn.Training(), nn.Frozen(), StepOptions{})
	d := purposes(s, s.discriminatorLoss())
	s = m.newStep(generating, nn.Frozen(), nn.Training(), StepOptions{})
	g := purposes(s, s.generatorLoss())
	masks := 0
	for purpose := range g {
		if strings.Contains(purpose, "dropout") {
			masks++
		}
		if d[purpose] {
			t.Errorf("both steps draw %q", purpose)
		}
	}
	if masks == 0 {
		t.Error("the generator's step drops nothing")
	}
}

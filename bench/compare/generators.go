package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strconv"
	"time"

	"github.com/ganzoo/ganzoo/bench/peer"
)

// generatorsHere are the sides that can generate on this machine, ganzoo first.
func generatorsHere(zoo *zooBinary, torch *pyTorch, runtime *onnxRuntime) []generator {
	sides := []generator{{"ganzoo", generatorForms(""), zoo.generate}}
	if runtime != nil {
		sides = append(sides, generator{"onnxruntime", generatorForms(""), runtime.generate})
	}
	if torch != nil {
		sides = append(sides, generator{"PyTorch", generatorForms("eager", "frozen"), torch.generate})
	}
	return sides
}

// generatorForms are all kinds on one thread and on all.
func generatorForms(kinds ...string) []generatorForm {
	var forms []generatorForm
	for _, threads := range oneOrAll() {
		for _, kind := range kinds {
			forms = append(forms, generatorForm{threads, kind})
		}
	}
	return forms
}

// generate runs the exported generator with this project's own runtime.
func (z *zooBinary) generate(ctx context.Context, g generation, model string, f generatorForm, warmUp, clock time.Duration) (float64, error) {
	return imagesPerSecond(exec.CommandContext(ctx, z.path("generate"), generationArgs(g, model, f, warmUp, clock)...), "ganzoo")
}

// generationArgs are those of the commands that run an exported generator.
func generationArgs(g generation, model string, f generatorForm, warmUp, clock time.Duration) []string {
	return []string{model, strconv.Itoa(g.batch), strconv.Itoa(int(f.threads)), inSeconds(warmUp), inSeconds(clock)}
}

// imagesPerSecond is what a command prints.
func imagesPerSecond(cmd *exec.Cmd, side string) (float64, error) {
	out, err := cmd.Output()
	if err != nil {
		return 0, peer.Failure(side, err)
	}
	var m measurement
	err = json.Unmarshal(out, &m)
	return m.ImagesPerSecond, err
}

// onnxRuntime is Microsoft's onnxruntime as a package for Node.
type onnxRuntime struct{ version string }

const generateWithNode = "bench/onnxruntime/generate.cjs"

// findONNXRuntime returns nil where Node or the package is missing.
func findONNXRuntime(ctx context.Context) *onnxRuntime {
	var said struct{ Version string }
	out, err := exec.CommandContext(ctx, "node", generateWithNode).Output()
	if err != nil || json.Unmarshal(out, &said) != nil {
		return nil
	}
	return &onnxRuntime{said.Version}
}

func (*onnxRuntime) generate(ctx context.Context, g generation, model string, f generatorForm, warmUp, clock time.Duration) (float64, error) {
	args := append([]string{generateWithNode}, generationArgs(g, model, f, warmUp, clock)...)
	return imagesPerSecond(exec.CommandContext(ctx, "node", args...), "onnxruntime")
}

// generate runs the network as PyTorch has it, and checks that it is as large as
// the one that was exported.
func (p *pyTorch) generate(ctx context.Context, g generation, _ string, f generatorForm, warmUp, clock time.Duration) (float64, error) {
	out, err := exec.CommandContext(ctx, p.Python, "bench/pytorch/generate.py", "--arch", g.arch,
		"--batch", strconv.Itoa(g.batch), "--threads", strconv.Itoa(int(f.threads)), "--form", f.kind,
		"--warm-up", inSeconds(warmUp), "--seconds", inSeconds(clock)).Output()
	if err != nil {
		return 0, peer.Failure("PyTorch", err)
	}
	var m measurement
	if err := json.Unmarshal(out, &m); err != nil {
		return 0, err
	}
	ours, _, err := g.training().measure()
	if err == nil && m.Generator != ours.Generator {
		err = fmt.Errorf("the generators differ: ganzoo's has %d parameters, PyTorch's %d", ours.Generator, m.Generator)
	}
	return m.ImagesPerSecond, err
}

func inSeconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }

// Package onnxruntime asks Microsoft's onnxruntime what a model answers, through
// Node and the package onnxruntime-node: a second opinion where somebody has them
// installed. Nothing else of this project needs it.
package onnxruntime

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/ganzoo/ganzoo/export/onnxrun"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

// script runs one model on one set of inputs; its protocol is in its head.
//
//go:embed run.cjs
var script []byte

// port is an array in a file of its own, as the script reads and writes it.
type port struct {
	File string `json:"file"`
	Type string `json:"type"`
	Dims []int  `json:"dims"`
}

// Run computes the outputs of a model for float32 inputs. The package is looked
// for from the working folder upwards and in NODE_PATH. version is onnxruntime's.
func Run(ctx context.Context, model []byte, inputs map[string]*tensor.Tensor) (outputs map[string]*onnxrun.Array, version string, err error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, "", fault.Wrap(fault.NotFound, err, "onnxruntime cannot be asked: there is no Node", "--check onnxruntime", "install Node, or leave the check out")
	}
	dir, err := os.MkdirTemp("", "zoo-onnxruntime-")
	if err != nil {
		return nil, "", fault.Wrap(fault.IO, err, "cannot make a folder for onnxruntime's files", "", fault.ToWrite(err))
	}
	defer os.RemoveAll(dir)
	if err := write(dir, model, inputs); err != nil {
		return nil, "", fault.Wrap(fault.IO, err, "cannot write onnxruntime's files", dir, fault.ToWrite(err))
	}
	cmd := exec.CommandContext(ctx, node, filepath.Join(dir, "run.cjs"), dir)
	var said, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &errs
	if err := cmd.Run(); err != nil {
		if strings.Contains(errs.String(), "MODULE_NOT_FOUND") {
			return nil, "", fault.New(fault.NotFound, "onnxruntime cannot be asked: Node does not find its package", "--check onnxruntime",
				"npm install --ignore-scripts onnxruntime-node in this folder, or leave the check out")
		}
		return nil, "", fault.Wrap(fault.Verify, fmt.Errorf("%w: %s", err, firstLine(errs.String())), "onnxruntime does not run the model", "", "")
	}
	outputs, version, err = read(dir, said.Bytes())
	if err != nil {
		return nil, "", fault.Wrap(fault.Verify, err, "onnxruntime's answer cannot be read", "", "")
	}
	return outputs, version, nil
}

func write(dir string, model []byte, inputs map[string]*tensor.Tensor) error {
	ports := map[string]port{}
	files := map[string][]byte{"run.cjs": script, "model.onnx": model}
	for name, t := range inputs {
		p := port{fmt.Sprintf("input%d", len(ports)), "float32", t.Shape}
		raw, err := binary.Append(nil, binary.LittleEndian, t.Data)
		if err != nil {
			return err
		}
		ports[name], files[p.File] = p, raw
	}
	list, err := json.Marshal(ports)
	if err != nil {
		return err
	}
	files["inputs.json"] = list
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func read(dir string, said []byte) (map[string]*onnxrun.Array, string, error) {
	var answer struct {
		Version string          `json:"version"`
		Outputs map[string]port `json:"outputs"`
	}
	if err := json.Unmarshal(said, &answer); err != nil {
		return nil, "", err
	}
	outputs := map[string]*onnxrun.Array{}
	for name, p := range answer.Outputs {
		raw, err := os.ReadFile(filepath.Join(dir, filepath.Base(p.File)))
		if err != nil {
			return nil, "", err
		}
		switch p.Type {
		case "uint8":
			outputs[name] = &onnxrun.Array{Type: onnxrun.Uint8, Shape: p.Dims, Data: raw}
		case "float32":
			data := make([]float32, len(raw)/4)
			for i := range data {
				data[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
			}
			outputs[name] = &onnxrun.Array{Type: onnxrun.Float32, Shape: p.Dims, Data: data}
		default:
			return nil, "", fmt.Errorf("output %s is %s", name, p.Type)
		}
	}
	return outputs, answer.Version, nil
}

// firstLine is what a person wants of Node's report.
func firstLine(said string) string {
	for line := range strings.Lines(said) {
		if at := strings.Index(line, "Error: "); at >= 0 {
			return strings.TrimSpace(line[at:])
		}
	}
	return strings.TrimSpace(said)
}

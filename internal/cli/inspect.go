package cli

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/export/onnxrun"
	"github.com/ganzoo/ganzoo/internal/atomicfile"
	"github.com/ganzoo/ganzoo/internal/text"
)

type inspectOptions struct {
	f     *Factory
	Path  string
	Dot   string
	SVG   string
	Batch int
	Model modelOptions
}

func newInspect(f *Factory, run func(*inspectOptions) error) *cobra.Command {
	o := &inspectOptions{f: f, Batch: 1}
	if run == nil {
		run = runInspect
	}
	cmd := &cobra.Command{
		Use:   "inspect MODEL.onnx",
		Short: "Show what an ONNX model is made of",
		Long: `Show an ONNX model, of any tool: its inputs and outputs, opset, metadata, and
the nodes with the shapes of their results, attributes and parameters.

The shapes come from running the model on zeros; --batch is taken for the
extents that it leaves open. Where it cannot be run, the rest is shown all the
same.`,
		Example: `  zoo inspect model.onnx
  zoo inspect model.onnx --svg model.svg
  zoo inspect model.onnx --json`,
		Args: exactly("a model"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Path = args[0]
			for _, picture := range [][2]string{{o.Dot, ".dot"}, {o.SVG, ".svg"}} {
				if picture[0] != "" {
					if err := checkOutput(picture[0], picture[1]); err != nil {
						return err
					}
				}
			}
			return run(o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Dot, "dot", "", "write the graph to this .dot `file`, for Graphviz")
	flags.StringVar(&o.SVG, "svg", "", "draw the graph into this .svg `file`")
	intVar(flags, &o.Batch, "batch", 1<<16, "extent of open dimensions")
	o.Model.flags(cmd)
	must(cmd.MarkFlagFilename("dot", "dot"))
	must(cmd.MarkFlagFilename("svg", "svg"))
	return cmd
}

func runInspect(o *inspectOptions) error {
	m, err := o.Model.open(o.Path, nil)
	if err != nil {
		return err
	}
	runs, err := o.Model.toRun(m, o.Path, nil)
	if err != nil {
		return err
	}
	nodes, macs, failure := runs.Shapes(o.Batch)
	for _, picture := range []struct {
		path string
		draw func(*onnxrun.Model, []onnxrun.NodeInfo) ([]byte, error)
	}{{o.Dot, onnxrun.DOT}, {o.SVG, onnxrun.SVG}} {
		if picture.path == "" {
			continue
		}
		content, err := picture.draw(m, nodes)
		if err != nil {
			return err
		}
		if err := atomicfile.WriteBytes(picture.path, content); err != nil {
			return err
		}
	}
	if o.f.JSON {
		return o.f.IO.JSON(inspected(m, nodes, macs, failure))
	}
	if err := o.print(m, nodes, macs); err != nil {
		return err
	}
	if failure != nil {
		o.f.advise("its shapes are known up to here: %s", text.Line(failure.Error()))
	}
	return nil
}

// portView is an input or output in JSON.
type portView struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Shape string `json:"shape"`
}

func viewPorts(ports []onnxrun.Port) []portView {
	list := []portView{}
	for _, p := range ports {
		list = append(list, portView{p.Name, p.Type.String(), p.String()})
	}
	return list
}

func inspected(m *onnxrun.Model, nodes []onnxrun.NodeInfo, macs int64, failure error) any {
	problem := ""
	if failure != nil {
		problem = failure.Error()
	}
	return struct {
		Opset      int                `json:"opset"`
		IR         int64              `json:"ir_version"`
		Producer   string             `json:"producer"`
		Doc        string             `json:"doc,omitempty"`
		Metadata   map[string]string  `json:"metadata"`
		Inputs     []portView         `json:"inputs"`
		Outputs    []portView         `json:"outputs"`
		Parameters int                `json:"parameters"`
		MACs       int64              `json:"macs"`
		Nodes      []onnxrun.NodeInfo `json:"nodes"`
		Problem    string             `json:"problem,omitempty"`
	}{m.Opset, m.IRVersion, producer(m), m.Doc, m.Metadata, viewPorts(m.Inputs()), viewPorts(m.Outputs()), m.Parameters(), macs, nodes, problem}
}

func producer(m *onnxrun.Model) string {
	return strings.TrimSpace(m.Producer + " " + m.ProducerVersion)
}

func (o *inspectOptions) print(m *onnxrun.Model, nodes []onnxrun.NodeInfo, macs int64) error {
	p, out := o.f.IO.OutPalette(), o.f.IO.Out
	fmt.Fprintf(out, "%s  opset %d, IR %d", p.Bold(filepath.Base(o.Path)), m.Opset, m.IRVersion)
	if producer(m) != "" {
		fmt.Fprintf(out, ", by %s", text.Line(producer(m)))
	}
	fmt.Fprintf(out, "\n%s, %s", text.Plural(int64(len(nodes)), "node", "nodes"), text.Plural(int64(m.Parameters()), "parameter", "parameters"))
	if macs > 0 {
		fmt.Fprintf(out, ", %s multiply-adds for a batch of %d", text.Count(macs), o.Batch)
	}
	fmt.Fprintln(out)
	if m.Doc != "" {
		fmt.Fprintln(out, text.Line(m.Doc))
	}
	for _, group := range []struct {
		title string
		ports []onnxrun.Port
	}{{"input", m.Inputs()}, {"output", m.Outputs()}} {
		for _, port := range group.ports {
			fmt.Fprintf(out, "%-8s%s  %v %s\n", group.title, p.Bold(text.Line(port.Name)), port.Type, text.Line(port.String()))
		}
	}
	if len(m.Metadata) > 0 {
		fmt.Fprintf(out, "\n%s\n", p.Bold("Metadata"))
		table := o.f.IO.Table("KEY", "VALUE")
		for _, key := range slices.Sorted(maps.Keys(m.Metadata)) {
			table.Row(key, m.Metadata[key])
		}
		if err := table.Print(); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "\n%s\n", p.Bold("Nodes"))
	table := o.f.IO.Table(">#", "OPERATOR", "RESULT", ">PARAMETERS", "/NAME", "/ATTRIBUTES")
	for _, n := range nodes {
		parameters := ""
		if n.Parameters > 0 {
			parameters = text.Count(int64(n.Parameters))
		}
		table.Row(fmt.Sprint(n.Index), n.Operator, strings.Join(n.Result, ", "), parameters, n.Name, strings.Join(n.Attributes, " "))
	}
	return table.Print()
}

package versus

import "slices"

// Column is a figure that the variants are compared in.
type Column struct {
	Name   string   `json:"name"`
	Unit   string   `json:"unit,omitempty"`
	Better string   `json:"better,omitempty"`
	Real   *float64 `json:"real,omitempty"` // what real examples get; null: nothing stands for them
}

// Row is a variant's figures.
type Row struct {
	Variant string `json:"variant"`
	Runs    int    `json:"runs"`   // that are done
	Failed  int    `json:"failed"` // that are not, and will not be
	Seconds Stat   `json:"seconds"`
	Stats   []Stat `json:"stats"` // one a column; N 0 where it was not measured
}

// Table is the comparison on one dataset.
type Table struct {
	Data    string   `json:"data"`
	Columns []Column `json:"columns"`
	Rows    []Row    `json:"rows"`
}

// Summarize makes a table for each dataset, with the figures at the end of the
// budget and the best mean of each column marked.
func Summarize(p *Plan, results []Result) []Table {
	var tables []Table
	for _, data := range p.Data {
		t := Table{Data: data, Columns: columns(data, results)}
		for _, variant := range p.Variants {
			t.Rows = append(t.Rows, t.row(variant, results))
		}
		t.markBest()
		tables = append(tables, t)
	}
	return tables
}

// columns are the figures of a dataset's results, in the order they came.
func columns(data string, results []Result) []Column {
	var list []Column
	for i := range results {
		m := results[i].last()
		if results[i].Data != data || m == nil {
			continue
		}
		for _, f := range m.Figures {
			if !slices.ContainsFunc(list, func(c Column) bool { return c.Name == f.Name }) {
				list = append(list, Column{f.Name, f.Unit, f.Better, f.Real})
			}
		}
	}
	return list
}

func (t *Table) row(variant string, results []Result) Row {
	row := Row{Variant: variant}
	values := make([][]*float64, len(t.Columns))
	var seconds []*float64
	for i := range results {
		r := &results[i]
		if r.Variant != variant || r.Data != t.Data {
			continue
		}
		if r.State == Failed {
			row.Failed++
		}
		m := r.last()
		if m == nil {
			continue
		}
		row.Runs++
		seconds = append(seconds, &m.Seconds)
		for k, c := range t.Columns {
			if j := slices.IndexFunc(m.Figures, func(f Figure) bool { return f.Name == c.Name }); j >= 0 {
				values[k] = append(values[k], m.Figures[j].Value)
			}
		}
	}
	row.Seconds = StatOf(seconds)
	for _, v := range values {
		row.Stats = append(row.Stats, StatOf(v))
	}
	return row
}

// markBest marks the best mean of each column that has a better end. Equal ones
// are all best; among fewer than two there is none.
func (t *Table) markBest() {
	for k, c := range t.Columns {
		var means []float64
		for _, r := range t.Rows {
			if m := r.Stats[k].Mean; m != nil {
				means = append(means, *m)
			}
		}
		if len(means) < 2 || c.Better == "" {
			continue
		}
		best := slices.Min(means)
		if c.Better == "higher" {
			best = slices.Max(means)
		}
		for i := range t.Rows {
			s := &t.Rows[i].Stats[k]
			s.Best = s.Mean != nil && *s.Mean == best
		}
	}
}

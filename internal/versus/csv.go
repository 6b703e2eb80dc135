package versus

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/ganzoo/ganzoo/internal/atomicfile"
)

// WriteCSV writes the tables to a file, a line for each figure of a variant.
func WriteCSV(path string, tables []Table) error {
	return atomicfile.Write(path, func(w io.Writer) error {
		out := csv.NewWriter(w)
		out.Write([]string{"data", "variant", "measure", "unit", "better", "mean", "sd", "runs", "real", "best"})
		for _, t := range tables {
			for _, r := range t.Rows {
				for k, c := range t.Columns {
					s := r.Stats[k]
					out.Write([]string{t.Data, r.Variant, c.Name, c.Unit, c.Better, exact(s.Mean), exact(s.SD), fmt.Sprint(s.N), exact(c.Real), fmt.Sprint(s.Best)})
				}
			}
		}
		out.Flush()
		return out.Error()
	})
}

// exact writes a figure so that it reads back the same; empty where there is none.
func exact(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'g', -1, 64)
}

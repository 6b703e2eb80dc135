package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/metrics"
)

// maxTableBytes bounds what is read of a file of numbers: more than the largest
// table of costs takes.
const maxTableBytes = 128 << 20

// readTable reads a file of lines of numbers parted by commas. Lines without
// anything are left out. mend says how to write such a file.
func readTable(path, mend string) ([][]float64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.Wrap(fault.Data, err, "cannot read the numbers", path, fault.ToRead(err))
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxTableBytes+1))
	if err != nil {
		return nil, fault.Wrap(fault.Data, err, "cannot read the numbers", path, fault.ToRead(err))
	}
	if len(content) > maxTableBytes {
		return nil, fault.New(fault.Data, fmt.Sprintf("the file is larger than %d MB", maxTableBytes>>20), path, "join bins")
	}
	table, err := parseTable(content)
	if err != nil {
		return nil, fault.Wrap(fault.Data, err, "the file is no table of numbers", path, mend)
	}
	return table, nil
}

func parseTable(content []byte) ([][]float64, error) {
	var table [][]float64
	number := 0
	for line := range bytes.Lines(content) {
		number++
		text := strings.TrimSpace(string(line))
		if number == 1 {
			text = strings.TrimPrefix(text, "\ufeff") // spreadsheets write a byte order mark
		}
		if text == "" {
			continue
		}
		var row []float64
		for cell := range strings.SplitSeq(text, ",") {
			v, err := strconv.ParseFloat(strings.TrimSpace(cell), 64)
			if err != nil {
				return nil, fmt.Errorf("line %d: %q is no number", number, strings.TrimSpace(cell))
			}
			row = append(row, v)
		}
		table = append(table, row)
	}
	if table == nil {
		return nil, fmt.Errorf("there is nothing in it")
	}
	return table, nil
}

// readWeights reads a file of one weight a line, which can be made shares.
func readWeights(path string) ([]float64, error) {
	const mend = "write one weight a line"
	table, err := readTable(path, mend)
	if err != nil {
		return nil, err
	}
	weights := make([]float64, len(table))
	for i, row := range table {
		if len(row) != 1 {
			return nil, fault.New(fault.Data, fmt.Sprintf("line %d has %d numbers", i+1, len(row)), path, mend)
		}
		weights[i] = row[0]
	}
	if _, err := metrics.Shares(weights); err != nil {
		return nil, at(err, path)
	}
	return weights, nil
}

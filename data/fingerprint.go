package data

import "github.com/ganzoo/ganzoo/internal/fault"

// Fingerprint hashes the arrays that d names, wherever they came from: it is
// d.Fingerprint as long as they are what was resolved. The error is of kind Data
// when one cannot be read.
func Fingerprint(d Dataset) (string, error) {
	sums := map[string]sum{}
	for _, file := range d.files() {
		if *file == "" {
			continue
		}
		s, err := sumFile(*file)
		if err != nil {
			return "", fault.Wrap(fault.Data, err, "cannot read the data of "+d.Name, *file, fault.ToRead(err))
		}
		sums[*file] = s
	}
	return fingerprint(&d, sums), nil
}

package gan

import (
	"fmt"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

// labelMap makes any variant conditional, in the way of LSGAN: both networks are
// told a learned linear map Φ(y) of the class. It is joined to z, to the
// discriminator's first feature maps, and to what each of its dense layers takes
// after these (Mao et al. 2016, arXiv:1611.04076, the conditional form).
var labelMap = trick{
	settings: []Param{{Name: zoo.LabelMap, Default: 0, On: 16, Max: 1 << 12,
		Doc: "numbers in a learned linear map of the class that both networks are told (1611.04076, conditional, with 256); 0: they are not told"}},
	check: func(v *Variant, s *Settings) error {
		refuse := func(mend, format string, args ...any) error {
			return fault.New(fault.Usage, fmt.Sprintf(format, args...), "--set "+zoo.LabelMap, mend)
		}
		switch {
		case s.Int(zoo.LabelMap) == 0:
			return nil
		case v.labels() == zoo.LabelsRequired:
			return refuse("leave it out", "%s is told the class in a way of its own", v.Name)
		case v.Autoencoder || v.Outputs != nil:
			return refuse("leave it out", "%s has no place for the class in its discriminator", v.Name)
		case s.Int("packing") > 1:
			return refuse("leave out one of them", "a pack of examples has no one class")
		case s.Classes == 0:
			return refuse("choose labelled data, such as mnist", "the data has no labels to map")
		}
		return nil
	},
}

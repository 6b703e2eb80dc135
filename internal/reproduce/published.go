package reproduce

import "time"

// Published is every protocol, the quickest first.
var Published = []Protocol{
	{
		Name: "dirac", Title: "Convergence of the Dirac-GAN by objective", Paper: "arXiv:1801.04406, sections 2 and 3",
		Takes: time.Second, Compute: dirac,
	},
	{
		Name: "fgan-1d", Title: "A Gaussian fitted to a mixture of two, by divergence", Paper: "arXiv:1606.00709, table 3",
		Differs: "the mixture is not in the paper: it is the one that gives the paper's figures; batches are quantiles, not draws",
		Takes:   20 * time.Second, Compute: fitGaussians,
	},
}

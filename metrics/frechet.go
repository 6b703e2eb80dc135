package metrics

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

// Frechet is the squared Fréchet distance between the normal distributions that
// fit two sets of vectors (N×D, M×D), with the means μ and covariances Σ:
//
//	d² = ‖μ₁−μ₂‖² + Tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½)
//
// from 0, lower is better, in squared units of the features. On an Inception
// network's features it is the FID. It falls with the number of samples, so only
// figures on as many can be compared.
//
// Source: Heusel et al., arXiv:1706.08500, equation 6.
func Frechet(a, b *tensor.Tensor) (float64, error) {
	if err := checkVectors(2, a, b); err != nil {
		return 0, err
	}
	meanA, covA := moments(a)
	meanB, covB := moments(b)
	return frechet(meanA, meanB, covA, covB)
}

// moments are the mean and the covariance (division by N−1) of N×D vectors.
func moments(t *tensor.Tensor) ([]float64, *mat.SymDense) {
	n, d := rows(t)
	x := mat.NewDense(n, d, nil)
	for i := range n {
		for j, v := range t.Data[i*d:][:d] {
			x.Set(i, j, float64(v))
		}
	}
	mean := make([]float64, d)
	column := make([]float64, n)
	for j := range mean {
		mean[j] = stat.Mean(mat.Col(column, j, x), nil)
	}
	covariance := mat.NewSymDense(d, nil)
	stat.CovarianceMatrix(covariance, x, nil)
	return mean, covariance
}

// frechet takes the trace of (Σ₁Σ₂)^½ as that of (Σ₁^½ Σ₂ Σ₁^½)^½, which is
// symmetric and has the same eigenvalues. distmv.Wasserstein does so too, but
// not for singular covariances, and a feature that no sample excites, or fewer
// samples than features, make one.
func frechet(meanA, meanB []float64, covA, covB *mat.SymDense) (float64, error) {
	root, err := rootOf(covA)
	if err != nil {
		return 0, err
	}
	var product mat.Dense
	product.Mul(root, covB)
	product.Mul(&product, root)
	d := covA.SymmetricDim()
	symmetric := mat.NewSymDense(d, nil)
	for i := range d {
		for j := i; j < d; j++ {
			symmetric.SetSym(i, j, (product.At(i, j)+product.At(j, i))/2)
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(symmetric, false) {
		return 0, errNoEigenvalues
	}
	trace := 0.0
	for _, v := range eigen.Values(nil) {
		trace += math.Sqrt(max(v, 0)) // rounding can make a zero negative
	}
	apart := floats.Distance(meanA, meanB, 2)
	return max(0, apart*apart+mat.Trace(covA)+mat.Trace(covB)-2*trace), nil
}

var errNoEigenvalues = fault.New(fault.Data, "the covariance of the features has no eigenvalues that could be found", "",
	"the generator has diverged: go back to an earlier checkpoint")

// rootOf is the symmetric root of a matrix without negative eigenvalues but for
// rounding.
func rootOf(s *mat.SymDense) (*mat.Dense, error) {
	var eigen mat.EigenSym
	if !eigen.Factorize(s, true) {
		return nil, errNoEigenvalues
	}
	values := eigen.Values(nil)
	for i, v := range values {
		values[i] = math.Sqrt(max(v, 0))
	}
	var vectors, root mat.Dense
	eigen.VectorsTo(&vectors)
	root.Mul(&vectors, mat.NewDiagDense(len(values), values))
	root.Mul(&root, vectors.T())
	return &root, nil
}

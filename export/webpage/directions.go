package webpage

import (
	"math"
	"sort"

	"gonum.org/v1/gonum/mat"

	"github.com/ganzoo/ganzoo/tensor"
)

// sliders is how many directions the page offers.
const sliders = 6

// directions returns unit vectors of the latent space along which pictures change
// most: the eigenvectors of WᵀW with the largest eigenvalues, W being the first
// layer's weight (closed-form factorisation, Shen and Zhou 2021,
// arXiv:2007.06600). W is out×in; its first columns are the latents'. Without W
// they are the axes.
func directions(w *tensor.Tensor, width int) [][]float64 {
	count := min(sliders, width)
	list := make([][]float64, count)
	if w == nil || w.Shape[1] < width {
		for i := range list {
			list[i] = make([]float64, width)
			list[i][i] = 1
		}
		return list
	}
	gram := mat.NewSymDense(width, nil)
	columns := w.Shape[1]
	for i := range width {
		for j := i; j < width; j++ {
			sum := 0.0
			for row := range w.Shape[0] {
				sum += float64(w.Data[row*columns+i]) * float64(w.Data[row*columns+j])
			}
			gram.SetSym(i, j, sum)
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(gram, true) {
		return directions(nil, width)
	}
	values := eigen.Values(nil)
	order := make([]int, width)
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return values[order[a]] > values[order[b]] })
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	for i := range list {
		list[i] = settled(mat.Col(nil, order[i], &vectors))
	}
	return list
}

// settled turns a vector so that its largest part is positive, and keeps five
// digits: what is left does not depend on how the machine rounds.
func settled(v []float64) []float64 {
	largest := 0.0
	for _, x := range v {
		if math.Abs(x) > math.Abs(largest)+1e-9 {
			largest = x
		}
	}
	for i := range v {
		v[i] = math.Round(v[i]*math.Copysign(1e5, largest)) / 1e5
		if v[i] == 0 {
			v[i] = 0 // no −0
		}
	}
	return v
}

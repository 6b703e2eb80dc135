package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// reduction is one kernel that makes a number of one or two slices.
type reduction struct {
	name     string
	run      func(a, b []float32) float32
	want     func(a, b []float32) (value, size float64) // size: the sum of the absolute terms
	identity float32                                    // of the empty slice
}

var reductions = []reduction{
	{"Sum", func(a, _ []float32) float32 { return Sum(a) }, func(a, _ []float32) (value, size float64) {
		for _, x := range a {
			value += float64(x)
			size += math.Abs(float64(x))
		}
		return value, size
	}, 0},
	{"Dot", Dot, func(a, b []float32) (value, size float64) {
		for i, x := range a {
			value += float64(x) * float64(b[i])
			size += math.Abs(float64(x) * float64(b[i]))
		}
		return value, size
	}, 0},
	{"MaxOf", func(a, _ []float32) float32 { return MaxOf(a) }, func(a, _ []float32) (value, size float64) {
		value = math.Inf(-1)
		for _, x := range a {
			value = max(value, float64(x))
		}
		return value, 0
	}, float32(math.Inf(-1))},
	{"MinOf", func(a, _ []float32) float32 { return MinOf(a) }, func(a, _ []float32) (value, size float64) {
		value = math.Inf(1)
		for _, x := range a {
			value = min(value, float64(x))
		}
		return value, 0
	}, float32(math.Inf(1))},
}

// Every class gives the bits of the generic twin, and those are the exact value
// but for the rounding of a tree: (n/64 + 7) steps in a lane and the folding.
func TestReductions(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 7))
	for _, r := range reductions {
		t.Run(r.name, func(t *testing.T) {
			for n := range 301 {
				testReduction(t, rng, &r, n)
			}
			for _, n := range []int{1000, treeBlock - 1, treeBlock, treeBlock + 1, 2 * treeBlock, 3*treeBlock + 17} {
				testReduction(t, rng, &r, n)
			}
		})
	}
}

func testReduction(t *testing.T, rng *rand.Rand, r *reduction, n int) {
	t.Helper()
	offset := rng.IntN(8)
	a, wholeA := fenced(rng, n, offset)
	b, wholeB := fenced(rng, n, 7-offset)
	for i := range offset { // what lies outside must not be read into the result
		wholeA[i], wholeB[i] = float32(math.NaN()), float32(math.Inf(1))
	}
	undo := force(generic)
	twin := r.run(a, b)
	undo()
	value, size := r.want(a, b)
	bound := size * (min(float64(n), treeBlock)/treeLanes + 8) * 0x1p-24
	if e := math.Abs(float64(twin) - value); e > bound {
		t.Fatalf("n %d: %v, want %v: off by %g, at most %g allowed", n, twin, value, e, bound)
	}
	for c := range detect() + 1 {
		undo := force(c)
		if got := r.run(a, b); !same(got, twin) {
			t.Fatalf("n %d: %v gives %b, generic %b", n, c, got, twin)
		}
		undo()
	}
}

func TestReductionsOfSpecialValues(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	eachClass(t, func(t *testing.T) {
		for _, r := range reductions {
			if got := r.run(nil, nil); got != r.identity {
				t.Errorf("%s of nothing = %v, want %v", r.name, got, r.identity)
			}
			for _, n := range []int{1, 7, 16, 33, 64, 65, 200, 300} {
				ones := make([]float32, n)
				Fill(ones, 1)
				for bad := range n {
					a := make([]float32, n)
					a[bad] = nan
					if got := r.run(a, ones); got == got {
						t.Fatalf("%s of %d elements with NaN at %d = %v", r.name, n, bad, got)
					}
				}
				a := make([]float32, n)
				Fill(a, -inf)
				if got := r.run(a, ones); got != -inf {
					t.Errorf("%s of %d times −Inf = %v", r.name, n, got)
				}
				Fill(a, inf)
				if got := r.run(a, ones); got != inf {
					t.Errorf("%s of %d times +Inf = %v", r.name, n, got)
				}
			}
		}
	})
}

func TestColumns(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 9))
	for _, rows := range []int{0, 1, 2, 3, 4, 5, 7, 8, 64, rowBlock, rowBlock + 1, 2*rowBlock + 3} {
		for _, cols := range []int{0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 130} {
			a, _ := fenced(rng, rows*cols, rng.IntN(8))
			if len(a) > 3 && rng.IntN(4) == 0 {
				a[rng.IntN(len(a))] = float32(math.NaN())
			}
			for _, k := range []struct {
				name string
				run  func(dst, a []float32, rows, cols int)
				of   reduction
			}{{"SumColumns", SumColumns, reductions[0]}, {"MaxColumns", MaxColumns, reductions[2]}} {
				var twin []float32
				for c := range detect() + 1 {
					undo := force(c)
					offset := rng.IntN(8)
					dst, whole := fenced(rng, cols, offset)
					k.run(dst, a, rows, cols)
					undo()
					checkFences(t, whole, cols, offset)
					if c == generic {
						twin = dst
					}
					column := make([]float32, rows)
					for j := range dst {
						if !same(dst[j], twin[j]) {
							t.Fatalf("%s %d×%d column %d: %v gives %b, generic %b", k.name, rows, cols, j, c, dst[j], twin[j])
						}
						for i := range column {
							column[i] = a[i*cols+j]
						}
						value, size := k.of.want(column, nil)
						if e := math.Abs(float64(dst[j]) - value); e > size*(rowBlock/4+8)*0x1p-24 {
							t.Fatalf("%s %d×%d column %d: %v, want %v", k.name, rows, cols, j, dst[j], value)
						}
					}
				}
			}
		}
	}
}

func TestReductionsAllocateNothing(t *testing.T) {
	a, b := make([]float32, 900), make([]float32, 900)
	eachClass(t, func(t *testing.T) {
		for _, r := range reductions {
			if got := testing.AllocsPerRun(10, func() { r.run(a, b) }); got != 0 {
				t.Errorf("%s allocates %v times, want 0", r.name, got)
			}
		}
		if got := testing.AllocsPerRun(10, func() { SumColumns(b[:30], a, 30, 30); MaxColumns(b[:30], a, 30, 30) }); got != 0 {
			t.Errorf("columns allocate %v times, want 0", got)
		}
	})
}

func BenchmarkReduction(b *testing.B) {
	for _, n := range []int{16, 784, 1024} {
		x, _ := fenced(rand.New(rand.NewPCG(5, 0)), n, 0)
		y, _ := fenced(rand.New(rand.NewPCG(5, 1)), n, 0)
		for _, r := range reductions {
			for class := range detect() + 1 {
				b.Run(fmt.Sprintf("%s/%d/%v", r.name, n, class), func(b *testing.B) {
					defer force(class)()
					for b.Loop() {
						r.run(x, y)
					}
				})
			}
		}
	}
}

func BenchmarkColumns(b *testing.B) {
	for _, size := range [][2]int{{64, 512}, {3136, 64}, {64, 1}} {
		rows, cols := size[0], size[1]
		x, _ := fenced(rand.New(rand.NewPCG(5, 0)), rows*cols, 0)
		dst := make([]float32, cols)
		for class := range detect() + 1 {
			b.Run(fmt.Sprintf("Sum/%d×%d/%v", rows, cols, class), func(b *testing.B) {
				defer force(class)()
				b.SetBytes(int64(4 * rows * cols))
				for b.Loop() {
					SumColumns(dst, x, rows, cols)
				}
			})
			b.Run(fmt.Sprintf("Max/%d×%d/%v", rows, cols, class), func(b *testing.B) {
				defer force(class)()
				b.SetBytes(int64(4 * rows * cols))
				for b.Loop() {
					MaxColumns(dst, x, rows, cols)
				}
			})
		}
	}
}

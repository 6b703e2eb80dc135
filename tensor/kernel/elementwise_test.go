package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// opCase is one element-wise kernel: the table ops feeds the tests of values,
// of shapes and of allocations, and the benchmarks.
type opCase struct {
	name     string
	operands int
	run      func(dst []float32, in [3][]float32)
	want     func(x [3]float64) float64
	ulp      float64 // largest error; 0: correctly rounded
}

const (
	testSlope  float32 = 0.2
	testScalar float32 = 1.7

	testEpsilon float32 = 1e-3
)

var ops = []opCase{
	binaryOp("Add", Add, func(x, y float64) float64 { return x + y }),
	binaryOp("Sub", Sub, func(x, y float64) float64 { return x - y }),
	binaryOp("Mul", Mul, func(x, y float64) float64 { return x * y }),
	binaryOp("Div", Div, func(x, y float64) float64 { return x / y }),
	binaryOp("Max", Max, func(x, y float64) float64 { return max(x, y) }),
	binaryOp("Min", Min, func(x, y float64) float64 { return min(x, y) }),
	binaryOp("Greater", Greater, func(x, y float64) float64 { return one(x > y) }),
	binaryOp("GreaterOrEqual", GreaterOrEqual, func(x, y float64) float64 { return one(x >= y) }),
	binaryOp("Equal", Equal, func(x, y float64) float64 { return one(x == y) }),

	scalarOp("AddScalar", AddScalar, testScalar, func(x, s float64) float64 { return x + s }),
	scalarOp("MulScalar", MulScalar, testScalar, func(x, s float64) float64 { return x * s }),
	scalarOp("LeakyRelu", LeakyRelu, testSlope, func(x, s float64) float64 {
		if x >= 0 {
			return x
		}
		return s * x
	}),

	unaryOp("Neg", Neg, 0, func(x float64) float64 { return -x }),
	unaryOp("Abs", Abs, 0, math.Abs),
	unaryOp("Sign", Sign, 0, func(x float64) float64 {
		if x == 0 || x != x {
			return x
		}
		return math.Copysign(1, x)
	}),
	unaryOp("Square", Square, 0, func(x float64) float64 { return x * x }),
	unaryOp("Sqrt", Sqrt, 0, math.Sqrt),
	unaryOp("Reciprocal", Reciprocal, 0, func(x float64) float64 { return 1 / x }),
	unaryOp("Relu", Relu, 0, func(x float64) float64 {
		if x < 0 {
			return 0
		}
		return x
	}),
	unaryOp("Exp", Exp, 1.1, math.Exp),
	unaryOp("Log", Log, 1, math.Log),
	unaryOp("Tanh", Tanh, 2, math.Tanh),
	unaryOp("Sigmoid", Sigmoid, 3, func(x float64) float64 {
		if x < 0 {
			return math.Exp(x) / (1 + math.Exp(x))
		}
		return 1 / (1 + math.Exp(-x))
	}),
	unaryOp("Softplus", Softplus, 3, func(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }),
	unaryOp("Sin", Sin, 2, math.Sin),
	unaryOp("Cos", Cos, 2, math.Cos),

	{"Where", 3, func(dst []float32, in [3][]float32) { Where(dst, in[0], in[1], in[2]) }, func(x [3]float64) float64 {
		if x[0] != 0 {
			return x[1]
		}
		return x[2]
	}, 0},
	{"WeightedSum", 2, func(dst []float32, in [3][]float32) { WeightedSum(dst, in[0], in[1], testScalar, testSlope) }, func(x [3]float64) float64 {
		return float64(float32(float32(x[0])*testScalar) + float32(float32(x[1])*testSlope))
	}, 0},
	{"WeightedSquare", 2, func(dst []float32, in [3][]float32) { WeightedSquare(dst, in[0], in[1], testScalar, testSlope) }, func(x [3]float64) float64 {
		square := float32(float32(x[1]) * float32(x[1]))
		return float64(float32(float32(x[0])*testScalar) + float32(square*testSlope))
	}, 0},
	{"Slope", 2, func(dst []float32, in [3][]float32) { Slope(dst, in[0], in[1], testScalar, testSlope) }, func(x [3]float64) float64 {
		if x[0] > 0 {
			return float64(float32(x[1]) * testScalar)
		}
		return float64(float32(x[1]) * testSlope)
	}, 0},
	{"Descend", 3, func(dst []float32, in [3][]float32) {
		Descend(dst, in[0], in[1], in[2], testScalar, testEpsilon, testSlope)
	}, func(x [3]float64) float64 {
		root := float32(math.Sqrt(x[2]))
		step := float32(x[1]) / (float32(root*testScalar) + testEpsilon)
		return float64(float32(x[0]) - float32(step*testSlope))
	}, 0},
	{"Fill", 0, func(dst []float32, _ [3][]float32) { Fill(dst, testScalar) }, func([3]float64) float64 {
		return float64(testScalar)
	}, 0},
}

func unaryOp(name string, f func(dst, a []float32), ulp float64, want func(x float64) float64) opCase {
	return opCase{name, 1, func(dst []float32, in [3][]float32) { f(dst, in[0]) },
		func(x [3]float64) float64 { return want(x[0]) }, ulp}
}

func binaryOp(name string, f func(dst, a, b []float32), want func(x, y float64) float64) opCase {
	return opCase{name, 2, func(dst []float32, in [3][]float32) { f(dst, in[0], in[1]) },
		func(x [3]float64) float64 { return want(x[0], x[1]) }, 0}
}

func scalarOp(name string, f func(dst, a []float32, s float32), s float32, want func(x, s float64) float64) opCase {
	return opCase{name, 1, func(dst []float32, in [3][]float32) { f(dst, in[0], s) },
		func(x [3]float64) float64 { return want(x[0], float64(s)) }, 0}
}

func one(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// special are the values where kernels break: zeros, infinities, NaN, the ends
// of the normal and subnormal ranges, and the edges of the approximations.
var special = []float32{
	0, float32(math.Copysign(0, -1)), 1, -1, 0.5, -0.5, 2, -2, 3, -3,
	float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()),
	math.MaxFloat32, -math.MaxFloat32, math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32,
	0x1p-126, -0x1p-126, 0x1.fffffcp-127, -0x1.fffffcp-127, 0x1p-130, 0x1.8p-140,
	88.72283, 88.72284, -87.33654, -87.33655, -103.97207, -103.97208, -103.9721, -104, -105, 89, 90, -110, // exp: overflow, subnormals, zero
	0.70710677, 0.70710678, 0.7071068, 1.4142135, 1.4142137, 0.99999994, 1.0000001, // log: ends of the reduced range
	0.625, 0.62499994, 0.62500006, -0.625, 9, 9.1, -9.1, 20, -20, // tanh: where the two formulas meet, and saturation
	-0.88137358, 0.88137358, 17, -17, // softplus: where log1p is halved; where it is lost
	0.7853982, 1.5707964, 3.1415927, 6.2831855, -0.7853982, 1000, 32767.998, 32768, 1e5, 1048575.9, 1048576, 1e7, 1e20, // sin, cos
	1e-8, -1e-8, 1e-4, -1e-4, 1e-20, 1e30,
}

// sweep returns float32 values spread over all bit patterns, dense where
// networks live (±[2^−20, 2^7]), and the special ones.
func sweep() []float32 {
	x := append([]float32(nil), special...)
	for bits := uint64(0); bits < 1<<32; bits += 100003 {
		x = append(x, math.Float32frombits(uint32(bits)))
	}
	for bits := math.Float32bits(0x1p-20); bits < math.Float32bits(0x1p7); bits += 4001 {
		v := math.Float32frombits(bits)
		x = append(x, v, -v)
	}
	return x
}

// values returns operands for c: for one operand the sweep, for more all pairs
// (triples) of special values and random picks from the sweep.
func (c *opCase) values() (in [3][]float32) {
	all := sweep()
	if c.operands <= 1 {
		in[0] = all
		return in
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, x := range special {
		for _, y := range special {
			for z := range special {
				if c.operands == 2 && z > 0 {
					break
				}
				in[0], in[1], in[2] = append(in[0], x), append(in[1], y), append(in[2], special[z])
			}
		}
	}
	for range 20000 {
		for k := range in {
			in[k] = append(in[k], all[rng.IntN(len(all))])
		}
	}
	return in
}

// ulps returns the distance from got to want in units of the last place of a
// float32 at want; NaN equals NaN, and overflow begins where rounding has it.
func ulps(got float32, want float64) float64 {
	if r := float32(want); r == got || (r != r && got != got) {
		return 0
	}
	if math.IsNaN(want) || got != got || math.IsInf(want, 0) {
		return math.Inf(1)
	}
	exp := math.Ilogb(want)
	return math.Abs(float64(got)-want) / math.Ldexp(1, max(exp, -126)-23)
}

func TestElementwiseValues(t *testing.T) {
	for _, c := range ops {
		in := c.values()
		want := make([]float64, len(in[0]))
		for i := range want {
			want[i] = c.want([3]float64{at(in[0], i), at(in[1], i), at(in[2], i)})
		}
		t.Run(c.name, func(t *testing.T) {
			eachClass(t, func(t *testing.T) {
				dst := make([]float32, len(want))
				c.run(dst, in)
				worst, where := 0.0, 0
				for i, got := range dst {
					e := ulps(got, want[i])
					if c.ulp > 0 && want[i] != 0 && math.Abs(want[i]) < 0x1p-126 {
						e -= 0.5 // the result was rounded before it was made subnormal
					}
					if got == 0 && want[i] == 0 && math.Signbit(float64(got)) != math.Signbit(want[i]) && c.name != "Max" && c.name != "Min" {
						t.Errorf("%s(%v %v %v): wrong sign of zero", c.name, at(in[0], i), at(in[1], i), at(in[2], i))
					}
					if e > worst {
						worst, where = e, i
					}
				}
				if worst > c.ulp {
					i := where
					t.Errorf("%s(%v %v %v) = %v, want %v: off by %.3g ulp, at most %v allowed",
						c.name, at(in[0], i), at(in[1], i), at(in[2], i), dst[i], want[i], worst, c.ulp)
				}
				t.Logf("largest error %.3f ulp at %v", worst, at(in[0], where))
			})
		})
	}
}

func at(x []float32, i int) float64 {
	if i >= len(x) {
		return 0
	}
	return float64(x[i])
}

const fence = 12345.5

// fenced returns n random elements at an offset from the alignment of the
// allocator, with fence words before and after, and the whole slice.
func fenced(rng *rand.Rand, n, offset int) (x, whole []float32) {
	whole = make([]float32, n+offset+8)
	for i := range whole {
		whole[i] = fence
	}
	x = whole[offset : offset+n : offset+n]
	for i := range x {
		x[i] = float32(rng.NormFloat64()) * 4
	}
	return x, whole
}

func checkFences(t *testing.T, whole []float32, n, offset int) {
	t.Helper()
	for i, x := range whole {
		if (i < offset || i >= offset+n) && x != fence {
			t.Fatalf("fence word %d from the start was overwritten", i-offset)
		}
	}
}

// Wherever an element lies (in the body or the tail of the loop, aligned or
// not, in place or not), it gets the same bits, and no other word is touched.
func TestElementwiseShapes(t *testing.T) {
	for _, c := range ops {
		t.Run(c.name, func(t *testing.T) {
			eachClass(t, func(t *testing.T) {
				rng := rand.New(rand.NewPCG(3, 4))
				for n := 0; n <= 300; n += 1 + rng.IntN(1+n/20) { // every short length, some long ones
					for alias := -1; alias < c.operands; alias++ { // the operand that dst is
						offset := 1 + rng.IntN(7)
						var in, wholes, copies [3][]float32
						for k := range c.operands {
							in[k], wholes[k] = fenced(rng, n, offset)
							copies[k] = slices.Clone(wholes[k])
						}
						want := make([]float32, n)
						for i := range want {
							var single [3][]float32
							for k := range c.operands {
								single[k] = in[k][i : i+1]
							}
							c.run(want[i:i+1], single)
						}
						dst, whole := fenced(rng, n, offset)
						if alias >= 0 {
							dst, whole = in[alias], wholes[alias]
						}
						c.run(dst, in)
						checkFences(t, whole, n, offset)
						for i := range want {
							if !same(dst[i], want[i]) {
								t.Fatalf("n %d, alias %d: element %d is %v, alone it is %v", n, alias, i, dst[i], want[i])
							}
						}
						for k := range c.operands {
							if k != alias && !slices.EqualFunc(wholes[k], copies[k], same) {
								t.Fatalf("n %d: operand %d was changed", n, k)
							}
						}
					}
				}
			})
		})
	}
}

// same reports equal bits, all NaNs being one.
func same(x, y float32) bool {
	return math.Float32bits(x) == math.Float32bits(y) || (x != x && y != y)
}

func TestElementwiseAllocatesNothing(t *testing.T) {
	var in [3][]float32
	for k := range in {
		in[k] = make([]float32, 100)
	}
	dst := make([]float32, 100)
	for _, c := range ops {
		eachClass(t, func(t *testing.T) {
			if got := testing.AllocsPerRun(10, func() { c.run(dst, in) }); got != 0 {
				t.Errorf("%s allocates %v times, want 0", c.name, got)
			}
		})
	}
}

func TestElementwiseRefusesUnequalLengths(t *testing.T) {
	two, three := make([]float32, 2), make([]float32, 3)
	for _, c := range ops {
		for k := range c.operands {
			in := [3][]float32{two, two, two}
			in[k] = three
			func() {
				defer func() {
					if r := recover(); r != badLengths {
						t.Errorf("%s with a longer operand %d: recovered %v, want %q", c.name, k, r, badLengths)
					}
				}()
				c.run(two, in)
			}()
		}
	}
}

func BenchmarkElementwise(b *testing.B) {
	for _, n := range []int{16, 784, 1024} {
		var in [3][]float32
		for k := range in {
			in[k], _ = fenced(rand.New(rand.NewPCG(5, uint64(k))), n, 0)
		}
		dst := make([]float32, n)
		for _, c := range ops {
			for class := range detect() + 1 {
				b.Run(fmt.Sprintf("%s/%d/%v", c.name, n, class), func(b *testing.B) {
					defer force(class)()
					for b.Loop() {
						c.run(dst, in)
					}
				})
			}
		}
	}
}

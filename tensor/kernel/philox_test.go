package kernel

import (
	"math"
	"testing"
)

// The vectors are Random123's (kat_vectors, philox4x32 10).
func TestPhiloxKnownAnswers(t *testing.T) {
	for _, v := range []struct {
		counter [4]uint32
		key     [2]uint32
		want    [4]uint32
	}{
		{[4]uint32{}, [2]uint32{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{
			[4]uint32{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, [2]uint32{0xffffffff, 0xffffffff},
			[4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
		},
		{
			[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, [2]uint32{0xa4093822, 0x299f31d0},
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
		},
	} {
		p := Philox{Key: v.key, Counter: [3]uint32(v.counter[1:])}
		if got := p.Block(v.counter[0]); got != v.want {
			t.Errorf("block %x of key %x = %x, want %x", v.counter, v.key, got, v.want)
		}
	}
}

var testPhilox = Philox{Key: [2]uint32{1, 2}, Counter: [3]uint32{3, 4, 5}}

// fills are the sequences that a Philox generates.
var fills = []struct {
	name string
	run  func(dst []float32, first int)
	of   func(w [4]uint32, k int) float32 // element k of a block
}{
	{"Uniform", func(dst []float32, first int) { testPhilox.Uniform(dst, first, -2, 3) }, func(w [4]uint32, k int) float32 {
		return float32(float32(w[k]>>8)*(5*0x1p-24)) - 2
	}},
	{"Normal", func(dst []float32, first int) { testPhilox.Normal(dst, first) }, func(w [4]uint32, k int) float32 {
		x, y := boxMuller(w[k&2], w[k&2+1])
		return [2]float32{x, y}[k&1]
	}},
}

// Every class fills every range with the same bits: those of the definition.
func TestPhiloxRangesEqualWhole(t *testing.T) {
	const n = 1500
	for _, f := range fills {
		want := make([]float32, n)
		for i := range want {
			want[i] = f.of(testPhilox.Block(uint32(i/4)), i%4)
		}
		eachClass(t, func(t *testing.T) {
			for first := 0; first < 90; first++ {
				for _, length := range []int{0, 1, 2, 3, 4, 5, 31, 32, 33, 63, 64, 65, 127, 128, 200, 1301} {
					const offset = 3
					whole := make([]float32, offset+length+8)
					Fill(whole, fence)
					dst := whole[offset : offset+length]
					f.run(dst, first)
					checkFences(t, whole, length, offset)
					for i, got := range dst {
						if got != want[first+i] {
							t.Fatalf("%s: element %d of %d from %d is %b, want %b", f.name, i, length, first, got, want[first+i])
						}
					}
				}
			}
		})
	}
}

// The last blocks must not wrap into the first.
func TestPhiloxEndOfSequence(t *testing.T) {
	for _, f := range fills {
		eachClass(t, func(t *testing.T) {
			dst := make([]float32, 300)
			first := 1<<34 - len(dst)
			f.run(dst, first)
			for i, got := range dst {
				if e := first + i; got != f.of(testPhilox.Block(uint32(e/4)), e%4) {
					t.Fatalf("%s: element %d is wrong", f.name, e)
				}
			}
			defer func() {
				if r := recover(); r != badStream {
					t.Errorf("%s beyond the end: recovered %v, want %q", f.name, r, badStream)
				}
			}()
			f.run(dst, first+1)
		})
	}
}

func TestUniformStaysBelowItsEnd(t *testing.T) {
	eachClass(t, func(t *testing.T) {
		dst := make([]float32, 1<<20)
		for _, r := range [][2]float32{{0, 1}, {1, 2}, {1 << 24, 1<<24 + 2}, {-1, 1}, {5, 5.000001}} {
			testPhilox.Uniform(dst, 0, r[0], r[1])
			if lo, hi := MinOf(dst), MaxOf(dst); lo < r[0] || hi >= r[1] {
				t.Errorf("uniform on [%v, %v) reaches from %v to %v", r[0], r[1], lo, hi)
			}
		}
	})
}

// The transform in float32 against the formula in float64.
func TestBoxMuller(t *testing.T) {
	worst := 0.0
	for i := range uint32(200000) {
		w := testPhilox.Block(i)
		switch i {
		case 0:
			w[0], w[1] = 0, 0 // the longest radius
		case 1:
			w[0], w[1] = math.MaxUint32, math.MaxUint32 // none
		}
		x, y := boxMuller(w[0], w[1])
		r := math.Sqrt(-2 * math.Log(float64(w[0]>>8+1)*0x1p-24))
		sin, cos := math.Sincos(2 * math.Pi * float64(w[1]>>8) * 0x1p-24)
		worst = max(worst, math.Abs(float64(x)-r*cos), math.Abs(float64(y)-r*sin))
	}
	if worst > 5e-7 { // about one ulp of the longest radius, 5.77
		t.Errorf("off by %g from the formula", worst)
	}
	t.Logf("largest error %g", worst)
}

// Moments of n elements, each within five standard deviations.
func TestPhiloxMoments(t *testing.T) {
	const n = 1 << 20
	x := make([]float32, n)
	moments := func() (m [5]float64) {
		for _, v := range x {
			power := 1.0
			for k := range m {
				m[k] += power / n
				power *= float64(v)
			}
		}
		return m
	}
	check := func(name string, got, want, variance float64) {
		if math.Abs(got-want) > 5*math.Sqrt(variance/n) {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	testPhilox.Normal(x, 0)
	m := moments()
	check("mean of the normal", m[1], 0, 1)
	check("second moment of the normal", m[2], 1, 2)
	check("third moment of the normal", m[3], 0, 15)
	check("fourth moment of the normal", m[4], 3, 96)
	testPhilox.Uniform(x, 0, 0, 1)
	m = moments()
	check("mean of the uniform", m[1], 1./2, 1./12)
	check("second moment of the uniform", m[2], 1./3, 4./45)
}

func TestPhiloxAllocatesNothing(t *testing.T) {
	dst := make([]float32, 500)
	for _, f := range fills {
		eachClass(t, func(t *testing.T) {
			if got := testing.AllocsPerRun(10, func() { f.run(dst, 1) }); got != 0 {
				t.Errorf("%s allocates %v times, want 0", f.name, got)
			}
		})
	}
}

func BenchmarkPhilox(b *testing.B) {
	dst := make([]float32, 1024)
	for _, f := range fills {
		for class := range detect() + 1 {
			b.Run(f.name+"/1024/"+class.String(), func(b *testing.B) {
				defer force(class)()
				for b.Loop() {
					f.run(dst, 0)
				}
			})
		}
	}
}

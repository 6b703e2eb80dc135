package kernel

import (
	"math"
	"math/bits"
)

// Philox is a sequence of random words by Philox4x32-10 (Salmon et al.,
// "Parallel random numbers: as easy as 1, 2, 3", 2011): block i is a function
// of the key and of the counter (i, Counter[0], Counter[1], Counter[2]) alone, so
// any part can be computed anywhere in any order. There are 2^32 blocks of four
// words.
//
// All methods give the same bits in every class and on every architecture.
type Philox struct {
	Key     [2]uint32
	Counter [3]uint32
}

// Constants of Philox4x32: two multipliers, and the Weyl increments of the key
// (the golden ratio and √3 − 1).
const (
	philoxM0     = 0xd2511f53
	philoxM1     = 0xcd9e8d57
	philoxW0     = 0x9e3779b9
	philoxW1     = 0xbb67ae85
	philoxRounds = 10
)

// Block returns the four words of block i.
func (p *Philox) Block(i uint32) [4]uint32 {
	c0, c1, c2, c3 := i, p.Counter[0], p.Counter[1], p.Counter[2]
	k0, k1 := p.Key[0], p.Key[1]
	for range philoxRounds {
		hi0, lo0 := bits.Mul32(philoxM0, c0)
		hi1, lo1 := bits.Mul32(philoxM1, c2)
		c0, c1, c2, c3 = hi1^c1^k0, lo1, hi0^c3^k1, lo0
		k0 += philoxW0
		k1 += philoxW1
	}
	return [4]uint32{c0, c1, c2, c3}
}

// Uniform fills dst with elements first, first+1, … of a sequence uniform on
// [lo, hi): element e is lo + u·(hi−lo), where u is the upper 24 bits of word
// e mod 4 of block ⌊e/4⌋ as a fraction.
func (p *Philox) Uniform(dst []float32, first int, lo, hi float32) {
	scale := float32((hi - lo) * 0x1p-24)
	top := math.Nextafter32(hi, lo) // where rounding would reach hi
	p.fill(dst, first, func(dst []float32, block uint32) {
		twins[active].philoxUniform(dst, p.Key[0], p.Key[1], block, p.Counter[0], p.Counter[1], p.Counter[2], lo, scale, top)
	}, func(w [4]uint32) (v [4]float32) {
		for k := range v {
			v[k] = min(lo+float32(float32(w[k]>>8)*scale), top)
		}
		return v
	})
}

// Normal fills dst with elements first, first+1, … of a standard normal
// sequence (mean 0, variance 1): the words of a block make two pairs, which Box
// and Muller's transform turns into four elements.
func (p *Philox) Normal(dst []float32, first int) {
	p.fill(dst, first, func(dst []float32, block uint32) {
		twins[active].philoxNormal(dst, p.Key[0], p.Key[1], block, p.Counter[0], p.Counter[1], p.Counter[2])
	}, func(w [4]uint32) (v [4]float32) {
		v[0], v[1] = boxMuller(w[0], w[1])
		v[2], v[3] = boxMuller(w[2], w[3])
		return v
	})
}

// fill fills dst: whole turns of the class's assembly by turns, which gets the
// first block's number, and the ends block by block with what one makes of the
// words.
func (p *Philox) fill(dst []float32, first int, turns func(dst []float32, block uint32), one func(w [4]uint32) [4]float32) {
	if first < 0 || uint64(first)+uint64(len(dst)) > 1<<34 {
		panic(badStream)
	}
	single := func(n int) {
		for n > 0 {
			v := one(p.Block(uint32(first / 4)))
			k := copy(dst[:n], v[first%4:])
			dst, first, n = dst[k:], first+k, n-k
		}
	}
	single(min(-first&3, len(dst)))
	if turn := twins[active].philoxTurn; turn > 0 && len(dst) >= turn {
		n := len(dst) - len(dst)%turn
		turns(dst[:n], uint32(first/4))
		dst, first = dst[n:], first+n
	}
	single(len(dst))
}

// boxMuller returns √(−2 log u)·(cos 2πv, sin 2πv) (Box and Muller, 1958) for
// u = (⌊a/2^8⌋ + 1)/2^24 and v = ⌊b/2^8⌋/2^24, both exact in float32.
//
// Every operation is one float32 product, sum or root, rounded by itself (the
// conversions keep the compiler from fusing them), so the assembly follows it
// to the bit. The polynomials are those of logf, sinf and cosf of Moshier's
// Cephes library.
func boxMuller(a, b uint32) (x, y float32) {
	const sqrtHalf = 0x3f3504f3 // the bits of √½
	u := math.Float32bits(float32(a>>8+1) * 0x1p-24)
	e := int32(u-sqrtHalf) >> 23
	f := math.Float32frombits(u-uint32(e)<<23) - 1
	z := float32(f * f)
	p := horner(f, boxMullerLog[:])
	l := float32(float32(e)*-2.12194440e-4) + float32(float32(f*z)*p) // the first factor and the next below add up to log 2
	l = (l - float32(0.5*z)) + f
	l += float32(float32(e) * 0.693359375)
	r := float32(math.Sqrt(float64(float32(-2 * l))))

	v := int32(b >> 8)
	quarter := (v + 1<<21) >> 22 // the nearest quarter turn
	t := float32(v-quarter<<22) * (math.Pi / 2 * 0x1p-22)
	z = float32(t * t)
	s := float32(float32(horner(z, boxMullerSin[:])*z)*t) + t
	c := (float32(float32(horner(z, boxMullerCos[:])*z)*z) - float32(0.5*z)) + 1
	switch quarter & 3 {
	case 1:
		s, c = c, -s
	case 2:
		s, c = -s, -c
	case 3:
		s, c = -c, s
	}
	return float32(r * c), float32(r * s)
}

var (
	boxMullerLog = [...]float32{7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1,
		1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1}
	boxMullerSin = [...]float32{-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1}
	boxMullerCos = [...]float32{2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2}
)

// horner evaluates the polynomial with coefficients c, the highest power's
// first, at x, with each operation rounded.
func horner(x float32, c []float32) float32 {
	y := c[0]
	for _, a := range c[1:] {
		y = float32(y*x) + a
	}
	return y
}

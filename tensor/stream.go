package tensor

import (
	"hash/fnv"
	"math/bits"

	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// Stream is a sequence of random numbers named by a seed, a purpose and a step.
// It has no state: element i is a function of the name and of i, so a resumed
// run draws what the uninterrupted one would have drawn, and threads may fill
// ranges of a stream in any order. The bits are the same on every machine.
//
// Uniform, Normal and Perm of one stream read the same random words: use a
// purpose of its own for each draw. A stream has 2^34 elements.
type Stream struct{ words kernel.Philox }

// NewStream returns the stream of a seed (of the run), a purpose ("latents",
// "interpolation", the name of a weight) and a step. Streams that differ in seed
// or step share no block of Philox; two purposes would if their 32-bit FNV-1a
// hashes were equal.
func NewStream(seed uint64, purpose string, step uint64) Stream {
	h := fnv.New32a()
	h.Write([]byte(purpose)) // never fails
	return Stream{kernel.Philox{
		Key:     [2]uint32{uint32(seed), uint32(seed >> 32)},
		Counter: [3]uint32{h.Sum32(), uint32(step), uint32(step >> 32)},
	}}
}

// Uniform fills dst with the first elements, uniform on [lo, hi) in steps of
// (hi−lo)/2^24.
func (s Stream) Uniform(dst []float32, lo, hi float32) { s.words.Uniform(dst, 0, lo, hi) }

// UniformRange is Uniform for elements first, first+1, …
func (s Stream) UniformRange(dst []float32, first int, lo, hi float32) {
	s.words.Uniform(dst, first, lo, hi)
}

// Normal fills dst with the first elements, normal with mean 0 and variance 1.
// None is farther from 0 than 5.77.
func (s Stream) Normal(dst []float32) { s.words.Normal(dst, 0) }

// NormalRange is Normal for elements first, first+1, …
func (s Stream) NormalRange(dst []float32, first int) { s.words.Normal(dst, first) }

// Perm fills dst with a random order of 0 … len(dst)−1 (Fisher and Yates,
// Durstenfeld's form). The odds of the orders differ by less than len/2^64.
func (s Stream) Perm(dst []int32) {
	for i := range dst {
		dst[i] = int32(i)
	}
	for i := len(dst) - 1; i > 0; i-- {
		j, _ := bits.Mul64(s.word64(i), uint64(i)+1) // uniform on 0 … i
		dst[i], dst[j] = dst[j], dst[i]
	}
}

// word64 returns the i-th pair of words.
func (s Stream) word64(i int) uint64 {
	w := s.words.Block(uint32(i / 2))
	k := i % 2 * 2
	return uint64(w[k+1])<<32 | uint64(w[k])
}

package networks

import "github.com/ganzoo/ganzoo/bench/peers/training"

// A convolution of kernel 4×4 and stride 2 is one of kernel 2×2 and stride 1 on
// blocks of 2×2 pixels: the sum of four matrix products, one for each place (i,j)
// of a block in the window. No library here has a transposed convolution, nor a
// convolution as quick as its matrix product.
//
// B batch, H and W the smaller images' sides, C the larger images' channels, M the
// smaller ones'.

// kernelShape is that of a kernel in parts: (i,j), block row, block column and C, M.
func kernelShape(l training.Layer) []int {
	if l.Op == training.Halve {
		return []int{4, 4 * l.In, l.Out}
	}
	return []int{4, 4 * l.Out, l.In}
}

// inParts brings a kernel M×C×4×4 into parts, for all M and C alike: kernels of
// both directions have this layout.
func inParts(kernel []float32, l training.Layer) []float32 {
	m, c := l.Out, l.In
	if l.Op == training.Double {
		m, c = c, m
	}
	parts := make([]float32, len(kernel))
	for at, value := range kernel {
		x, y, channel, of := at%4, at/4%4, at/16%c, at/16/c
		place, inBlock := y/2*2+x/2, y%2*2+x%2
		parts[((place*4+inBlock)*c+channel)*m+of] = value
	}
	return parts
}

// halve takes images B×2H×2W×C to B×H×W×M.
func halve[N any](ops Ops[N], x, kernel N) N {
	x = blocks(ops, x) // B×(H+1)×(W+1)×4C
	shape := ops.Shape(x)
	batch, h, w, c4 := shape[0], shape[1]-1, shape[2]-1, shape[3]
	sum := sumOfParts(ops, kernel, func(i, j int, part N) N {
		window := ops.Slice(x, Span{1, i, i + h}, Span{2, j, j + w})
		return ops.MatMul(ops.Reshape(window, batch*h*w, c4), part)
	})
	return ops.Reshape(sum, batch, h, w, ops.Shape(kernel)[2])
}

// double takes images B×H×W×M to B×2H×2W×C: the adjoint of halve.
func double[N any](ops Ops[N], y, kernel N) N {
	shape := ops.Shape(y)
	batch, h, w := shape[0], shape[1], shape[2]
	rows := ops.Reshape(y, batch*h*w, shape[3])
	return pixels(ops, sumOfParts(ops, kernel, func(i, j int, part N) N {
		window := ops.Reshape(ops.MatMulTransposed(rows, part), batch, h, w, ops.Shape(part)[0])
		return pad(ops, pad(ops, window, 1, i, 1-i), 2, j, 1-j)
	}))
}

// sumOfParts adds up what becomes of each part of a kernel, 4C×M, for block (i,j).
func sumOfParts[N any](ops Ops[N], kernel N, of func(i, j int, part N) N) N {
	shape := ops.Shape(kernel)
	term := func(place int) N {
		part := ops.Reshape(ops.Slice(kernel, Span{0, place, place + 1}), shape[1], shape[2])
		return of(place/2, place%2, part)
	}
	sum := term(0)
	for place := 1; place < shape[0]; place++ {
		sum = ops.Add(sum, term(place))
	}
	return sum
}

// blocks pads images by one pixel all round and makes a pixel of each block of 2×2:
// B×2H×2W×C become B×(H+1)×(W+1)×4C.
func blocks[N any](ops Ops[N], x N) N {
	x = pad(ops, pad(ops, x, 1, 1, 1), 2, 1, 1)
	s := ops.Shape(x)
	h, w := s[1]/2, s[2]/2
	x = ops.Transpose(ops.Reshape(x, s[0], h, 2, w, 2, s[3]), 0, 1, 3, 2, 4, 5)
	return ops.Reshape(x, s[0], h, w, 4*s[3])
}

// pixels is the adjoint of blocks.
func pixels[N any](ops Ops[N], x N) N {
	s := ops.Shape(x)
	h, w, c := s[1], s[2], s[3]/4
	x = ops.Transpose(ops.Reshape(x, s[0], h, w, 2, 2, c), 0, 1, 3, 2, 4, 5)
	x = ops.Reshape(x, s[0], 2*h, 2*w, c)
	return ops.Slice(x, Span{1, 1, 2*h - 1}, Span{2, 1, 2*w - 1})
}

// pad puts zeros before and after the values along an axis.
func pad[N any](ops Ops[N], x N, axis, before, after int) N {
	var joined []N
	zeros := func(n int) {
		if n > 0 {
			shape := append([]int(nil), ops.Shape(x)...)
			shape[axis] = n
			joined = append(joined, ops.Zeros(shape...))
		}
	}
	zeros(before)
	joined = append(joined, x)
	zeros(after)
	return ops.Concat(axis, joined...)
}

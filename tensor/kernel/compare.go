package kernel

// Max computes dst = max(a, b), NaN where either is NaN. Where both are zero it
// takes b's sign.
func Max(dst, a, b []float32) {
	sameLengths(dst, a, b)
	twins[active].max(dst, a, b)
}

func maxGeneric(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i, x := range a {
		dst[i] = maximum(x, b[i])
	}
}

// maximum is Max of one pair, as the assembly has it: the builtin max differs
// in the sign of zero.
func maximum(x, y float32) float32 {
	if x > y || x != x {
		return x
	}
	return y
}

// Min computes dst = min(a, b), NaN where either is NaN. Where both are zero it
// takes b's sign.
func Min(dst, a, b []float32) {
	sameLengths(dst, a, b)
	twins[active].min(dst, a, b)
}

func minGeneric(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i, x := range a {
		dst[i] = minimum(x, b[i])
	}
}

func minimum(x, y float32) float32 {
	if x < y || x != x {
		return x
	}
	return y
}

// Greater computes dst = 1 where a > b, else 0.
func Greater(dst, a, b []float32) {
	sameLengths(dst, a, b)
	twins[active].greater(dst, a, b)
}

func greaterGeneric(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i, x := range a {
		dst[i] = indicator(x > b[i])
	}
}

// GreaterOrEqual computes dst = 1 where a ≥ b, else 0.
func GreaterOrEqual(dst, a, b []float32) {
	sameLengths(dst, a, b)
	twins[active].greaterOrEqual(dst, a, b)
}

func greaterOrEqualGeneric(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i, x := range a {
		dst[i] = indicator(x >= b[i])
	}
}

// Equal computes dst = 1 where a = b, else 0.
func Equal(dst, a, b []float32) {
	sameLengths(dst, a, b)
	twins[active].equal(dst, a, b)
}

func equalGeneric(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i, x := range a {
		dst[i] = indicator(x == b[i])
	}
}

func indicator(b bool) float32 {
	if b {
		return 1
	}
	return 0
}

// Where computes dst = a where cond is not zero (NaN is not), else b.
func Where(dst, cond, a, b []float32) {
	sameLengths(dst, cond, a)
	sameLength(dst, b)
	twins[active].where(dst, cond, a, b)
}

func whereGeneric(dst, cond, a, b []float32) {
	cond, a, b = cond[:len(dst)], a[:len(dst)], b[:len(dst)]
	for i, c := range cond {
		if c != 0 {
			dst[i] = a[i]
		} else {
			dst[i] = b[i]
		}
	}
}

// Sign computes dst = 1 where a is positive, −1 where it is negative, and a
// itself where it is ±0 or NaN.
func Sign(dst, a []float32) {
	sameLength(dst, a)
	twins[active].sign(dst, a)
}

func signGeneric(dst, a []float32) {
	dst = dst[:len(a)]
	for i, x := range a {
		switch {
		case x > 0:
			x = 1
		case x < 0:
			x = -1
		}
		dst[i] = x
	}
}

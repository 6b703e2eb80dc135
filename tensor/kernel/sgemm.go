package kernel

// Sgemm computes C = alpha·op(A)·op(B) + beta·C on one thread.
//
// op(A) is m×k, op(B) is k×n and C is m×n, all row-major: element (i,j) of a
// matrix lies at i·ld + j. op(X) is Xᵀ where the flag is set: A is then stored
// k×m, B n×k. When beta is 0, C is overwritten whatever it held. NaN and Inf
// in A and B pass on as IEEE 754 says. The order of the sum for an element
// depends on k alone. It panics on negative sizes and on slices that are too
// short.
func Sgemm(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	(*Pool)(nil).Sgemm(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

// Sgemm is the function Sgemm with the outputs split over the threads of p.
// The result is the same to the bit for any number of threads.
func (p *Pool) Sgemm(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	for i := range m {
		for j := range n {
			var sum float32
			for l := range k {
				var x, y float32
				if transA {
					x = a[l*lda+i]
				} else {
					x = a[i*lda+l]
				}
				if transB {
					y = b[j*ldb+l]
				} else {
					y = b[l*ldb+j]
				}
				sum += x * y
			}
			if beta == 0 {
				c[i*ldc+j] = alpha * sum
			} else {
				c[i*ldc+j] = alpha*sum + beta*c[i*ldc+j]
			}
		}
	}
}

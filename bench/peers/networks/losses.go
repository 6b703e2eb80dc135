package networks

import "github.com/ganzoo/ganzoo/bench/peers/training"

// DiscriminatorLoss of real and fake images, rows of pixels, and the draws that the
// penalty asks for: B×1 or B×pixels.
func DiscriminatorLoss[N any](ops Ops[N], w training.Work, d *Network[N], real, fake, draws N) N {
	scoreReal, scoreFake := d.both(w, real, fake)
	var loss N
	switch w.Variant {
	case "lsgan":
		loss = ops.Scale(ops.Add(ops.Mean(square(ops, ops.Offset(scoreReal, -1))), ops.Mean(square(ops, scoreFake))), 0.5)
	case "wgangp":
		loss = ops.Sub(ops.Mean(scoreFake), ops.Mean(scoreReal))
	default: // the cross entropy of gan and dragan
		loss = ops.Add(ops.Mean(ops.Softplus(ops.Scale(scoreReal, -1))), ops.Mean(ops.Softplus(scoreFake)))
	}
	switch w.Penalty {
	case training.Between: // at fake + α·(real − fake)
		return ops.Add(loss, penalty(ops, w, d, ops.Add(fake, ops.MulRows(ops.Sub(real, fake), draws))))
	case training.Around: // at real + ½·std·δ
		noise := ops.MulScalar(ops.Scale(draws, 0.5), ops.Deviation(real))
		return ops.Add(loss, penalty(ops, w, d, ops.Add(real, noise)))
	}
	return loss
}

// GeneratorLoss of fake images.
func GeneratorLoss[N any](ops Ops[N], w training.Work, d *Network[N], fake N) N {
	score := d.Apply(fake)
	switch w.Variant {
	case "lsgan":
		return ops.Scale(ops.Mean(square(ops, ops.Offset(score, -1))), 0.5)
	case "wgangp":
		return ops.Scale(ops.Mean(score), -1)
	}
	return ops.Mean(ops.Softplus(ops.Scale(score, -1)))
}

// both applies the discriminator to real and fake images: at once, unless it has
// statistics of the batch.
func (n *Network[N]) both(w training.Work, real, fake N) (N, N) {
	if w.NormD {
		return n.Apply(real), n.Apply(fake)
	}
	scores := n.Apply(n.ops.Concat(0, real, fake))
	return n.ops.Slice(scores, Span{0, 0, w.Batch}), n.ops.Slice(scores, Span{0, w.Batch, 2 * w.Batch})
}

// penalty is λ·E(‖∇D(x)‖ − 1)².
func penalty[N any](ops Ops[N], w training.Work, d *Network[N], x N) N {
	excess := ops.Offset(ops.RowNorms(d.InputGradients(x)), -1)
	return ops.Scale(ops.Mean(square(ops, excess)), w.Lambda)
}

func square[N any](ops Ops[N], x N) N { return ops.Mul(x, x) }

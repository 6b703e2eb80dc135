package rewrite

import "strconv"

// Truncate multiplies the input z by ψ, 0 < ψ ≤ 1: latents of N(0, 1) become those
// of N(0, ψ²), which trades variety for pictures nearer to the typical one (the
// truncation trick as StyleGAN has it, Karras et al. 2019, arXiv:1812.04948, on
// the latents themselves). Other priors have no tails to cut and are refused.
func (m *Model) Truncate(psi float64) error {
	if prior := m.Metadata("ganzoo.prior"); prior != "normal" {
		return unsuited("latents of the prior %q cannot be truncated", "--truncation", "leave it out, or train with --set prior=normal", prior)
	}
	scaled := m.name("z.truncated")
	m.after("z", m.operate("Mul", scaled, nil, "z", m.addFloat("truncation", float32(psi))))
	m.SetMetadata("ganzoo.truncation", strconv.FormatFloat(psi, 'g', -1, 64))
	return nil
}

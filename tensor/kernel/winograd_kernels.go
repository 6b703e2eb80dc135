package kernel

// filterKernels are transformed kernels as the left operands of the positions'
// products: rows are channels of what is computed, the sum goes over channels of what
// is read and their phases. Parts are groups of those channels.
type filterKernels struct {
	f    *filterSum
	w    []float32
	data []float32 // by phase of dst, position, block of terms and panel
}

// kernelChannels is how many channels of the sum a part transforms.
const kernelChannels = 16

func (k *filterKernels) set(f *filterSum, w []float32) {
	phases := 1
	if f.inputGrad {
		phases = phasesOfImage
	}
	k.f, k.w = f, w
	k.data = grown(k.data, phases*positionsOfTile*f.rows*f.steps)
}

func (k *filterKernels) parts() int { return ceil(k.f.steps/k.f.perChannel, kernelChannels) }

// panels are those of a phase and position for so many terms from l on, from row i
// on.
func (k *filterKernels) panels(phase, position, l, terms, i int) []float32 {
	return k.data[(phase*positionsOfTile+position)*k.f.rows*k.f.steps+k.f.rows*l+i*terms:]
}

// Do transforms the kernels of some channels.
func (k *filterKernels) Do(part int) {
	f, g := k.f, &k.f.geometry
	t := &tileSets[active]
	s := filterScratches.get()
	defer filterScratches.put(s)

	first := part * kernelChannels
	l := first * f.perChannel / f.depth * f.depth // where its block of terms begins
	depth := min(f.depth, f.steps-l)
	height := t.height
	for i := range positionsOfTile {
		s.places[i] = 4 * i * f.rows * f.steps
	}
	// Where turned has element (kh,kw) = (0,0), channel after channel, and the other
	// elements.
	var step, stride int
	if f.inputGrad { // rows (kh,kw) of all (m,c)
		step, stride = g.C, kernelChannels*g.C+unitLanes
		s.turned = grown(s.turned, kernelArea*stride)
		for i := 0; i < kernelChannels*g.C; i += t.lanes {
			t.packLanes(&s.turned[i], &k.w[(first*g.C+i)*kernelArea], kernelArea/t.lanes, kernelArea, stride)
		}
	} else { // rows (c,kh,kw) of all m
		step, stride = kernelArea*g.M, g.M
		s.turned = grown(s.turned, kernelChannels*kernelArea*g.M)
		for m := 0; m < g.M; m += t.lanes {
			t.packLanes(&s.turned[m], &k.w[(m*g.C+first)*kernelArea], kernelChannels*kernelArea/t.lanes, g.C*kernelArea, g.M)
		}
	}
	for phase := range s.taps {
		for i := range s.taps[phase] {
			// Elements of a phase are two apart.
			kh, kw := 2*(i/2)+phase/2, 2*(i%2)+phase%2
			if f.inputGrad { // it meets them in descending order
				kh, kw = kh^2, kw^2
			}
			s.taps[phase][i] = 4 * stride * (4*kh + kw)
		}
	}
	for i := 0; i < f.rows; i += height {
		for phase := range s.taps {
			ofDst, ofSrc := phase, 0
			if !f.inputGrad {
				ofDst, ofSrc = 0, phase
			}
			dst := k.panels(ofDst, 0, l, depth, i)[(first*f.perChannel+ofSrc-l)*height:]
			t.filter.tilesOfKernels(&dst[0], &s.turned[i], &s.taps[phase][0], &s.places[0], kernelChannels, f.perChannel*height, step)
		}
	}
}

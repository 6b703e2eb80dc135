package metrics

import "math"

// flowPlan solves the primal programme of EMD as a flow of least cost, by
// successive shortest paths: weight goes from a bin that has some left to the
// nearest that wants some, over detours that take back what was sent before.
// Lengths are reduced by potentials that keep them from being negative, so each
// path is found by Dijkstra's method, on the dense graph without a queue (Ahuja,
// Magnanti and Orlin, Network Flows, section 9.7). Costs are N×M, all weights
// above zero. A path takes N·M steps at most, and there are some N+M.
func flowPlan(p, q, cost []float64) []float64 {
	s := newFlow(p, q, cost)
	for i := range s.supply {
		for s.supply[i] > s.dust {
			end := s.search(i)
			if end < 0 {
				break // what is left of the weights is rounding
			}
			s.send(i, end)
		}
	}
	return s.plan
}

type flow struct {
	n, m           int
	cost, plan     []float64
	supply, demand []float64 // what is left
	dust           float64   // weight that is rounding

	// Bins of both sides are nodes: 0 … n−1 and n … n+m−1.
	potential []float64 // u: the reduced length of i → j is c + u[i] − u[j] ≥ 0
	distance  []float64 // of the search under way
	before    []int     // the node before on the path
	done      []bool
}

func newFlow(p, q, cost []float64) *flow {
	n, m := len(p), len(q)
	s := &flow{
		n: n, m: m, cost: cost, plan: make([]float64, n*m),
		supply: append([]float64(nil), p...), demand: append([]float64(nil), q...),
		dust:      1e-14,
		potential: make([]float64, n+m), distance: make([]float64, n+m), before: make([]int, n+m), done: make([]bool, n+m),
	}
	for j := range m { // costs may be negative: begin with the least into each bin
		least := math.Inf(1)
		for i := range n {
			least = min(least, cost[i*m+j])
		}
		s.potential[n+j] = least
	}
	return s
}

// search finds the nearest bin with demand from bin start, and moves the
// potentials so that the path to it has length 0. It returns that bin's node,
// or −1.
func (s *flow) search(start int) int {
	for k := range s.distance {
		s.distance[k], s.before[k], s.done[k] = math.Inf(1), -1, false
	}
	s.distance[start] = 0
	for {
		at := s.nearest()
		if at < 0 {
			return -1
		}
		s.done[at] = true
		if at >= s.n && s.demand[at-s.n] > s.dust {
			reach := s.distance[at]
			for k, d := range s.distance {
				s.potential[k] += min(d, reach)
			}
			return at
		}
		s.relax(at)
	}
}

// nearest returns the open node with the least finite distance, or −1.
func (s *flow) nearest() int {
	at, least := -1, math.Inf(1)
	for k, d := range s.distance {
		if d < least && !s.done[k] {
			at, least = k, d
		}
	}
	return at
}

// relax offers the node's neighbours a path through it: forward to every bin,
// back where weight was sent.
func (s *flow) relax(at int) {
	base := s.distance[at] + s.potential[at]
	if at < s.n {
		for j, c := range s.cost[at*s.m:][:s.m] {
			s.offer(at, s.n+j, base+c)
		}
		return
	}
	j := at - s.n
	for i := range s.n {
		if s.plan[i*s.m+j] > s.dust {
			s.offer(at, i, base-s.cost[i*s.m+j])
		}
	}
}

func (s *flow) offer(from, to int, reached float64) {
	if d := reached - s.potential[to]; d < s.distance[to] && !s.done[to] {
		s.distance[to], s.before[to] = d, from
	}
}

// send moves as much as the path allows.
func (s *flow) send(start, end int) {
	amount := min(s.supply[start], s.demand[end-s.n])
	for at := end; at != start; at = s.before[at] {
		if at < s.n { // reached backwards, from the bin before
			amount = min(amount, s.plan[at*s.m+s.before[at]-s.n])
		}
	}
	for at := end; at != start; at = s.before[at] {
		if at < s.n {
			s.plan[at*s.m+s.before[at]-s.n] -= amount
		} else {
			s.plan[s.before[at]*s.m+at-s.n] += amount
		}
	}
	s.supply[start] -= amount
	s.demand[end-s.n] -= amount
}

package onnxrun

import "slices"

// attribute returns the attribute of the type of fallback, or fallback.
func attribute[T any](c *call, name string, fallback T) T {
	c.read[name] = true
	v, ok := c.attributes[name]
	if !ok {
		return fallback
	}
	t, ok := v.(T)
	if !ok {
		c.refuse("attribute %s has the wrong type %T", name, v)
	}
	return t
}

// flag returns an integer attribute that means yes or no.
func (c *call) flag(name string) bool { return attribute(c, name, int64(0)) != 0 }

// expect refuses any value of an integer attribute but the one given.
func (c *call) expect(name string, only int64) {
	if v := attribute(c, name, only); v != only {
		c.refuse("attribute %s = %d is not supported", name, v)
	}
}

// spatial returns an attribute of n integers, each at least low; fill for all
// where it is left out.
func (c *call) spatial(name string, n int, fill, low int64) []int {
	list := attribute(c, name, []int64(nil))
	if list == nil {
		list = slices.Repeat([]int64{fill}, n)
	}
	if len(list) != n {
		c.refuse("attribute %s has %d values; want %d", name, len(list), n)
	}
	for _, v := range list {
		if v < low || v > maxElements {
			c.refuse("attribute %s has the value %d", name, v)
		}
	}
	return c.extents(list)
}

// checkAllRead refuses attributes that the operator's function did not ask for.
func (c *call) checkAllRead() {
	var left []string
	for name := range c.attributes {
		if !c.read[name] {
			left = append(left, name)
		}
	}
	if len(left) > 0 {
		slices.Sort(left)
		c.refuse("attribute %s is not supported", left[0])
	}
}

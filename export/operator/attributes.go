package operator

import "slices"

// attribute returns the attribute of the type of fallback, or fallback.
func attribute[T any](u *use, name string, fallback T) T {
	u.read[name] = true
	v, ok := u.Attributes[name]
	if !ok {
		return fallback
	}
	t, ok := v.(T)
	if !ok {
		u.refuse("attribute %s has the wrong type %T", name, v)
	}
	return t
}

// flag returns an integer attribute that means yes or no.
func (u *use) flag(name string) bool { return attribute(u, name, int64(0)) != 0 }

// expect refuses any value of an integer attribute but the one given.
func (u *use) expect(name string, only int64) {
	if v := attribute(u, name, only); v != only {
		u.refuse("attribute %s = %d is not supported", name, v)
	}
}

// spatial returns an attribute of n integers, each at least low; fill for all
// where it is left out.
func (u *use) spatial(name string, n int, fill, low int64) []int {
	list := attribute(u, name, []int64(nil))
	if list == nil {
		list = slices.Repeat([]int64{fill}, n)
	}
	if len(list) != n {
		u.refuse("attribute %s has %d values; want %d", name, len(list), n)
	}
	for _, v := range list {
		if v < low || v > MaxElements {
			u.refuse("attribute %s has the value %d", name, v)
		}
	}
	return u.extents(list)
}

// checkAllRead refuses attributes that the operator's function did not ask for.
func (u *use) checkAllRead() {
	var left []string
	for name := range u.Attributes {
		if !u.read[name] {
			left = append(left, name)
		}
	}
	if len(left) > 0 {
		slices.Sort(left)
		u.refuse("attribute %s is not supported", left[0])
	}
}

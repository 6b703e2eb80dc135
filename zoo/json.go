package zoo

import (
	"encoding/json"
	"math"
)

// finite is a float64 that JSON can carry: what is not a finite number is null
// and reads back as NaN. A diverging training reports such losses.
type finite float64

func (f finite) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(f))
}

func (f *finite) UnmarshalJSON(raw []byte) error {
	if string(raw) == "null" {
		*f = finite(math.NaN())
		return nil
	}
	return json.Unmarshal(raw, (*float64)(f))
}

// The plain types have the fields but not the methods, and the outer field
// hides the inner one of the same name.
type (
	plainEvent Event
	eventJSON  struct {
		*plainEvent
		Losses map[string]finite `json:"losses,omitempty"`
	}
	plainMeasure Measure
	measureJSON  struct {
		*plainMeasure
		Value finite `json:"value"`
	}
)

// MarshalJSON writes an event as one object; NaN and infinite losses are null,
// and other figures that are not finite are left out.
func (e Event) MarshalJSON() ([]byte, error) {
	for _, v := range []*float64{&e.Epoch, &e.Elapsed, &e.Remaining, &e.ImagesPerSecond} {
		if math.IsNaN(*v) || math.IsInf(*v, 0) {
			*v = 0
		}
	}
	out := eventJSON{plainEvent: (*plainEvent)(&e)}
	if e.Losses != nil {
		out.Losses = make(map[string]finite, len(e.Losses))
		for k, v := range e.Losses {
			out.Losses[k] = finite(v)
		}
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote; a null loss is NaN.
func (e *Event) UnmarshalJSON(raw []byte) error {
	in := eventJSON{plainEvent: (*plainEvent)(e)}
	if err := json.Unmarshal(raw, &in); err != nil {
		return err
	}
	if in.Losses != nil {
		e.Losses = make(map[string]float64, len(in.Losses))
		for k, v := range in.Losses {
			e.Losses[k] = float64(v)
		}
	}
	return nil
}

// MarshalJSON writes a measure; a value that is not finite is null.
func (m Measure) MarshalJSON() ([]byte, error) {
	return json.Marshal(measureJSON{(*plainMeasure)(&m), finite(m.Value)})
}

// UnmarshalJSON reads what MarshalJSON wrote; a null value is NaN.
func (m *Measure) UnmarshalJSON(raw []byte) error {
	in := measureJSON{plainMeasure: (*plainMeasure)(m)}
	if err := json.Unmarshal(raw, &in); err != nil {
		return err
	}
	m.Value = float64(in.Value)
	return nil
}

// What run.mjs and web.mjs share: their command line and the comparison.
import { head, readNpy } from './npy.mjs';

// asked reads MODEL.onnx EXPECTED.npy TOLERANCE BATCHES name=FILE.npy…
export function asked([model, expected, tolerance, batches, ...inputs]) {
  return {
    model,
    want: readNpy(expected),
    tolerance: Number(tolerance),
    batches: batches.split(',').map(Number),
    inputs: Object.fromEntries(inputs.map((arg) => {
      const at = arg.indexOf('=');
      return [arg.slice(0, at), readNpy(arg.slice(at + 1))];
    })),
  };
}

// feeds are the inputs' first n examples as {name: {dims, data}}.
export function feeds({ inputs }, n) {
  return Object.fromEntries(Object.entries(inputs).map(([name, array]) => {
    const { shape, data } = head(array, n);
    return [name, { dims: shape, data }];
  }));
}

// report compares an answer to the first n examples and prints a line; it returns
// whether the answer is near enough.
export function report(consumer, { want, tolerance }, n, got) {
  const part = head(want, n);
  if (got.dims.join() !== part.shape.join()) {
    console.log(`${consumer}, batch ${n}: shape ${got.dims}; want ${part.shape}`);
    return false;
  }
  let largest = 0;
  for (let i = 0; i < part.data.length; i++) {
    const d = Math.abs(got.data[i] - part.data[i]);
    largest = Number.isNaN(d) ? Infinity : Math.max(largest, d);
  }
  const ok = largest <= tolerance;
  console.log(`${consumer}, batch ${n}: largest difference ${largest.toExponential(1)}${ok ? '' : `, above ${tolerance}`}`);
  return ok;
}

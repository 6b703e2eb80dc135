// What run.mjs and web.mjs share: their command line and the comparison.
import { head, readNpy } from './npy.mjs';

// asked reads MODEL.onnx EXPECTED TOLERANCE BATCHES name=FILE.npy…, where EXPECTED
// is a file of what the first output is to be, or output=FILE.npy,output=FILE.npy….
export function asked([model, expected, tolerance, batches, ...inputs]) {
  return {
    model,
    wants: expected.split(',').map(named),
    tolerance: Number(tolerance),
    batches: batches.split(',').map(Number),
    inputs: Object.fromEntries(inputs.map(named)),
  };
}

// named is [name, array] of name=FILE.npy; without a name it is empty.
function named(arg) {
  const at = arg.indexOf('=');
  return [arg.slice(0, Math.max(at, 0)), readNpy(arg.slice(at + 1))];
}

// feeds are the inputs' first n examples as {name: {dims, data}}.
export function feeds({ inputs }, n) {
  return Object.fromEntries(Object.entries(inputs).map(([name, array]) => {
    const { shape, data } = head(array, n);
    return [name, { dims: shape, data }];
  }));
}

// report compares the answers to the first n examples, {name: {dims, data}}, and
// prints a line; it returns whether they are near enough.
export function report(consumer, { wants, tolerance }, n, answers) {
  let largest = 0;
  for (const [name, array] of wants) {
    const got = name ? answers[name] : Object.values(answers)[0];
    const part = head(array, n);
    if (got?.dims.join() !== part.shape.join()) {
      console.log(`${consumer}, batch ${n}: shape ${got?.dims}; want ${part.shape}`);
      return false;
    }
    for (let i = 0; i < part.data.length; i++) {
      const d = Math.abs(got.data[i] - part.data[i]);
      largest = Number.isNaN(d) ? Infinity : Math.max(largest, d);
    }
  }
  const ok = largest <= tolerance;
  console.log(`${consumer}, batch ${n}: largest difference ${largest.toExponential(1)}${ok ? '' : `, above ${tolerance}`}`);
  return ok;
}

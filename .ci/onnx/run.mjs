// Runs a model with onnxruntime and prints the largest difference from what the
// generator gave.
//
//   node run.mjs MODEL.onnx EXPECTED.npy TOLERANCE BATCHES z=Z.npy [y=Y.npy]
import ort from 'onnxruntime-node';
import { head, readNpy } from './npy.mjs';

const [model, expected, tolerance, batches, ...inputs] = process.argv.slice(2);
const session = await ort.InferenceSession.create(model, { logSeverityLevel: 3 });
const want = readNpy(expected);
const given = inputs.map((arg) => {
  const at = arg.indexOf('=');
  return [arg.slice(0, at), readNpy(arg.slice(at + 1))];
});

let failed = false;
for (const n of batches.split(',').map(Number)) {
  const feeds = {};
  for (const [name, array] of given) {
    const { shape, data } = head(array, n);
    feeds[name] = new ort.Tensor(data instanceof BigInt64Array ? 'int64' : 'float32', data, shape);
  }
  const got = (await session.run(feeds))[session.outputNames[0]];
  const part = head(want, n);
  if (got.dims.join() !== part.shape.join()) {
    console.error(`onnxruntime, batch ${n}: shape ${got.dims}; want ${part.shape}`);
    failed = true;
    continue;
  }
  let largest = 0;
  for (let i = 0; i < part.data.length; i++) {
    const d = Math.abs(got.data[i] - part.data[i]);
    largest = Number.isNaN(d) ? Infinity : Math.max(largest, d);
  }
  const ok = largest <= Number(tolerance);
  console.log(`onnxruntime ${ort.env.versions.node}, batch ${n}: largest difference ${largest.toExponential(2)}${ok ? '' : `, above ${tolerance}`}`);
  failed ||= !ok;
}
process.exit(failed ? 1 : 0);

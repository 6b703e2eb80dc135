// Runs a model with onnxruntime and prints the largest difference from what the
// generator gave.
//
//   node run.mjs MODEL.onnx EXPECTED TOLERANCE BATCHES INPUT=FILE.npy...
import ort from 'onnxruntime-node';
import { asked, feeds, report } from './compare.mjs';

const question = asked(process.argv.slice(2));
const session = await ort.InferenceSession.create(question.model, { logSeverityLevel: 3 });
let failed = false;
for (const n of question.batches) {
  const tensors = {};
  for (const [name, { dims, data }] of Object.entries(feeds(question, n))) tensors[name] = new ort.Tensor(data instanceof BigInt64Array ? 'int64' : 'float32', data, dims);
  if (!report(`onnxruntime ${ort.env.versions.node}`, question, n, await session.run(tensors))) failed = true;
}
process.exit(failed ? 1 : 0);

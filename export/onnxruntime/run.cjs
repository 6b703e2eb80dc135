// Runs DIR/model.onnx on the arrays that DIR/inputs.json lists, {name: {file,
// type, dims}}; writes the outputs into DIR and prints {version, outputs}, the
// outputs listed likewise. Arrays are little-endian.
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const ort = require(require.resolve('onnxruntime-node', { paths: [process.cwd()] }));

const dir = process.argv[2];

async function main() {
  const session = await ort.InferenceSession.create(join(dir, 'model.onnx'), { logSeverityLevel: 3 });
  const feeds = {};
  for (const [name, { file, type, dims }] of Object.entries(JSON.parse(readFileSync(join(dir, 'inputs.json'))))) {
    const bytes = new Uint8Array(readFileSync(join(dir, file))); // a copy, so that it is aligned
    feeds[name] = new ort.Tensor(type, new Float32Array(bytes.buffer), dims);
  }
  const outputs = {};
  for (const [name, { type, dims, data }] of Object.entries(await session.run(feeds))) {
    const file = `output${Object.keys(outputs).length}`;
    writeFileSync(join(dir, file), new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    outputs[name] = { file, type, dims };
  }
  console.log(JSON.stringify({ version: ort.env.versions.node, outputs }));
}

main().catch((error) => {
  console.error(`Error: ${error.message}`);
  process.exit(1);
});

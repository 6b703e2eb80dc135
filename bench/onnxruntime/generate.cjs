// Makes images with an exported generator in onnxruntime for some seconds and
// prints, as JSON, how many a second:
//
//   node bench/onnxruntime/generate.cjs MODEL.onnx BATCH THREADS WARM_UP SECONDS
//
// Without arguments it prints the version alone. The package is looked for from
// the working folder upwards, in NODE_PATH, and where CI installs it.
const ort = require(require.resolve('onnxruntime-node', { paths: [process.cwd(), `${process.cwd()}/.ci/onnx`] }));

async function main([model, ...numbers]) {
  const [batch, threads, warmUp, seconds] = numbers.map(Number);
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: threads, executionMode: 'sequential', graphOptimizationLevel: 'all', logSeverityLevel: 3,
  });
  const latent = session.inputMetadata[0].shape[1];
  const z = new ort.Tensor('float32', Float32Array.from({ length: batch * latent }, () => 2 * Math.random() - 1), [batch, latent]);

  // The same latents again and again: drawing them is no part of this.
  const rate = async (duration) => {
    const begin = performance.now();
    for (let images = batch; ; images += batch) {
      await session.run({ z });
      const elapsed = (performance.now() - begin) / 1000;
      if (elapsed >= duration) return images / elapsed;
    }
  };
  await rate(warmUp);
  return { images_per_second: await rate(seconds) };
}

const args = process.argv.slice(2);
(args.length ? main(args) : Promise.resolve({}))
  .then((result) => console.log(JSON.stringify({ ...result, version: ort.env.versions.node })))
  .catch((error) => {
    console.error(`Error: ${error.message}`);
    process.exit(1);
  });

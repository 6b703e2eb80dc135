// Runs models with onnxruntime-web in headless Chromium, all in one page:
//
//   node web.mjs QUESTIONS.json
//
// QUESTIONS is a list of the command lines that run.mjs takes, as lists of words.
// What is printed about a model follows a line "# MODEL.onnx".
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asked, feeds, report } from './compare.mjs';

const dist = join(dirname(fileURLToPath(import.meta.url)), 'node_modules', 'onnxruntime-web', 'dist');
const questions = JSON.parse(readFileSync(process.argv[2], 'utf8')).map(asked);

// The page asks for one run after the other and tells what it got.
const page = `<!doctype html><script type="module">
import * as ort from '/dist/ort.wasm.bundle.min.mjs';
ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = '/dist/';
const runs = await (await fetch('/runs')).json();
const answers = [];
let model, session;
for (const run of runs) {
  try {
    if (run.model !== model) {
      model = run.model;
      session = await ort.InferenceSession.create('/model/' + model);
    }
    const feeds = {};
    for (const [name, { dims, data }] of Object.entries(run.feeds)) feeds[name] = new ort.Tensor('float32', Float32Array.from(data), dims);
    const results = Object.entries(await session.run(feeds));
    answers.push({ results: Object.fromEntries(results.map(([name, { dims, data }]) => [name, { dims, data: Array.from(data) }])) });
  } catch (error) {
    answers.push({ error: String(error.message ?? error) });
  }
}
await fetch('/answers', { method: 'POST', body: JSON.stringify({ version: ort.env.versions.web, answers }) });
</script>`;

const runs = questions.flatMap((q, model) => q.batches.map((n) => ({
  model,
  feeds: Object.fromEntries(Object.entries(feeds(q, n)).map(([name, { dims, data }]) => [name, { dims, data: Array.from(data) }])),
})));

const profile = mkdtempSync(join(tmpdir(), 'onnx-web-'));
let browser;

function finish(status) {
  browser?.kill('SIGKILL');
  browser?.on('exit', () => {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    process.exit(status);
  });
}

function judge({ version, answers }) {
  let failed = false;
  questions.forEach((q) => {
    console.log(`# ${q.model}`);
    for (const n of q.batches) {
      const got = answers.shift();
      if (got.error) console.log(`onnxruntime-web ${version}, batch ${n}: ${got.error}`);
      if (got.error || !report(`onnxruntime-web ${version}`, q, n, got.results)) failed = true;
    }
  });
  finish(failed ? 1 : 0);
}

const types = { mjs: 'text/javascript', wasm: 'application/wasm' };
const server = createServer((request, response) => {
  const { url } = request;
  if (url === '/') return response.setHeader('content-type', 'text/html').end(page);
  if (url === '/runs') return response.end(JSON.stringify(runs));
  if (url.startsWith('/model/')) return response.end(readFileSync(questions[Number(url.slice(7))].model));
  if (/^\/dist\/[\w.-]+$/.test(url)) {
    return response.setHeader('content-type', types[url.split('.').pop()]).end(readFileSync(join(dist, url.slice(6))));
  }
  if (url === '/answers') {
    let body = '';
    request.on('data', (part) => { body += part; });
    return request.on('end', () => { response.end(); judge(JSON.parse(body)); });
  }
  response.writeHead(404).end();
});
server.listen(0, '127.0.0.1', () => {
  browser = spawn('chromium', [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', `--user-data-dir=${profile}`, `http://127.0.0.1:${server.address().port}/`,
  ], { stdio: 'ignore' });
  browser.on('error', (error) => { console.error(error.message); process.exit(1); });
});
setTimeout(() => { console.error('the browser did not answer within three minutes'); finish(1); }, 180_000);

// The page: a grid of pictures to choose from, sliders that move the chosen one
// through latent space, and a walk between two of them.

const $ = (id) => document.getElementById(id);

function bytesOf(id) {
  const text = atob($(id).textContent);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

const model = JSON.parse($('data').textContent);
const executor = new Executor(model.program, bytesOf('weights').buffer, bytesOf('wasm'));
const images = model.shape.length === 3;
const [channels, height, width] = images ? model.shape : [1, 1, 2];
const across = 8; // pictures in a row of the grid
const gap = 2; // pixels between pictures
const frames = 8; // of a walk
const reach = 4; // how far a slider goes, in units of the prior's spread
const everyClass = -1;

const { codes } = model;

// parts are the model's inputs out of a latent vector: noise, then codes.
const parts = [{ name: 'z', at: 0, width: model.plain }, ...codes];
const numbers = codes.filter((c) => !c.categories);
const categories = codes.filter((c) => c.categories);

// axes are what sliders move along: codes that are numbers, then directions of the
// rest of the latents.
const axes = [
  ...numbers.map((c) => ({ name: c.name, says: `Code ${c.name}`, reach: 2, vector: unit(c.at) })),
  ...model.directions.map((vector, d) => ({ name: `${d + 1}`, says: `Direction ${d + 1}`, reach, vector })),
];

function unit(at) {
  const v = new Float32Array(model.latent);
  v[at] = 1;
  return v;
}

const state = {
  latents: new Float32Array(bytesOf('latents').buffer), // of the grid, before sliders
  labels: model.labels ?? [],
  chosen: 0,
  offsets: axes.map(() => 0),
  kept: { a: null, b: null }, // {z, label}
};

const count = () => state.latents.length / model.latent;
const latentOf = (i) => state.latents.slice(i * model.latent, (i + 1) * model.latent);

// generate makes one picture of each latent vector, −1…1, channels first.
function generate(list) {
  const inputs = {};
  for (const part of parts) {
    const data = new Float32Array(list.length * part.width);
    list.forEach((item, i) => data.set(item.z.subarray(part.at, part.at + part.width), i * part.width));
    inputs[part.name] = { shape: [list.length, part.width], data };
  }
  if (model.classes) {
    const y = new Float32Array(list.length * model.classes);
    list.forEach((item, i) => { y[i * model.classes + item.label] = 1; });
    inputs.y = { shape: [list.length, model.classes], data: y };
  }
  return executor.run(inputs, model.output).data;
}

// normal draws from N(0, 1) (Box and Muller); uniform from −1…1.
const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
const draw = model.prior === 'uniform' ? () => 2 * Math.random() - 1 : normal;

// drawn is new latents for the whole grid, codes by their own kind.
function drawn() {
  const z = state.latents.map(draw);
  for (let row = 0; row < z.length; row += model.latent) {
    for (const c of numbers) z[row + c.at] = 2 * Math.random() - 1;
    for (const c of categories) category(z.subarray(row, row + model.latent), c, Math.floor(Math.random() * c.categories));
  }
  return z;
}

function category(z, code, k) {
  z.fill(0, code.at, code.at + code.width);
  z[code.at + k] = 1;
}

// moved is a latent vector with the variety, the picked codes and the sliders'
// offsets.
function moved(z, sliders) {
  const spread = model.prior === 'uniform' ? 1 : Number($('spread').value);
  const out = z.map((v, i) => (i < model.plain ? v * spread : v));
  for (const picker of $('codes').querySelectorAll('select')) {
    if (Number(picker.value) !== everyClass) category(out, categories[picker.dataset.code], Number(picker.value));
  }
  if (sliders) {
    state.offsets.forEach((offset, d) => {
      if (offset) axes[d].vector.forEach((v, i) => { out[i] += offset * v; });
    });
  }
  return out;
}

function labelOf(i) {
  const picked = model.classes ? Number($('class').value) : everyClass;
  return picked === everyClass ? (state.labels[i] ?? i % Math.max(1, model.classes)) : picked;
}

const itemOf = (i) => ({ z: moved(latentOf(i), $('all').checked || i === state.chosen), label: labelOf(i) });

// level maps −1…1 to 0…255, as zoo's own pictures do.
const level = (v) => Math.floor(Math.min(255, Math.max(0, Math.fround(Math.fround(v + 1) * 127.5) + 0.5)));

// paint draws picture i of `data` at a place of a canvas.
function paint(context, data, i, x, y) {
  const area = width * height;
  const picture = context.createImageData(width, height);
  for (let p = 0; p < area; p++) {
    for (let c = 0; c < 3; c++) picture.data[4 * p + c] = level(data[(i * channels + (channels === 3 ? c : 0)) * area + p]);
    picture.data[4 * p + 3] = 255;
  }
  context.putImageData(picture, x, y);
}

const place = (i) => [gap + (i % across) * (width + gap), gap + Math.floor(i / across) * (height + gap)];

// drawGrid draws row by row and lets the page breathe after so many milliseconds;
// a later call ends an earlier one.
let drawing = 0;
function drawGrid(breath = 12) {
  const mine = ++drawing;
  const context = $('grid').getContext('2d');
  let spent = 0;
  let inhaled = performance.now();
  const row = (first) => {
    if (mine !== drawing) return;
    const begun = performance.now();
    const list = Array.from({ length: Math.min(across, count() - first) }, (_, k) => itemOf(first + k));
    const data = generate(list);
    list.forEach((_, k) => paint(context, data, k, ...place(first + k)));
    frame();
    spent += performance.now() - begun;
    if (first + across < count()) {
      if (performance.now() - inhaled < breath) return row(first + across);
      requestAnimationFrame(() => {
        inhaled = performance.now();
        row(first + across);
      });
    } else {
      $('speed').textContent = `${count()} pictures in ${Math.round(spent)} ms.`;
    }
  };
  row(0);
}

// frame shows which picture is chosen.
function frame() {
  const context = $('grid').getContext('2d');
  const [x, y] = place(state.chosen);
  context.strokeStyle = '#ff5a36';
  context.lineWidth = gap;
  context.strokeRect(x - gap / 2, y - gap / 2, width + gap, height + gap);
}

// unframe takes the frame away and leaves the picture.
function unframe() {
  const context = $('grid').getContext('2d');
  const [x, y] = place(state.chosen);
  const picture = context.getImageData(x, y, width, height);
  context.clearRect(x - gap, y - gap, width + 2 * gap, height + 2 * gap);
  context.putImageData(picture, x, y);
}

function drawChosen() {
  const item = itemOf(state.chosen);
  const context = $('chosen').getContext('2d');
  paint(context, generate([item]), 0, 0, 0);
}

// between is the latent vector at t from A to B: its noise on the arc, as a straight
// line would pass nearer to the origin than latents of a wide Gaussian ever lie.
function between(a, b, t) {
  const dot = (u, v) => u.subarray(0, model.plain).reduce((sum, x, i) => sum + x * v[i], 0);
  const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const sine = Math.sin(angle);
  const [wa, wb] = sine > 1e-6 ? [Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine] : [1 - t, t];
  return a.map((x, i) => (i < model.plain ? wa * x + wb * b[i] : (1 - t) * x + t * b[i]));
}

function walkItem(t) {
  const { a, b } = state.kept;
  return { z: between(a.z, b.z, t), label: t < 0.5 ? a.label : b.label };
}

function drawWalk() {
  const list = Array.from({ length: frames }, (_, k) => walkItem(k / (frames - 1)));
  const context = $('walk').getContext('2d');
  const data = generate(list);
  list.forEach((_, k) => paint(context, data, k, k * (width + gap), 0));
}

function showBetween() {
  paint($('chosen').getContext('2d'), generate([walkItem(Number($('between').value))]), 0, 0, 0);
}

function keep(which) {
  state.kept[which] = itemOf(state.chosen);
  drawWalk();
}

function choose(i) {
  unframe();
  state.chosen = i;
  state.offsets.fill(0);
  for (const slider of $('directions').querySelectorAll('input')) slider.value = 0;
  drawChosen();
  drawGrid();
}

function renew() {
  state.latents = drawn();
  choose(state.chosen);
}

const downloadTime = 60_000; // milliseconds; a phone asks its user before it reads the file

function save(canvas, name) {
  canvas.toBlob((blob) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), downloadTime);
  });
}

// saveGrid saves the pictures without the frame: toBlob copies the canvas at once.
function saveGrid() {
  if (images) unframe();
  save($('grid'), `${model.file}-grid.png`);
  if (images) frame();
}

// scatter draws points of the plane, as large as their range asks for.
function scatter() {
  const canvas = $('grid');
  const context = canvas.getContext('2d');
  const list = Array.from({ length: count() }, (_, i) => ({ z: moved(latentOf(i), false), label: labelOf(i) }));
  const data = generate(list);
  const most = 1.1 * data.reduce((m, v) => Math.max(m, Math.abs(v)), 1e-6);
  const side = canvas.width;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, side, side);
  context.fillStyle = 'rgba(179, 57, 31, 0.5)';
  for (let i = 0; i < data.length; i += 2) {
    context.beginPath();
    context.arc((0.5 + data[i] / most / 2) * side, (0.5 - data[i + 1] / most / 2) * side, 3, 0, 7);
    context.fill();
  }
}

function prepareImages() {
  const rows = Math.ceil(count() / across);
  $('grid').width = across * (width + gap) + gap;
  $('grid').height = rows * (height + gap) + gap;
  [$('chosen').width, $('chosen').height] = [width, height];
  [$('walk').width, $('walk').height] = [frames * (width + gap) - gap, height];
  axes.forEach(({ name, says, reach: most }, d) => {
    const label = document.createElement('label');
    label.innerHTML = `<span>${name}</span><input type="range" min="${-most}" max="${most}" step="0.1" value="0" aria-label="${says}">`;
    label.lastChild.addEventListener('input', (event) => {
      state.offsets[d] = Number(event.target.value);
      drawChosen();
      if ($('all').checked) drawGrid();
    });
    $('directions').append(label);
  });
  $('grid').addEventListener('click', (event) => {
    const box = $('grid').getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * across);
    const i = Math.floor(((event.clientY - box.top) / box.height) * rows) * across + column;
    if (i < count()) choose(i);
  });
  $('walk').addEventListener('click', (event) => {
    const box = $('walk').getBoundingClientRect();
    $('between').value = Math.floor(((event.clientX - box.left) / box.width) * frames) / (frames - 1);
    showBetween();
  });
  $('between').addEventListener('input', showBetween);
  $('keep-a').addEventListener('click', () => keep('a'));
  $('keep-b').addEventListener('click', () => keep('b'));
  $('reset').addEventListener('click', () => choose(state.chosen));
  $('all').addEventListener('change', () => drawGrid());
  $('save-chosen').addEventListener('click', () => save($('chosen'), `${model.file}.png`));
  $('new').addEventListener('click', renew);
  state.kept = { a: { z: latentOf(0), label: labelOf(0) }, b: { z: latentOf(1), label: labelOf(1) } };
}

function preparePoints() {
  document.body.className = 'points';
  [$('grid').width, $('grid').height] = [800, 800];
  $('new').textContent = 'New points';
  $('new').addEventListener('click', () => {
    state.latents = drawn();
    scatter();
  });
}

function prepare() {
  const redraw = images ? (breath) => { drawChosen(); drawGrid(breath); } : scatter;
  if (model.classes) {
    $('class-label').hidden = false;
    $('class').append(new Option('all', everyClass));
    for (let c = 0; c < model.classes; c++) $('class').append(new Option(c, c));
  }
  categories.forEach((c, i) => {
    const picker = document.createElement('select');
    picker.dataset.code = i;
    picker.append(new Option('all', everyClass));
    for (let k = 0; k < c.categories; k++) picker.append(new Option(k, k));
    picker.addEventListener('change', () => redraw());
    const label = document.createElement('label');
    label.append(`${c.name} `, picker);
    $('codes').append(label);
  });
  if (model.prior !== 'uniform') $('spread-label').hidden = false;
  if (images) prepareImages();
  else preparePoints();
  $('class').addEventListener('change', () => redraw());
  $('spread').addEventListener('input', () => redraw());
  $('save-grid').addEventListener('click', saveGrid);
  redraw(Infinity);
  if (images) drawWalk();
}

prepare();

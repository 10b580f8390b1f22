// The live page: shows what the stream tells once a second, and sends commands with the token.
'use strict';
const $ = id => document.getElementById(id);
let token = sessionStorage.getItem('haul-token') || '';
let mayChange = false;

const make = (tag, className, text) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};
const count = n => Number(n || 0).toLocaleString('en');
const size = bytes => {
  let value = bytes, unit = 'B';
  for (const next of ['KiB', 'MiB', 'GiB', 'TiB']) {
    if (value < 1024) break;
    value /= 1024; unit = next;
  }
  return (unit === 'B' || value >= 100 ? Math.round(value) : value.toFixed(1)) + ' ' + unit;
};
const time = seconds => {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return s + ' s';
  if (s < 3600) return Math.floor(s / 60) + ' min ' + s % 60 + ' s';
  return Math.floor(s / 3600) + ' h ' + Math.floor(s % 3600 / 60) + ' min';
};
const headers = () => token ? {Authorization: 'Bearer ' + token} : {};

function toast(text) {
  $('toast').textContent = text;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { $('toast').textContent = ''; }, 5000);
}

function ask(title, text, wantsToken) {
  $('ask-title').textContent = title;
  $('ask-text').textContent = text;
  $('ask-label').hidden = !wantsToken;
  $('ask-token').value = '';
  $('ask-yes').textContent = wantsToken ? 'Unlock' : 'Do it';
  $('ask').returnValue = 'no';
  $('ask').showModal();
  if (wantsToken) $('ask-token').focus();
  return new Promise(done => $('ask').addEventListener('close', () => done($('ask').returnValue === 'yes'), {once: true}));
}

async function session() {
  const answer = await (await fetch('/api/v1/session', {headers: headers()})).json();
  mayChange = answer.mayChange;
  $('mode').textContent = answer.readOnly ? 'read-only' : mayChange ? 'may change' : 'locked';
  $('unlock').hidden = answer.readOnly || mayChange;
  document.body.classList.toggle('locked', !mayChange);
  $('pause-all').hidden = $('resume-all').hidden = !mayChange;
  showRedrive();
}

async function post(path, body) {
  const answer = await fetch('/api/v1/' + path, {
    method: 'POST',
    headers: {...headers(), 'Content-Type': 'application/json', 'X-Haul-Request': 'page'},
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error);
  return said;
}

async function tell(action, scope, what) {
  if (action === 'cancel' && !await ask('Cancel ' + what + '?', 'Cancelled jobs end for good, and what has arrived of their files is removed.')) return;
  try {
    toast('Told all workers to ' + (await post('control', {action, ...scope})).told);
  } catch (e) {
    toast(e instanceof TypeError ? 'The worker does not answer' : e.message);
  }
}

function button(action, scope, what) {
  const it = make('button', action === 'cancel' ? 'danger' : '', action);
  it.type = 'button';
  it.setAttribute('aria-label', action + ' ' + what);
  it.addEventListener('click', () => tell(action, scope, what));
  return it;
}

// Rows are kept by key, so that focus and bars stay where they are.
function rows(parent, items, key, build, update) {
  const old = new Map([...parent.children].map(row => [row.dataset.key, row]));
  items.forEach((item, index) => {
    let row = old.get(key(item));
    if (!row) {
      row = build(item);
      row.dataset.key = key(item);
    }
    old.delete(key(item));
    update(row, item);
    if (parent.children[index] !== row) parent.insertBefore(row, parent.children[index] || null);
  });
  old.forEach(row => row.remove());
}

function jobRow(job) {
  const row = make('li', job.state === 'running' ? 'moving' : '');
  row.append(make('span', 'name'), make('span', 'facts'));
  if (job.state === 'running') row.insertBefore(make('progress'), row.lastChild);
  const what = 'job ' + job.jobId;
  const buttons = make('span', 'buttons');
  buttons.append(
    job.reason && job.reason.startsWith('paused') ? button('resume', {jobId: job.jobId}, what) : button('pause', {jobId: job.jobId}, what),
    button('cancel', {jobId: job.jobId}, what));
  row.append(buttons);
  return row;
}

function updateJob(row, job) {
  const name = row.querySelector('.name');
  name.textContent = job.target || job.jobId;
  name.title = job.jobId;
  const facts = [];
  const bar = row.querySelector('progress');
  if (bar) {
    if (job.totalBytes) {
      bar.max = job.totalBytes;
      bar.value = job.bytes || 0;
      facts.push(Math.floor(100 * (job.bytes || 0) / job.totalBytes) + ' %', size(job.bytes || 0) + ' of ' + size(job.totalBytes));
    } else {
      bar.removeAttribute('value');
      if (job.bytes !== undefined) facts.push(size(job.bytes));
    }
    bar.setAttribute('aria-label', 'progress of ' + job.jobId);
    if (job.bytesPerSecond) facts.push(size(job.bytesPerSecond) + '/s');
    if (job.etaSeconds !== undefined) facts.push(time(job.etaSeconds) + ' left');
  }
  if (job.until) facts.push('goes on in ' + time((Date.parse(job.until) - Date.now()) / 1000));
  if (job.reason) facts.push(job.reason);
  else if (job.state === 'waiting' && job.until) facts.push('not before its time');
  if (job.host) facts.push(job.host);
  if (job.attempt > 1) facts.push('attempt ' + job.attempt);
  row.querySelector('.facts').textContent = facts.join(' · ');
}

function jobs(id, items, total) {
  rows($(id), items, job => job.state + job.jobId + (job.reason || '').startsWith('paused'), jobRow, updateJob);
  $('n-' + id).textContent = total > items.length ? items.length + ' of ' + count(total) : '';
  $(id + '-none').hidden = items.length > 0;
}

function table(id, items, key, cells, actions) {
  rows($(id), items, key, item => {
    const row = make('tr');
    cells(item).forEach(([, className]) => row.append(make('td', className)));
    if (actions) {
      const act = make('td', 'act');
      act.append(...actions(item));
      row.append(act);
    }
    return row;
  }, (row, item) => {
    cells(item).forEach(([text], i) => { row.children[i].textContent = text; });
  });
}

function chart(throughput) {
  const line = (values, close) => {
    const most = Math.max(1, ...values);
    const points = values.map((v, i) => (i * 600 / (values.length - 1)).toFixed(1) + ' ' + (98 - 92 * v / most).toFixed(1));
    return (close ? 'M0 98L' : 'M') + points.join('L') + (close ? 'L600 98Z' : '');
  };
  const path = (className, d) => {
    let it = $('chart').querySelector('.' + className);
    if (!it) {
      it = document.createElementNS('http://www.w3.org/2000/svg', 'path');
      it.setAttribute('class', className);
      $('chart').append(it);
    }
    it.setAttribute('d', d);
  };
  path('bytes', line(throughput.bytesPerSecond, true));
  path('ended', line(throughput.jobsPerSecond, false));
  $('chart-bytes').textContent = 'at most ' + size(Math.max(...throughput.bytesPerSecond)) + '/s';
  $('chart-jobs').textContent = 'at most ' + count(Math.max(...throughput.jobsPerSecond)) + ' jobs/s';
}

function show(picture) {
  const {overview, running, waiting, failures} = picture;
  $('worker').textContent = overview.worker;
  document.title = 'Haul ' + overview.worker;
  $('t-running').textContent = count(overview.jobs.running);
  $('t-queued').textContent = count(overview.jobs.queued);
  $('t-waiting').textContent = count(overview.jobs.waiting);
  $('t-completed').textContent = count(overview.ended.completed);
  $('t-failed').textContent = count(overview.ended.failed);
  $('t-stored').textContent = size(overview.storedBytes);
  $('t-rate').textContent = size(overview.bytesPerSecond) + '/s';
  chart(overview.throughput);
  jobs('running', running, overview.jobs.running);
  jobs('waiting', waiting, overview.jobs.waiting);
  table('hosts', overview.hosts, h => h.host,
    h => [[h.host], [count(h.running), 'num'], [count(h.queued), 'num'], [count(h.waiting), 'num']],
    h => ['pause', 'resume', 'cancel'].map(a => button(a, {host: h.host}, 'host ' + h.host)));
  table('codes', Object.entries(overview.failures).sort((a, b) => b[1] - a[1]), c => c[0],
    c => [[c[0]], [count(c[1]), 'num']]);
  table('failures', failures.slice(0, 20), f => f.jobId + f.at,
    f => [[new Date(f.at).toLocaleTimeString()], [f.target || f.jobId], [f.code], [f.message]]);
  $('failures-none').hidden = failures.length > 0;
}

// Dead letters are read from their topic, so only when somebody looks.
let matching = 0;
const showRedrive = () => {
  $('dead-redrive').hidden = !mayChange || !matching;
  $('dead-redrive').textContent = 'Redrive ' + count(matching);
};

function choices(id, counts) {
  const chosen = $(id).value;
  const names = Object.keys(counts);
  if (chosen && !names.includes(chosen)) names.push(chosen);
  $(id).replaceChildren(...['', ...names].map(name => {
    const option = make('option', '', name ? name + ' (' + count(counts[name]) + ')' : 'any');
    option.value = name;
    option.selected = name === chosen;
    return option;
  }));
}

function attempt(a) {
  return 'Attempt ' + a.attempt + (a.startedAt ? ' at ' + new Date(a.startedAt).toLocaleString() : '')
    + (a.code ? ': ' + a.code + (a.message ? ', ' + a.message : '') : ': went well');
}

function deadRow(letter) {
  const row = make('li');
  const job = make('details');
  job.append(make('summary', '', letter.jobId), make('p', '', letter.message));
  (letter.history || []).forEach(a => job.append(make('p', '', attempt(a))));
  job.append(make('p', '', 'Letter ' + letter.place + (letter.redrives ? ', driven again ' + letter.redrives + ' times before' : '')));
  const facts = [letter.code, letter.attempts + (letter.attempts === 1 ? ' attempt' : ' attempts'), new Date(letter.diedAt).toLocaleString()];
  if (letter.host) facts.splice(1, 0, letter.host);
  const again = make('button', '', 'redrive');
  again.type = 'button';
  again.setAttribute('aria-label', 'redrive job ' + letter.jobId);
  again.addEventListener('click', () => redrive({place: letter.place}));
  const buttons = make('span', 'buttons');
  buttons.append(again);
  row.append(job, make('span', 'facts', facts.join(' · ')), buttons);
  return row;
}

async function dead() {
  const filter = new URLSearchParams();
  for (const field of ['code', 'host']) if ($('dead-' + field).value) filter.set(field, $('dead-' + field).value);
  try {
    const answer = await fetch('/api/v1/dead?' + filter);
    const all = await answer.json();
    if (!answer.ok) throw new Error(all.error);
    matching = all.matching;
    choices('dead-code', all.codes);
    choices('dead-host', all.hosts);
    rows($('dead'), all.letters, l => l.place, deadRow, () => {});
    $('dead-none').hidden = all.letters.length > 0;
    $('dead-sum').textContent = all.open ? all.letters.length + ' of ' + count(all.matching) + ' shown, ' + count(all.open) + ' open' : 'of all workers';
  } catch (e) {
    $('dead-sum').textContent = 'not to be had just now';
  }
  showRedrive();
}

async function redrive(which) {
  try {
    const {redriven, refused} = await post('redrive', which);
    toast(count(redriven) + ' driven again' + (refused ? ', ' + count(refused) + ' are of other topics' : ''));
  } catch (e) {
    toast(e instanceof TypeError ? 'The worker does not answer' : e.message);
  }
  dead();
}

async function redriveAll() {
  const code = $('dead-code').value, host = $('dead-host').value;
  const which = code || host ? {...(code && {code}), ...(host && {host})} : {all: true};
  if (await ask('Redrive ' + count(matching) + (matching === 1 ? ' job?' : ' jobs?'), 'Each is published again once, with its id, and its attempts begin anew. What has died since you looked goes along.')) redrive(which);
}

async function fleet() {
  try {
    const all = await (await fetch('/api/v1/fleet')).json();
    $('fleet-state').textContent = all.complete ? 'from the states topic' : 'reading the states topic…';
    const part = (counts, words) => words.map(w => count(counts[w]) + ' ' + w).join(', ');
    $('fleet-sum').textContent = part(all.jobs, ['running', 'queued', 'waiting']) + '; ended: ' + part(all.ended, ['completed', 'failed', 'cancelled']) + '.';
    table('workers', all.workers, w => w.worker,
      w => [[w.worker], [count(w.running), 'num'], [count(w.queued), 'num'], [count(w.waiting), 'num']],
      w => ['pause', 'resume'].map(a => button(a, {worker: w.worker}, 'worker ' + w.worker)));
  } catch (e) {
    $('fleet-state').textContent = 'not to be had just now';
  }
}

function connect() {
  const stream = new EventSource('/api/v1/stream');
  stream.addEventListener('picture', event => {
    $('link').textContent = 'live';
    $('link').className = '';
    show(JSON.parse(event.data));
  });
  stream.addEventListener('error', () => {
    $('link').textContent = 'the worker does not answer, trying again…';
    $('link').className = 'lost';
  });
}

$('unlock').addEventListener('click', async () => {
  if (!await ask('Token', 'The token of admin.token-file lets this page pause, resume, cancel and redrive jobs. It is kept until this tab is closed.', true)) return;
  token = $('ask-token').value.trim();
  sessionStorage.setItem('haul-token', token);
  await session();
  if (!mayChange) toast('That is not the token');
});
$('pause-all').addEventListener('click', () => tell('pause', {all: true}, 'all jobs'));
$('resume-all').addEventListener('click', () => tell('resume', {all: true}, 'all jobs'));
$('dead-look').addEventListener('click', dead);
$('dead-code').addEventListener('change', dead);
$('dead-host').addEventListener('change', dead);
$('dead-redrive').addEventListener('click', redriveAll);
session().catch(() => {});
connect();
dead();
fleet();
setInterval(fleet, 3000);

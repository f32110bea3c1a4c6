// The phones page. Every text goes into the document as text, never as HTML.

import { setKinds } from './attach.js';
import { $, call, complain, el } from './dom.js';
import { follow, refresh } from './drawing.js';
import { Phone } from './phone.js';
import { setRecord } from './recorder.js';

const phones = new Map(); // key of the person -> Phone
let base = { at: Date.now(), now: Date.now() }; // the simulator's clock
let number = '';

const page = { number: () => number, active: follow };

function show(person) {
  const known = phones.get(person.key);
  if (known) { known.describe(person); refresh(known); return known; }
  const phone = new Phone(person, page);
  phones.set(person.key, phone);
  $('phones').append(phone.root);
  $('tabs').append(el('button', {
    type: 'button', textContent: person.name,
    onclick: () => { follow(phone); phone.root.scrollIntoView({ behavior: 'smooth', inline: 'start', block: 'nearest' }); },
  }));
  return phone;
}

function setClock(c) {
  base = { at: Date.now(), now: Date.parse(c.now) };
  $('offset').textContent = c.offset === '0s' ? '' : `${c.offset.startsWith('-') ? '' : '+'}${c.offset.replace(/0m0s$|0s$/, '')}`;
  tell();
}

function tell() {
  const now = new Date(base.now + Date.now() - base.at);
  $('now').dateTime = now.toISOString();
  $('now').textContent = now.toLocaleString([], { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

const at = (object, path) => path.split('.').reduce((o, key) => (o ? o[key] : undefined), object);

function setFaults(faults) {
  for (const field of $('faults').elements) {
    if (!field.name || field === document.activeElement) continue;
    const value = at(faults, field.name);
    if (field.type === 'checkbox') field.checked = Boolean(value);
    else field.value = value || (field.tagName === 'SELECT' ? '' : 0);
    field.classList.toggle('set', Boolean(value));
  }
}

async function changeFault(e) {
  const field = e.target;
  if (!field.name || !field.checkValidity()) return;
  let value = field.value;
  if (field.type === 'checkbox') value = field.checked;
  if (field.type === 'number') value = Number(field.value);
  const change = field.name.split('.').reduceRight((inner, key) => ({ [key]: inner }), value);
  try {
    const faults = await call('PUT', 'faults', change);
    field.blur();
    setFaults(faults);
  } catch (error) { complain(error); }
}

async function load() {
  const state = await call('GET', 'api/state');
  follow(null);
  $('phones').replaceChildren($('drawing'));
  $('drawings').closest('label').hidden = !state.drawn;
  setKinds(state.kinds);
  $('tabs').replaceChildren();
  phones.clear();
  state.people.forEach(show);
  const busy = state.people.find((p) => p.messages.length) || state.people[0];
  if (state.drawn && busy) follow(phones.get(busy.key));
  setRecord(await call('GET', 'api/record'));
  setClock(state.clock);
  setFaults(state.faults);
  const select = $('number');
  select.replaceChildren(...state.numbers.map((n) => el('option', { value: n.id, textContent: `${n.name} +${n.display}` })));
  select.closest('label').hidden = state.numbers.length < 2;
  number = number || state.numbers[0].id;
  select.value = number;
}

function listen() {
  const source = new EventSource('api/events');
  const on = (name, handle) => source.addEventListener(name, (e) => handle(JSON.parse(e.data)));
  const say = (word, kind) => { $('link').textContent = word; $('link').className = `link ${kind}`; };
  on('hello', () => { load().then(() => say('connected', 'up')).catch(complain); });
  on('message', (e) => {
    const phone = phones.get(e.person) || show({ key: e.person, name: e.person, messages: [] });
    phone.put(e.message);
    refresh(phone);
  });
  on('person', show);
  on('typing', (e) => phones.get(e.person)?.startTyping());
  on('clock', (c) => { setClock(c); for (const phone of phones.values()) refresh(phone); });
  on('record', setRecord);
  on('faults', setFaults);
  source.onerror = () => say('connection lost, trying again', 'down');
}

for (const button of document.querySelectorAll('[data-advance], [data-offset]')) {
  button.addEventListener('click', () => {
    const { advance, offset } = button.dataset;
    call('PUT', 'clock', advance ? { advance } : { offset }).then(setClock).catch(complain);
  });
}
$('faults').addEventListener('change', changeFault);
$('faults').addEventListener('submit', (e) => e.preventDefault());
$('reset').addEventListener('click', () => call('DELETE', 'faults').then(setFaults).catch(complain));
$('number').addEventListener('change', (e) => { number = e.target.value; });
document.addEventListener('click', (e) => {
  for (const open of document.querySelectorAll('details.menu[open]')) if (!open.contains(e.target)) open.open = false;
});
document.addEventListener('keydown', (e) => {
  if (e.key !== 'Escape') return;
  for (const open of document.querySelectorAll('details.menu[open]')) { open.open = false; open.querySelector('summary').focus(); }
});
setInterval(tell, 1000);
listen();

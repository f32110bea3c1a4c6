// The phones page. Every text goes into the document as text, never as HTML.

const phones = new Map(); // key of the person -> Phone
let base = { at: Date.now(), now: Date.now() }; // the simulator's clock
let number = '';

const $ = (id) => document.getElementById(id);

function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name in node && name !== 'list') node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((c) => c !== null && c !== undefined && c !== ''));
  return node;
}

async function call(method, path, body) {
  const options = { method, headers: { 'Content-Type': 'application/json' } };
  if (body !== undefined) options.body = JSON.stringify(body);
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error || 'refused');
  return answer;
}

function complain(error) {
  const toast = $('toast');
  toast.textContent = error.message;
  toast.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { toast.hidden = true; }, 4000);
}

const TICKS = {
  queued: ['◷', 'on its way'], accepted: ['◷', 'accepted'], sent: ['✓', 'sent'],
  delivered: ['✓✓', 'delivered'], read: ['✓✓', 'read'], failed: ['!', 'failed'],
};

const FEELINGS = ['👍', '❤️', '😂', '🙏'];

// Phone is one person's phone: its elements and its messages.
class Phone {
  constructor(person) {
    this.key = person.key;
    this.lines = new Map();
    this.messages = new Map();
    this.mode = null;
    this.build();
    this.describe(person);
    for (const m of person.messages || []) this.put(m);
  }

  build() {
    this.face = el('span', { className: 'face', ariaHidden: 'true' });
    this.name = el('h2');
    this.ids = el('p', { className: 'ids' });
    this.chat = el('div', { className: 'chat', role: 'log', tabIndex: 0 });
    this.empty = el('p', { className: 'empty', textContent: 'Write something. The business answers here.' });
    this.chat.append(this.empty);
    this.input = el('textarea', {
      rows: 1, placeholder: 'Message', onkeydown: (e) => this.keys(e),
      oninput: () => { if (this.input.value === '\n') this.input.value = ''; }, // some keyboards type the line after sending it
    });
    this.input.setAttribute('aria-label', 'Message');
    this.chip = el('div', { className: 'mode', hidden: true });
    this.settings = el('details', { className: 'menu down' });
    const send = el('button', { className: 'round', type: 'submit', textContent: '➤' });
    send.setAttribute('aria-label', 'Send');
    const form = el('form', { className: 'composer', onsubmit: (e) => { e.preventDefault(); this.submit(); } },
      this.attach(), this.input, send);
    this.root = el('article', { className: 'phone', id: `phone-${this.key}` },
      el('header', { className: 'who' }, this.face, el('div', {}, this.name, this.ids), this.settings),
      this.chat, this.chip, form);
    this.root.dataset.person = this.key;
  }

  describe(p) {
    this.person = p;
    this.face.textContent = [...p.name][0] || '?';
    this.name.textContent = p.name;
    const shown = p.phone && !p.hidden ? `+${p.phone}` : '';
    const marks = [shown || 'number hidden', p.bsuid ? (p.username ? `@${p.username}` : '') : 'no user id'];
    if (p.blocked) marks.push('has blocked you');
    if (p.stopped) marks.push('no marketing');
    this.ids.textContent = marks.filter(Boolean).join(' · ');
    this.ids.title = [shown, p.bsuid].filter(Boolean).join(' · ');
    this.root.setAttribute('aria-label', `Phone of ${p.name}`);
    this.chat.setAttribute('aria-label', `Chat of ${p.name}`);
    this.settings.replaceChildren(...menu('⋮', `Settings of ${p.name}`, [
      [p.stopped ? 'Resume marketing in WhatsApp' : 'Stop marketing in WhatsApp', () => this.act({ do: p.stopped ? 'resume' : 'stop' })],
      [p.hidden ? 'Show phone number' : 'Hide phone number', () => this.act({ do: 'hide', on: !p.hidden })],
      ['Change phone number', () => this.act({ do: 'number', text: `1555019${String(Date.now() % 10000).padStart(4, '0')}` })],
      [p.blocked ? 'Unblock the business' : 'Block the business', () => this.act({ do: 'block', on: !p.blocked })],
      ['Call the business', () => this.act({ do: 'call' })],
    ]));
    this.settings.querySelector('summary').className = 'round';
  }

  attach() {
    const box = el('details', { className: 'menu up' });
    const withText = (verb) => () => { this.act({ do: verb, text: this.input.value || 'Look at this' }); this.clear(); };
    box.append(...menu('+', 'More to send', [
      ['Voice note', () => this.act({ do: 'voice' })],
      ['Picture, with the text', () => { this.act({ do: 'image', text: this.input.value }); this.clear(); }],
      ['Document', () => this.act({ do: 'document' })],
      ['Location', () => this.act({ do: 'location' })],
      ['Text as forwarded', withText('forward')],
      ['Text in a group', withText('group')],
      ['Text as raw JSON element', withText('raw')],
    ]));
    box.querySelector('summary').className = 'round plain';
    return box;
  }

  keys(e) {
    if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); this.submit(); }
    if (e.key === 'Escape') this.setMode(null);
  }

  submit() {
    const text = this.input.value.trim();
    if (!text) return;
    const mode = this.mode;
    this.act(mode ? { do: mode.verb, message: mode.id, text } : { do: 'text', text });
    this.clear();
  }

  clear() { this.input.value = ''; this.setMode(null); this.input.focus(); }

  setMode(mode) {
    this.mode = mode;
    this.chip.hidden = !mode;
    if (!mode) return;
    const cancel = el('button', { type: 'button', textContent: 'Cancel', onclick: () => this.setMode(null) });
    this.chip.replaceChildren(el('span', { textContent: mode.label }), cancel);
    this.input.focus();
  }

  async act(action) {
    try { await call('POST', 'api/act', { person: this.key, number, ...action }); } catch (error) { complain(error); }
  }

  // put shows a message, or shows it anew when it is already there.
  put(m) {
    const fresh = !this.messages.has(m.id);
    this.messages.set(m.id, m);
    if (!m.mine) this.stopTyping();
    if (m.mine && ['reaction', 'edit', 'revoke', 'system'].includes(m.type) && !m.raw) return;
    const line = this.draw(m);
    const old = this.lines.get(m.id);
    this.lines.set(m.id, line);
    if (old) {
      const raw = old.querySelector('.raw');
      if (raw) line.append(raw);
      old.replaceWith(line);
      return;
    }
    this.empty.hidden = true;
    this.newDay(m);
    this.chat.append(line);
    if (fresh) this.chat.scrollTop = this.chat.scrollHeight;
  }

  newDay(m) {
    const day = new Date(m.at).toLocaleDateString([], { weekday: 'short', day: 'numeric', month: 'short' });
    if (day === this.day) return;
    this.day = day;
    this.chat.append(el('p', { className: 'day', textContent: day }));
  }

  draw(m) {
    const line = el('div', { className: `line${m.mine ? ' mine' : ''}${m.reaction ? ' felt' : ''}` });
    line.dataset.id = m.id;
    line.dataset.status = m.status;
    line.append(this.bubble(m), ...this.choices(m), this.tools(m, line));
    return line;
  }

  bubble(m) {
    const box = el('div', { className: `bubble${m.note === 'deleted' ? ' gone' : ''}` });
    if (m.note) box.append(el('div', { className: 'note', textContent: m.note }));
    const quoted = m.context && this.messages.get(m.context);
    if (quoted && quoted.body) box.append(formatted(quoted.body, 'quoted'));
    if (m.header) box.append(el('div', { className: 'head', textContent: m.header }));
    if (m.file) box.append(file(m));
    const body = m.body || special(m);
    if (body) box.append(formatted(body));
    if (m.footer) box.append(el('div', { className: 'foot', textContent: m.footer }));
    box.append(meta(m));
    if (m.reaction) box.append(el('span', { className: 'feel', textContent: m.reaction }));
    return box;
  }

  choices(m) {
    const rows = [];
    if (m.link) rows.push(anchor(m.link.url, { className: 'choice' }, `${m.link.label} ↗`));
    if (m.opener) {
      rows.push(el('button', { className: 'choice', type: 'button', textContent: `☰ ${m.opener}`, onclick: () => this.sheet(m) }));
    } else {
      for (const c of m.choices || []) rows.push(this.button(m, c));
    }
    return rows.length ? [el('div', { className: 'choices' }, ...rows)] : [];
  }

  button(m, c) {
    const tap = () => this.act({ do: 'tap', message: m.id, choice: c.id });
    const b = el('button', { className: 'choice', type: 'button', textContent: c.label, onclick: tap });
    b.dataset.choice = c.id;
    return b;
  }

  // sheet is the drawer in which a list opens.
  sheet(m) {
    const sheet = el('div', { className: 'sheet', role: 'dialog', ariaModal: 'true', ariaLabel: m.opener });
    const close = () => { sheet.remove(); this.input.focus(); };
    const rows = (m.choices || []).map((c) => {
      const tap = () => { close(); this.act({ do: 'tap', message: m.id, choice: c.id }); };
      const row = el('button', { type: 'button', onclick: tap }, c.label, c.hint ? el('small', { textContent: c.hint }) : null);
      row.dataset.choice = c.id;
      return row;
    });
    sheet.append(el('div', {}, el('h3', { textContent: m.opener }), ...rows));
    sheet.addEventListener('click', (e) => { if (e.target === sheet) close(); });
    sheet.addEventListener('keydown', (e) => { if (e.key === 'Escape') close(); });
    this.root.append(sheet);
    rows[0]?.focus();
  }

  tools(m, line) {
    const box = el('div', { className: 'tools' });
    const add = (label, title, act) => {
      const b = el('button', { type: 'button', textContent: label, title, onclick: act });
      b.setAttribute('aria-label', title);
      box.append(b);
    };
    add('{ }', 'Show the raw JSON', () => raw(m, line));
    if (m.mine && m.type === 'text' && m.note !== 'deleted') {
      add('edit', 'Edit this message', () => {
        this.setMode({ verb: 'edit', id: m.id, label: 'Editing a message' });
        this.input.value = m.body || '';
      });
      add('delete', 'Delete for everyone', () => this.act({ do: 'revoke', message: m.id }));
    }
    if (!m.mine) {
      add('reply', 'Reply to this message', () => this.setMode({ verb: 'reply', id: m.id, label: `Replying: ${m.body || m.type}` }));
      add('react', 'React to this message', (e) => e.target.replaceWith(...this.feelings(m)));
    }
    return box;
  }

  feelings(m) {
    return FEELINGS.map((f) => {
      const react = () => this.act({ do: 'react', message: m.id, text: m.reaction === f ? '' : f });
      const b = el('button', { type: 'button', textContent: f, onclick: react });
      b.setAttribute('aria-label', `React with ${f}`);
      return b;
    });
  }

  startTyping() {
    this.stopTyping();
    this.dots = el('div', { className: 'typing', role: 'status', ariaLabel: 'The business is typing' }, el('i'), el('i'), el('i'));
    this.chat.append(this.dots);
    this.chat.scrollTop = this.chat.scrollHeight;
    this.dots.timer = setTimeout(() => this.stopTyping(), 25000);
  }

  stopTyping() {
    if (!this.dots) return;
    clearTimeout(this.dots.timer);
    this.dots.remove();
    this.dots = null;
  }
}

function menu(sign, label, items) {
  const summary = el('summary', { textContent: sign });
  summary.setAttribute('aria-label', label);
  const list = el('div');
  for (const [text, act] of items) {
    list.append(el('button', {
      type: 'button', textContent: text,
      onclick: (e) => { e.target.closest('details').open = false; act(); },
    }));
  }
  return [summary, list];
}

function meta(m) {
  const [sign, word] = TICKS[m.status] || ['', m.status];
  const text = m.mine ? sign : `${sign} ${word}`;
  const tick = el('span', { className: `tick ${m.status}`, textContent: m.code ? `${text} ${m.code}` : text, title: word });
  tick.setAttribute('aria-label', word);
  const time = new Date(m.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const kind = m.template ? el('span', { className: 'tag', textContent: `${m.template} · ${m.category}` }) : null;
  return el('div', { className: 'meta' }, kind, el('span', { textContent: time }), tick);
}

function special(m) {
  if (m.note === 'deleted') return 'This message was deleted';
  return { call: '📞 Call', revoke: 'deleted a message', reaction: 'took a reaction away' }[m.type] || (m.file ? '' : m.type);
}

// formatted shows *bold* and _italic_ as WhatsApp does.
function formatted(text, className = 'body') {
  const body = el('div', { className });
  for (const part of text.split(/(\*[^*\n]+\*|_[^_\n]+_)/)) {
    const inner = part.slice(1, -1);
    if (/^\*[^*\n]+\*$/.test(part)) body.append(el('strong', { textContent: inner }));
    else if (/^_[^_\n]+_$/.test(part)) body.append(el('em', { textContent: inner }));
    else body.append(part);
  }
  return body;
}

// anchor opens web pages only: an address with another scheme is plain text.
function anchor(url, props, ...children) {
  if (!/^https?:\/\//i.test(url)) return el('span', props, ...children);
  return el('a', { ...props, href: url, target: '_blank', rel: 'noopener noreferrer' }, ...children);
}

// file shows an uploaded file, which can be saved, or a link to one elsewhere.
function file(m) {
  const f = m.file;
  const name = f.name || (f.kind === 'document' ? 'document' : 'open');
  const about = [typeName(f), f.size ? sizeName(f.size) : ''].filter(Boolean).join(' · ');
  const parts = [
    el('span', { className: 'kind', textContent: f.kind === 'document' ? sign(f) : f.kind }),
    el('span', { className: 'name' }, name, about ? el('small', { textContent: about }) : null),
  ];
  if (!f.media_id) return anchor(f.url || '', { className: 'file' }, ...parts);
  if (m.code) return el('span', { className: 'file' }, ...parts); // it never arrived
  const link = el('a', { className: 'file', href: `files/${encodeURIComponent(f.media_id)}`, download: f.name || '' }, ...parts);
  link.setAttribute('aria-label', `Save ${name}`);
  return link;
}

const DOCUMENTS = [
  [/pdf$/, 'PDF', 'PDF'], [/msword$|wordprocessingml/, 'DOC', 'Word'], [/ms-excel$|spreadsheetml/, 'XLS', 'Excel'],
  [/ms-powerpoint$|presentationml/, 'PPT', 'PowerPoint'], [/^text\/plain/, 'TXT', 'Text'],
];

const known = (f) => DOCUMENTS.find(([type]) => type.test(f.type || ''));
const sign = (f) => (known(f) || [])[1] || 'FILE';
const typeName = (f) => (known(f) || [])[2] || f.type || '';

function sizeName(n) {
  if (n < 1000) return `${n} B`;
  return n < 1e6 ? `${Math.round(n / 1000)} kB` : `${(n / 1e6).toFixed(1)} MB`;
}

function raw(m, line) {
  const shown = line.querySelector('.raw');
  if (shown) { shown.remove(); return; }
  const pre = el('pre', { className: 'raw', tabIndex: 0, textContent: JSON.stringify(m.raw ?? null, null, 2) });
  pre.setAttribute('aria-label', 'Raw JSON');
  line.append(pre);
  pre.scrollIntoView({ block: 'nearest' });
}

function show(person) {
  const known = phones.get(person.key);
  if (known) { known.describe({ ...known.person, ...person }); return known; }
  const phone = new Phone(person);
  phones.set(person.key, phone);
  $('phones').append(phone.root);
  $('tabs').append(el('button', {
    type: 'button', textContent: person.name,
    onclick: () => phone.root.scrollIntoView({ behavior: 'smooth', inline: 'start', block: 'nearest' }),
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
  $('phones').replaceChildren();
  $('tabs').replaceChildren();
  phones.clear();
  state.people.forEach(show);
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
  on('message', (e) => (phones.get(e.person) || show({ key: e.person, name: e.person, messages: [] })).put(e.message));
  on('person', show);
  on('typing', (e) => phones.get(e.person)?.startTyping());
  on('clock', setClock);
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

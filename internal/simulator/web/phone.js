// One person's phone: its elements and its messages.

import { attach } from './attach.js';
import { bubble, EVENTS } from './bubble.js';
import { anchor, call, complain, el, icon, item, menu, sheet } from './dom.js';

const FEELINGS = ['👍', '❤️', '😂', '🙏'];

const LANGUAGES = [
  ['', 'as this page'], ['en', 'English'], ['pt', 'Português'], ['es', 'Español'], ['de', 'Deutsch'],
  ['ar', 'العربية'], ['he', 'עברית'], ['fa', 'فارسی'],
];

// PLACEHOLDERS are the one word of the phone's own that stands beside theirs.
const PLACEHOLDERS = { pt: 'Mensagem', es: 'Mensaje', de: 'Nachricht', ar: 'رسالة', he: 'הודעה', fa: 'پیام' };

const RIGHT_TO_LEFT = /^(ar|he|fa|ur|ps|sd|ug|yi|dv|ckb)\b/;

export class Phone {
  // The page is { number(), active(phone) }.
  constructor(person, page) {
    this.key = person.key;
    this.page = page;
    this.lines = new Map();
    this.messages = new Map();
    this.mode = null;
    this.build();
    this.describe(person);
    for (const m of person.messages || []) this.put(m);
  }

  build() {
    this.face = el('span', { className: 'face', ariaHidden: 'true' });
    this.name = el('bdi');
    this.ids = el('p', { className: 'ids' });
    this.chat = el('div', { className: 'chat', role: 'log', tabIndex: 0 });
    this.empty = el('p', { className: 'empty', textContent: 'Write something. The business answers here.' });
    this.chat.append(this.empty);
    this.input = el('textarea', {
      rows: 1, placeholder: 'Message', dir: 'auto', onkeydown: (e) => this.keys(e),
      oninput: () => { if (this.input.value === '\n') this.input.value = ''; }, // some keyboards type the line after sending it
    });
    this.input.setAttribute('aria-label', 'Message');
    this.chip = el('div', { className: 'mode', hidden: true });
    this.settings = el('details', { className: 'menu down' });
    const send = el('button', { className: 'round', type: 'submit', ariaLabel: 'Send' }, icon('send'));
    const form = el('form', { className: 'composer', onsubmit: (e) => { e.preventDefault(); this.submit(); } },
      attach(this), this.input, send);
    this.root = el('article', { className: 'phone', id: `phone-${this.key}`, onfocusin: () => this.page.active(this) },
      el('header', { className: 'who' }, this.face, el('div', {}, el('h2', {}, this.name), this.ids), this.settings),
      this.chat, this.chip, form);
    this.root.dataset.person = this.key;
  }

  describe(p) {
    const turned = this.person && this.person.language !== p.language;
    this.person = p;
    this.face.textContent = [...p.name][0] || '?';
    this.name.textContent = p.name;
    const shown = p.phone && !p.hidden ? `\u2066+${p.phone}\u2069` : '';
    const marks = [shown || 'number hidden', p.bsuid ? (p.username ? `@${p.username}` : '') : 'no user id'];
    if (p.blocked) marks.push('has blocked you');
    if (p.stopped) marks.push('no marketing');
    this.ids.textContent = marks.filter(Boolean).join(' · ');
    this.ids.title = [shown, p.bsuid].filter(Boolean).join(' · ');
    this.root.setAttribute('aria-label', `Phone of ${p.name}`);
    this.chat.setAttribute('aria-label', `Chat of ${p.name}`);
    this.root.dir = RIGHT_TO_LEFT.test(p.language || '') ? 'rtl' : 'ltr';
    this.input.placeholder = PLACEHOLDERS[p.language] || 'Message';
    this.settings.replaceChildren(...menu(icon('more'), `Settings of ${p.name}`, ...this.choicesOfSettings(p)));
    if (turned) for (const m of this.messages.values()) this.put(m); // the times are written otherwise
  }

  choicesOfSettings(p) {
    const language = el('select', { onchange: (e) => this.act({ do: 'language', text: e.target.value }) },
      ...LANGUAGES.map(([tag, name]) => el('option', { value: tag, textContent: name })));
    language.value = p.language || '';
    const other = () => `1555019${String(Date.now() % 10000).padStart(4, '0')}`;
    return [
      el('label', {}, 'Language ', language),
      item(p.stopped ? 'Resume marketing in WhatsApp' : 'Stop marketing in WhatsApp', () => this.act({ do: p.stopped ? 'resume' : 'stop' })),
      item('Sign up by Meta’s link', () => this.act({ do: 'signup' })),
      item(p.hidden ? 'Show phone number' : 'Hide phone number', () => this.act({ do: 'hide', on: !p.hidden })),
      item('Change phone number', () => this.act({ do: 'number', text: other() })),
      item('Change user id only', () => this.act({ do: 'number' })),
      item(p.blocked ? 'Unblock the business' : 'Block the business', () => this.act({ do: 'block', on: !p.blocked })),
      item('Call the business', () => this.act({ do: 'call' })),
    ];
  }

  // language is how times are written: the person's, or the browser's own.
  language() { return this.person?.language || []; }

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

  // sendKind sends something of the menu; in reply to a message if one was
  // picked before.
  sendKind(k, text) {
    const message = this.mode?.verb === 'reply' ? this.mode.id : '';
    this.act(k.name === 'raw' ? { do: 'raw', text: text || '{"type":"hologram"}' } : { do: 'kind', kind: k.name, text, message });
    this.clear();
  }

  clear() { this.input.value = ''; this.setMode(null); this.input.focus(); }

  setMode(mode) {
    this.mode = mode;
    this.chip.hidden = !mode;
    if (!mode) return;
    const cancel = el('button', { type: 'button', textContent: 'Cancel', onclick: () => this.setMode(null) });
    this.chip.replaceChildren(el('span', { dir: 'auto', textContent: mode.label }), cancel);
    this.input.focus();
  }

  async act(action) {
    this.page.active(this);
    try { await call('POST', 'api/act', { person: this.key, number: this.page.number(), ...action }); } catch (error) { complain(error); }
  }

  // put shows a message, or shows it anew when it is already there.
  put(m) {
    const fresh = !this.messages.has(m.id);
    this.messages.set(m.id, m);
    if (!m.mine) this.stopTyping();
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
    const day = new Date(m.at).toLocaleDateString(this.language(), { weekday: 'short', day: 'numeric', month: 'short' });
    if (day === this.day) return;
    this.day = day;
    this.chat.append(el('p', { className: 'day', dir: 'auto', textContent: day }));
  }

  draw(m) {
    const event = EVENTS[m.type];
    const line = el('div', { className: `line${m.mine ? ' mine' : ''}${m.reaction ? ' felt' : ''}${event ? ' event' : ''}` });
    line.dataset.id = m.id;
    line.dataset.status = m.status;
    line.dataset.type = m.type;
    if (event) line.append(el('p', { className: 'day', dir: 'auto', textContent: event(m) }), this.tools(m, line));
    else line.append(bubble(m, this), ...this.choices(m), this.tools(m, line));
    return line;
  }

  choices(m) {
    const rows = [m.link, ...(m.links || [])].filter(Boolean).map(leading);
    if (m.opener) rows.push(el('button', { className: 'choice', type: 'button', dir: 'auto', onclick: () => this.openList(m) }, `☰ ${m.opener}`));
    else rows.push(...(m.choices || []).map((c) => this.button(m, c)));
    return rows.length ? [el('div', { className: 'choices' }, ...rows)] : [];
  }

  button(m, c) {
    const tap = () => (c.kind === 'form' ? this.openForm(m, c) : this.act({ do: 'tap', message: m.id, choice: c.id }));
    const b = el('button', { className: 'choice', type: 'button', textContent: c.label, dir: 'auto', onclick: tap });
    b.dataset.choice = c.id;
    return b;
  }

  openList(m) {
    let close = null;
    const rows = (m.choices || []).map((c) => {
      const tap = () => { close(); this.act({ do: 'tap', message: m.id, choice: c.id }); };
      const row = el('button', { type: 'button', dir: 'auto', onclick: tap }, c.label, c.hint ? el('small', { dir: 'auto', textContent: c.hint }) : null);
      row.dataset.choice = c.id;
      return row;
    });
    close = sheet(this.root, m.opener, ...rows);
  }

  // openForm stands for the screens of a Flow, which the simulator does not
  // draw: the answers are written as Meta sends them.
  openForm(m, c) {
    const answers = el('textarea', { rows: 6, value: '{\n  "choice": "a"\n}', ariaLabel: 'Answers, as JSON', dir: 'ltr' });
    let close = null;
    const send = () => { close(); this.act({ do: 'kind', kind: 'form', message: m.id, text: answers.value }); };
    close = sheet(this.root, c.label, el('p', { className: 'hint', textContent: 'The answers of the form, as JSON:' }), answers,
      el('button', { type: 'button', className: 'choice', textContent: 'Send the form', onclick: send }));
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
    }
    if (m.mine && !EVENTS[m.type] && m.note !== 'deleted') add('delete', 'Delete for everyone', () => this.act({ do: 'revoke', message: m.id }));
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

// leading is a button that leads out of the chat: to a page, a call, a code.
function leading(link) {
  const [, scheme, rest] = /^(tel|copy):(.*)$/.exec(link.url) || [];
  if (scheme === 'copy') {
    const copy = () => navigator.clipboard.writeText(rest).catch(complain);
    return el('button', { className: 'choice', type: 'button', dir: 'auto', title: rest, onclick: copy }, icon('copy'), link.label);
  }
  return anchor(link.url, { className: 'choice', dir: 'auto', title: rest || link.url }, icon(scheme ? 'phone' : 'out'), link.label);
}

function raw(m, line) {
  const shown = line.querySelector('.raw');
  if (shown) { shown.remove(); return; }
  const pre = el('pre', { className: 'raw', tabIndex: 0, dir: 'ltr', textContent: JSON.stringify(m.raw ?? null, null, 2) });
  pre.setAttribute('aria-label', 'Raw JSON');
  line.append(pre);
  pre.scrollIntoView({ block: 'nearest' });
}

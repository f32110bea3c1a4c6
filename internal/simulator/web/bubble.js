// What is inside a bubble: text, files, places, cards, ticks.

import { anchor, el, icon } from './dom.js';
import { formatted } from './format.js';

const TICKS = {
  queued: ['◷', 'on its way'], accepted: ['◷', 'accepted'], sent: ['✓', 'sent'],
  delivered: ['✓✓', 'delivered'], read: ['✓✓', 'read'], failed: ['!', 'failed'],
};

// EVENTS are acts that WhatsApp shows on another message, or as a small line.
export const EVENTS = {
  reaction: (m) => (m.body ? `reacted ${m.body}` : 'took a reaction away'),
  edit: () => 'edited a message', revoke: () => 'deleted a message',
  system: (m) => m.body, request_welcome: (m) => m.body,
};

export function bubble(m, phone) {
  const box = el('div', { className: `bubble${m.note === 'deleted' ? ' gone' : ''}` });
  const text = (className, words) => words && box.append(el('div', { className, dir: 'auto', textContent: words }));
  text('note', m.note);
  const quoted = m.context && phone.messages.get(m.context);
  if (quoted) box.append(formatted(quoted.body || quoted.type, 'quoted'));
  text('head', m.header);
  if (m.file) box.append(file(m, phone));
  if (m.place) box.append(place(m));
  for (const c of m.cards || []) box.append(card(c));
  if (m.preview) box.append(preview(m.preview));
  const body = m.place?.name && m.place.latitude !== undefined ? '' : m.body || special(m);
  if (body) box.append(formatted(body));
  text('foot', m.footer);
  box.append(meta(m, phone.language()));
  if (m.reaction) box.append(el('span', { className: 'feel', textContent: m.reaction }));
  return box;
}

function special(m) {
  if (m.note === 'deleted') return 'This message was deleted';
  if (m.type === 'call') return 'Call';
  return m.file || m.cards || m.place || m.header ? '' : m.type;
}

function meta(m, language) {
  const [sign, word] = TICKS[m.status] || ['', m.status];
  const text = m.mine ? sign : `${sign} ${word}`;
  const tick = el('span', { className: `tick ${m.status}`, textContent: m.code ? `${text} ${m.code}` : text, title: word });
  tick.setAttribute('aria-label', word);
  const time = new Date(m.at).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' });
  const kind = m.template ? el('span', { className: 'tag', textContent: `${m.template} · ${m.category}` }) : null;
  return el('div', { className: 'meta' }, kind, el('bdi', { className: 'time', textContent: time }), tick);
}

// file shows an uploaded file, which can be saved, or a link to one elsewhere.
function file(m, phone) {
  const f = m.file;
  if (f.kind === 'voice') return voice(m, phone);
  const here = f.media_id && !m.code; // a file of a failed message never arrived
  if (here && /^image\//.test(f.type || '') && f.size > 200) return picture(f);
  const name = f.name || NAMES[f.kind] || 'open';
  const about = [typeName(f), f.size ? sizeName(f.size) : ''].filter(Boolean).join(' · ');
  const parts = [
    el('span', { className: 'kind', textContent: f.kind === 'document' ? sign(f) : f.kind }),
    el('span', { className: 'name', dir: 'auto' }, name, about ? el('small', { textContent: about }) : null),
  ];
  if (!f.media_id) return anchor(f.url || '', { className: 'file' }, ...parts);
  if (!here) return el('span', { className: 'file' }, ...parts);
  const link = el('a', { className: 'file', href: `files/${encodeURIComponent(f.media_id)}`, download: f.name || '' }, ...parts);
  link.setAttribute('aria-label', `Save ${name}`);
  return link;
}

function picture(f) {
  const image = el('img', { className: `picture ${f.kind}`, alt: f.kind === 'sticker' ? 'Sticker' : 'Photo', src: `pictures/${encodeURIComponent(f.media_id)}` });
  const link = el('a', { href: `files/${encodeURIComponent(f.media_id)}`, download: f.name || '' }, image);
  link.setAttribute('aria-label', `Save the ${f.kind}`);
  return link;
}

function voice(m, phone) {
  const waves = el('span', { className: 'waves', ariaHidden: 'true' });
  for (let i = 0; i < 22; i++) waves.append(el('i', { className: `w${(i * 7) % 5}` }));
  const play = m.mine ? el('span', {}, icon('play')) : el('button', { type: 'button', onclick: () => phone.act({ do: 'play', message: m.id }) }, icon('play'));
  play.setAttribute('aria-label', 'Play the voice note');
  return el('div', { className: 'voice' }, play, waves, el('small', { textContent: '0:03' }));
}

function place(m) {
  const p = m.place;
  const where = `${p.latitude.toFixed(4)}, ${p.longitude.toFixed(4)}`;
  return el('div', { className: 'place' }, el('div', { className: 'map' }, icon('pin')),
    p.name ? el('strong', { dir: 'auto', textContent: p.name }) : null,
    p.address ? el('div', { dir: 'auto', textContent: p.address }) : null,
    p.name ? el('bdi', { className: 'where', dir: 'ltr', textContent: where }) : null);
}

function card(c) {
  return el('div', { className: 'contact' }, icon('card'), el('div', {},
    el('strong', { dir: 'auto', textContent: c.name }),
    ...[c.company, ...(c.phones || []), ...(c.emails || [])].filter(Boolean).map((t) => el('div', { dir: 'auto', textContent: t }))));
}

function preview(url) {
  let host = url;
  try { host = new URL(url).host; } catch { /* the text shows it as it is */ }
  return anchor(url, { className: 'preview' }, icon('link'), el('span', { dir: 'ltr' }, el('strong', { textContent: host }), el('small', { textContent: url })));
}

const NAMES = { document: 'document', video: 'Video', audio: 'Sound', sticker: 'Sticker', image: 'Photo' };

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

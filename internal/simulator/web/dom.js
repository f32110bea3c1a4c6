// Small things that every part of the page uses.

export const $ = (id) => document.getElementById(id);

// el makes an element. Children that are strings become text, never HTML.
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name in node && name !== 'list') node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((c) => c !== null && c !== undefined && c !== ''));
  return node;
}

export async function call(method, path, body) {
  const options = { method, headers: { 'Content-Type': 'application/json' } };
  if (body !== undefined) options.body = JSON.stringify(body);
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error || 'refused');
  return answer;
}

export function complain(error) {
  const toast = $('toast');
  toast.textContent = error.message;
  toast.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { toast.hidden = true; }, 4000);
}

// anchor opens web pages only: an address with another scheme is plain text.
export function anchor(url, props, ...children) {
  if (!/^https?:\/\//i.test(url)) return el('span', props, ...children);
  return el('a', { ...props, href: url, target: '_blank', rel: 'noopener noreferrer' }, ...children);
}

// menu fills a details element with a button and what it opens.
export function menu(sign, label, ...content) {
  const summary = el('summary', { className: 'round' }, sign);
  summary.setAttribute('aria-label', label);
  return [summary, el('div', {}, ...content)];
}

export function item(text, act) {
  return el('button', {
    type: 'button', textContent: text,
    onclick: (e) => { e.target.closest('details').open = false; act(); },
  });
}

// sheet opens a drawer over a phone. Escape and a click beside it close it.
export function sheet(phone, title, ...content) {
  const before = document.activeElement;
  const drawer = el('div', { className: 'sheet', role: 'dialog', ariaModal: 'true', ariaLabel: title });
  const close = () => { drawer.remove(); (before?.isConnected ? before : phone.querySelector('textarea')).focus(); };
  drawer.append(el('div', {}, el('h3', { textContent: title, dir: 'auto' }), ...content));
  drawer.addEventListener('click', (e) => { if (e.target === drawer) close(); });
  drawer.addEventListener('keydown', (e) => { if (e.key === 'Escape') { e.stopPropagation(); close(); } });
  phone.append(drawer);
  drawer.querySelector('button, textarea')?.focus();
  return close;
}

// Pictures are drawn on 24 by 24, as lines.
const ICONS = {
  photo: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01',
  video: 'M3 7h12v10H3zM15 11l6-3v8l-6-3z',
  voice: 'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4',
  audio: 'M9 18V6l10-2v12M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM19 16a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z',
  document: 'M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6',
  sticker: 'M4 4h16v10l-6 6H4zM14 20v-6h6M9 9h.01M14 9h.01M8.5 12.5a4 4 0 0 0 5 0',
  heavy: 'M7 8h10l3 12H4zM9 8a3 3 0 1 1 6 0',
  pin: 'M12 21s7-6.5 7-11a7 7 0 0 0-14 0c0 4.5 7 11 7 11zM12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  place: 'M4 20V9l8-5 8 5v11zM10 20v-6h4v6',
  card: 'M4 5h16v14H4zM12 11a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM8 16c.5-2 2-3 4-3s3.5 1 4 3',
  phone: 'M6 3h4l1.5 5-2.5 1.5a11 11 0 0 0 5.5 5.5L16 12.5l5 1.5v4c0 1.5-1 2.5-2.5 2.5C10 20.5 3.5 14 3.5 5.5 3.5 4 4.5 3 6 3z',
  forward: 'M13 5l7 6-7 6v-4c-5 0-8 1.5-10 5 .5-6 4-9 10-9z',
  people: 'M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 19c.5-3.5 3-5 6-5s5.5 1.5 6 5M16 5.5a3 3 0 0 1 0 5.5M17.5 14.5c2 .5 3 2 3.5 4.5',
  ad: 'M4 10v4h3l8 5V5l-8 5zM18 9a4 4 0 0 1 0 6',
  link: 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
  tag: 'M4 4h8l8 8-8 8-8-8zM8.5 8.5h.01',
  cart: 'M3 4h3l2.5 11h9L20 7H7M10 20h.01M16 20h.01',
  form: 'M5 4h14v16H5zM8 9h2M13 9h3M8 13h2M13 13h3M8 17h8',
  tap: 'M9 12V5a2 2 0 0 1 4 0v6l4 1c2 .5 2.5 2 2 4l-1 5h-8l-5-7c1-1.5 2.5-1.5 4-.5z',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 3',
  wave: 'M4 12c2-4 4-4 6 0s4 4 6 0 3-3 4-2',
  key: 'M8 16a4 4 0 1 1 3.5-6H21v4h-3v3h-4v-3h-2.5A4 4 0 0 1 8 16z',
  unknown: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5a2.5 2.5 0 1 1 3.5 2.300c-.7.3-1 .7-1 1.700M12 16.5h.01',
  code: 'M8 7l-5 5 5 5M16 7l5 5-5 5M14 4l-4 16',
  plus: 'M12 5v14M5 12h14',
  more: 'M12 5h.01M12 12h.01M12 19h.01',
  send: 'M4 12l16-8-5 16-3-6.5z',
  list: 'M4 7h16M4 12h16M4 17h10',
  play: 'M8 5l11 7-11 7z',
  out: 'M9 5H5v14h14v-4M13 4h7v7M20 4l-9 9',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
};

export function icon(name) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', ICONS[name] || ICONS.unknown);
  svg.append(path);
  return svg;
}

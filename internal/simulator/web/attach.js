// The menu behind the plus: every kind of message that Meta may deliver, by
// picture and name. What stands in the text box becomes the caption, the name
// or the text of the message.

import { el, icon, menu, sheet } from './dom.js';

let kinds = [];

export function setKinds(list) { kinds = list; }

export function attach(phone) {
  const box = el('details', { className: 'menu up attach' });
  const groups = Map.groupBy([...kinds, { name: 'raw', group: 'Rare and unknown', label: 'Raw JSON', icon: 'code', wants: 'JSON' }], (k) => k.group);
  const sections = [...groups].map(([title, list]) => el('section', {},
    el('h3', {}, el('bdi', { textContent: title })),
    el('div', { className: 'grid' }, ...list.map((k) => button(phone, box, k)))));
  const hint = el('p', { className: 'hint' }, el('bdi', { textContent: 'What you wrote in the box goes with it: as caption, name or text.' }));
  box.append(...menu(icon('plus'), 'More to send', hint, ...sections));
  box.querySelector('summary').className = 'round plain';
  box.addEventListener('keydown', arrows);
  return box;
}

function button(phone, box, k) {
  const send = () => {
    box.open = false;
    if (k.options) choose(phone, k);
    else phone.sendKind(k, phone.input.value.trim());
  };
  const b = el('button', { type: 'button', title: k.wants ? `${k.label}: ${k.wants}` : k.label, onclick: send },
    el('span', { className: 'disc' }, icon(k.icon)), el('span', { textContent: k.label }));
  b.dataset.kind = k.name;
  return b;
}

function choose(phone, k) {
  let close = null;
  const rows = k.options.map((text) => el('button', { type: 'button', textContent: text, onclick: () => { close(); phone.sendKind(k, text); } }));
  close = sheet(phone.root, k.label, ...rows);
}

// arrows walk through the menu as through WhatsApp's: four in a row.
function arrows(e) {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 4, ArrowUp: -4 }[e.key];
  if (!step) return;
  const all = [...e.currentTarget.querySelectorAll('button')];
  const here = all.indexOf(document.activeElement);
  const turned = getComputedStyle(e.currentTarget).direction === 'rtl' && Math.abs(step) === 1 ? -step : step;
  all[Math.max(0, Math.min(all.length - 1, here < 0 ? 0 : here + turned))].focus();
  e.preventDefault();
}

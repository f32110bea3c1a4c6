// The drawing beside the phone: what the conversation is going through. The
// server makes it; here it is only an image, which cannot run anything.

import { $, call, complain } from './dom.js';

let shown = { phone: null, version: '' };
let timer = 0;

// follow puts the panel beside a phone.
export function follow(phone) {
  if (shown.phone === phone) return;
  shown = { phone, version: '' };
  $('drawing').hidden = true;
  refresh(phone);
}

// refresh asks again soon: several changes at once make one question.
export function refresh(phone) {
  if (phone !== shown.phone || !phone || $('drawings').closest('label').hidden) return;
  clearTimeout(timer);
  timer = setTimeout(() => ask(phone).catch(complain), 150);
}

async function ask(phone) {
  const path = encodeURIComponent(phone.key);
  const { title, version } = await call('GET', `api/drawing/${path}`);
  if (phone !== shown.phone) return; // the person looked elsewhere meanwhile
  const panel = $('drawing');
  panel.hidden = !version || $('drawings').checked === false;
  $('drawing-title').textContent = title;
  $('drawing-of').textContent = phone.person.name;
  if (phone.root.nextElementSibling !== panel) phone.root.after(panel);
  if (version === shown.version || !version) return;
  shown.version = version;
  const file = `drawings/${path}.svg?v=${version}`;
  $('drawing-image').src = file;
  $('drawing-image').alt = `${title}: the drawing, with the current state lit`;
  $('drawing-link').href = file;
}

$('drawings').addEventListener('change', () => refresh(shown.phone));

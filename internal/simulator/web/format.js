// WhatsApp's way of marking text: *bold*, _italic_, ~struck~, `code`,
// ```blocks```, lists and quotes. Everything ends as text nodes. Each line
// finds its own direction, as on a phone.

import { anchor, el } from './dom.js';

export function formatted(text, className = 'body') {
  const body = el('div', { className, dir: 'auto' });
  text.split(/```([^`]+)```/).forEach((part, i) => {
    if (i % 2) body.append(el('pre', { className: 'code', dir: 'auto', textContent: part.replace(/^\n|\n$/g, '') }));
    else body.append(...blocks(i ? part.replace(/^\n/, '') : part));
  });
  return body;
}

const LISTS = [[/^[-*] +/, 'ul'], [/^\d{1,2}\. +/, 'ol'], [/^> ?/, 'blockquote']];

// blocks gathers the lines of a list or a quote in one element.
function blocks(text) {
  if (text === '') return [];
  const out = [];
  for (const line of text.split('\n')) {
    const [mark, tag] = LISTS.find(([form]) => form.test(line)) || [];
    if (!tag) {
      out.push(el('p', { dir: 'auto' }, ...inline(line)));
      continue;
    }
    const rest = line.replace(mark, '');
    let list = out.at(-1);
    if (list?.localName !== tag) {
      list = el(tag, { dir: 'auto' });
      if (tag === 'ol') list.start = parseInt(line, 10);
      out.push(list);
    }
    list.append(el(tag === 'blockquote' ? 'p' : 'li', { dir: 'auto' }, ...inline(rest)));
  }
  return out;
}

const MARKS = { '*': 'strong', _: 'em', '~': 's', '`': 'code' };

// A mark counts at the edge of a word and around something without space at
// its edges.
const MARKED = /(?<![\p{L}\p{N}])([*_~`])(?!\s)([^\n]*?[^\s])\1(?![\p{L}\p{N}])|https?:\/\/[^\s<>"]+/u;

function inline(text) {
  const out = [];
  for (let rest = text; rest;) {
    const found = MARKED.exec(rest);
    if (!found) { out.push(rest); break; }
    out.push(rest.slice(0, found.index));
    rest = rest.slice(found.index + found[0].length);
    if (!found[1]) out.push(anchor(found[0], {}, found[0]));
    else if (found[1] === '`') out.push(el('code', { textContent: found[2] }));
    else out.push(el(MARKS[found[1]], {}, ...inline(found[2])));
  }
  return out;
}

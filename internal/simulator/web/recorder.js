// The scenario recorder: what is done on the phones, as a file that the tests
// play.

import { $, call, complain } from './dom.js';

export function setRecord(state) {
  $('record').textContent = state.on ? 'Stop' : 'Record';
  $('record').setAttribute('aria-pressed', String(state.on));
  $('recorder').classList.toggle('on', state.on);
  $('tape').hidden = !state.text;
  $('tape-tools').hidden = !state.text;
  if (!state.text) return;
  $('tape').value = state.text;
  $('tape').scrollTop = $('tape').scrollHeight;
}

$('record').addEventListener('click', async () => {
  const on = $('record').getAttribute('aria-pressed') !== 'true';
  try { setRecord(await call('PUT', 'api/record', { on })); } catch (error) { complain(error); }
});

$('tape-copy').addEventListener('click', async () => {
  try { await navigator.clipboard.writeText($('tape').value); } catch {
    $('tape').select(); // the browser does not let pages write; the person can
    document.execCommand('copy');
  }
  $('tape-copy').textContent = 'Copied';
  setTimeout(() => { $('tape-copy').textContent = 'Copy'; }, 1500);
});

$('tape-save').addEventListener('click', () => {
  const url = URL.createObjectURL(new Blob([$('tape').value], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'recorded.txt';
  link.click();
  URL.revokeObjectURL(url);
});

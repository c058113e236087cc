// Until the program is there, a picture of it is on the screen (web/picture.mjs). Clicks, keys, and what is typed,
// dropped or pasted are held, and given to the program when it takes the picture's place.
{
  const ACTIVE = 'a, button, input, select';
  const held = [];
  /** What was dropped or pasted last, as the event that the program will hear. */
  let given;
  let isThere = false;
  const picture = () => document.getElementById('picture');
  const active = (element) => element?.closest?.(ACTIVE);
  /** What tells an element from the others: the page may show more by now than the picture did. */
  const said = (one) => [one.tagName, one.textContent, one.ariaLabel, one.closest('label')?.textContent].join();

  /** Whether there may be something else to show: work that is kept, another place, something shared. */
  function isFirstVisit() {
    try {
      return !navigator.serviceWorker?.controller && !sessionStorage.length && /^(#\/?(rules)?)?$/.test(location.hash);
    } catch {
      return false;
    }
  }

  function hold(event) {
    if (!picture()) return;
    held.push(event);
    // The browser has a command of its own under the key of the palette.
    if (event.key === 'k' && (event.ctrlKey || event.metaKey)) event.preventDefault();
  }

  function take(event) {
    const { type, dataTransfer, clipboardData, target } = event;
    if (isThere || (type === 'paste' && target.closest?.('input'))) return;
    // Else the browser opens a file that is dropped, in place of the page.
    event.preventDefault();
    // The program may hear already, and hears it later.
    event.stopImmediatePropagation();
    if (type === 'dragover') return;
    const from = dataTransfer ?? clipboardData;
    const data = new DataTransfer();
    for (const file of from.files) data.items.add(file);
    const text = from.getData('text/plain');
    if (text) data.setData('text/plain', text);
    const Kind = dataTransfer ? DragEvent : ClipboardEvent;
    given = new Kind(type, { bubbles: true, cancelable: true, dataTransfer: data, clipboardData: data });
  }

  function failed(reason) {
    // The program says itself what it cannot do.
    if (isThere) return;
    // In place of a picture, and like it gone as soon as the program is there all the same.
    const shown = picture() ?? document.body.appendChild(Object.assign(document.createElement('main'), { id: 'picture' }));
    const text = document.createElement('p');
    text.role = 'alert';
    text.textContent = `Rulesmith did not start: ${reason}. It needs WebAssembly; a current Chrome, Edge, Firefox or Safari has it.`;
    shown.replaceChildren(text);
    document.documentElement.classList.remove('returning');
  }

  if (!isFirstVisit()) {
    // Hidden before it is there, and gone before the program starts.
    document.documentElement.classList.add('returning');
    document.addEventListener('readystatechange', () => picture()?.remove(), { once: true });
  }
  addEventListener('click', hold, true);
  addEventListener('keydown', hold, true);
  for (const type of ['dragover', 'drop', 'paste']) addEventListener(type, take, true);
  addEventListener('error', ({ message }) => failed(message));
  addEventListener('unhandledrejection', ({ reason }) => failed(reason));

  /** The program has drawn what the picture shows: it takes its place, with the focus and what was done so far. */
  globalThis.rulesmithIsThere = () => {
    isThere = true;
    const shown = picture();
    if (shown) replace(shown);
    if (given) document.querySelector('.page').dispatchEvent(given);
    given = undefined;
  };

  /** Gives a field what was typed into its picture; who is still typing, from the caret on, goes on. */
  function write(field, value, caret) {
    field.value = value;
    const change = () => field.dispatchEvent(new Event('change', { bubbles: true }));
    if (field !== document.activeElement) return change();
    field.setSelectionRange(caret, caret);
    field.addEventListener('blur', change, { once: true });
    // Behind a letter more the browser tells of the change itself.
    field.addEventListener('input', () => field.removeEventListener('blur', change), { once: true });
  }

  function replace(shown) {
    const focused = shown.contains(document.activeElement) && active(document.activeElement);
    const typed = [...shown.querySelectorAll('input[type=text]')].filter(({ value, defaultValue }) => value !== defaultValue);
    // What is removed forgets its caret.
    const caret = focused?.selectionStart;
    shown.remove();
    const same = (wanted) => [...document.querySelectorAll(ACTIVE)].find((one) => wanted && said(one) === said(wanted));
    same(focused)?.focus();
    for (const field of typed) if (same(field)) write(same(field), field.value, caret);
    for (const event of held.splice(0)) {
      // A link has led where it leads already.
      if (event.type === 'click') same(event.target.closest('button'))?.click();
      else document.activeElement.dispatchEvent(new KeyboardEvent('keydown', event));
    }
  }
}

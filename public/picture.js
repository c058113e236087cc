// Until the program is there, a picture of it is on the screen (web/picture.mjs). Clicks and keys are held, and
// given to the program when it takes the picture's place.
{
  const ACTIVE = 'a, button, input, select';
  const held = [];
  const picture = () => document.getElementById('picture');
  const active = (element) => element?.closest?.(ACTIVE);
  /** What tells an element from the others: the page may show more by now than the picture did. */
  const said = ({ tagName, textContent, value, ariaLabel }) => [tagName, textContent, value, ariaLabel].join();

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

  function failed(reason) {
    const shown = picture();
    if (!shown) return;
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
  addEventListener('error', ({ message }) => failed(message));
  addEventListener('unhandledrejection', ({ reason }) => failed(reason));

  /** The program has drawn what the picture shows: it takes its place, with the focus and what was done so far. */
  globalThis.rulesmithIsThere = () => {
    const shown = picture();
    if (!shown) return;
    const focused = shown.contains(document.activeElement) && active(document.activeElement);
    shown.remove();
    const same = (wanted) => [...document.querySelectorAll(ACTIVE)].find((one) => wanted && said(one) === said(wanted));
    same(focused)?.focus();
    for (const event of held.splice(0)) {
      // A link has led where it leads already.
      if (event.type === 'click') same(event.target.closest('button'))?.click();
      else document.activeElement.dispatchEvent(new KeyboardEvent('keydown', event));
    }
  };
}

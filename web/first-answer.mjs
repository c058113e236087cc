// How the worker's answer to a first visit stands in the page, so that the program need not wait for it
// (web/src/state/first_view.rs).

/** The element that holds an answer; without the colours of queries, which are half of it and come soon enough. */
export function element(answer) {
  const plain = (name, value) => (/tokens$/.test(name) ? [] : value instanceof Map ? Object.fromEntries(value) : value);
  const text = JSON.stringify(answer, plain).replaceAll('<', '\\u003c');
  return `<script type="application/json" id="first-answer">${text}</script>`;
}

// The query editor: CodeMirror over the language service that runs in the page's worker.
//
// `open(host, options)` puts an editor into an element, in a shadow tree: there CodeMirror adopts its styles as
// constructed style sheets, which the page's policy allows, while it would write style elements into a document.
// Colours are the page's tokens, which reach into the tree. All that is known of the language comes from
// `options.ask(text, question)`, which gives the answer as a promise; both are the plain data of
// `kql_analysis::editor`. An answer to a text that is no longer there is dropped.
import { autocompletion, completionKeymap, startCompletion } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, codeFolding, foldGutter, foldKeymap, foldService, indentUnit } from '@codemirror/language';
import { forEachDiagnostic, lintGutter, lintKeymap, linter, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Compartment, EditorSelection, EditorState, Prec, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration, EditorView, drawSelection, highlightActiveLine, hoverTooltip, keymap, lineNumbers, placeholder, showTooltip,
} from '@codemirror/view';

/** Classes of tokens in the order of `kql_analysis::editor::CLASSES`; names look as plain text does. */
const CLASSES = ['keyword', 'operator', 'function', 'string', 'number', 'comment', '', '', 'error'];
// What is typed behind a token looks like it until the next analysis.
const MARKS = CLASSES.map((name) => (name ? Decoration.mark({ class: name, inclusiveEnd: true }) : null));

/** An analysis waits so many times as long as the last one took of this thread; the most that it waits, in milliseconds. */
const REST = 3;
const AT_MOST = 500;

/** What changes with each key of a word, problems and the text of a completion, waits until the keys have rested for so many milliseconds. */
const SETTLED = 250;

const THEME = EditorView.theme({
  '&': { color: 'var(--text)', backgroundColor: 'var(--panel)', fontSize: 'var(--small)', maxHeight: '26rem' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-1px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.5', overflow: 'auto', resize: 'vertical' },
  '.cm-content, .cm-gutter': { minHeight: '9rem' },
  '.cm-content': { caretColor: 'var(--text)', padding: '0.5rem 0' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { color: 'var(--muted)', backgroundColor: 'var(--raised)', borderRight: '1px solid var(--line)' },
  '.cm-activeLine': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--hover) 45%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--accent) 25%, transparent)',
  },
  '.cm-placeholder': { color: 'var(--muted)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--good-back)', outline: '1px solid var(--good)' },
  '.cm-nonmatchingBracket, &.cm-focused .cm-nonmatchingBracket': { backgroundColor: 'var(--bad-back)' },
  '.cm-selectionMatch, .cm-searchMatch': { backgroundColor: 'var(--warn-back)' },
  '.cm-foldPlaceholder': { color: 'var(--muted)', backgroundColor: 'var(--raised)', border: '1px solid var(--line)' },
  '.cm-tooltip': { color: 'var(--text)', backgroundColor: 'var(--panel)', border: '1px solid var(--muted)', borderRadius: 'var(--radius)', maxWidth: '34rem' },
  '.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '16rem' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { color: 'var(--on-accent)', backgroundColor: 'var(--accent)' },
  '.cm-completionDetail': { color: 'var(--muted)', fontStyle: 'normal', marginLeft: '1rem' },
  'li[aria-selected] .cm-completionDetail': { color: 'inherit' },
  '.cm-completionInfo': { maxWidth: '20rem', padding: '0.4rem 0.6rem' },
  '.cm-panels': { color: 'var(--text)', backgroundColor: 'var(--raised)', borderTop: '1px solid var(--line)' },
  '.cm-textfield': { color: 'var(--text)', backgroundColor: 'var(--panel)', border: '1px solid var(--muted)' },
  '.cm-button': { color: 'var(--text)', backgroundImage: 'none', backgroundColor: 'var(--panel)', border: '1px solid var(--muted)' },
  '.cm-diagnostic': { color: 'var(--text)', padding: '0.3rem 0.6rem' },
  '.cm-diagnosticAction': { color: 'var(--on-accent)', backgroundColor: 'var(--accent)' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--bad)' },
  '.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: 'underline wavy var(--warn)' },
  '.cm-lintRange-info': { backgroundImage: 'none', textDecoration: 'underline dotted var(--muted)' },
  // Only its colour tells that it is there, also with the colours of the user's system.
  '.cm-lint-marker': { width: '0.8em', height: '0.8em', borderRadius: '50%', content: '""', forcedColorAdjust: 'none' },
  '.cm-lint-marker-error': { backgroundColor: 'var(--bad)', content: '""' },
  '.cm-lint-marker-warning': { backgroundColor: 'var(--warn)', content: '""' },
  '.cm-lint-marker-info': { backgroundColor: 'var(--muted)', content: '""' },
  '.query-card': { padding: '0.4rem 0.6rem', fontSize: 'var(--small)' },
  '.query-card code': { display: 'block', fontFamily: 'var(--mono)' },
  '.query-card p': { margin: '0.3rem 0 0' },
  '.query-card a': { color: 'var(--accent)' },
  '.query-card strong': { color: 'var(--accent)', textDecoration: 'underline' },
  '.keyword, .operator': { color: 'var(--keyword)' },
  '.function': { color: 'var(--function)' },
  '.string': { color: 'var(--string)' },
  '.number': { color: 'var(--number)' },
  '.comment': { color: 'var(--muted)', fontStyle: 'italic' },
  '.error': { color: 'var(--bad)' },
});

/** Where CodeMirror shows completions: the icon's letter. */
const KINDS = {
  column: 'property', variable: 'variable', table: 'class', operator: 'keyword', aggregate: 'function',
  function: 'function', plugin: 'function', keyword: 'keyword',
};

/** What is around the editor in its tree. */
const OUTER = `
  p { margin: 0.25rem 0 0; min-height: 1.2em; color: var(--muted); font-size: var(--small); }
  form { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; margin: 0.5rem 0 0; font-size: var(--small); }
  input, button { font: inherit; color: var(--text); background: var(--panel); border: 1px solid var(--muted); border-radius: var(--radius); padding: 0.25rem 0.65rem; }
  .cm-editor { border: 1px solid var(--muted); border-radius: var(--radius); }
  /* Drawn to a height of the user's own. */
  .cm-editor:has(> .cm-scroller[style*="height"]) { max-height: none; }
`;

const setTokens = StateEffect.define();
const setFolds = StateEffect.define();
const setSignature = StateEffect.define();

/**
 * The browser shows one caret or selection by itself. Drawing it costs a look at the layout and a frame for
 * each key, so that it is only done for several.
 */
const drawn = new Compartment();
const several = ({ selection }) => selection.ranges.length > 1;
const drawSeveral = EditorState.transactionExtender.of(({ startState, newSelection }) => {
  const draw = several({ selection: newSelection });
  return draw === several(startState) ? null : { effects: drawn.reconfigure(draw ? drawSelection() : []) };
});

/** Colours of the last analysis; they move with the text until the next one. */
const tokens = StateField.define({
  create: () => Decoration.none,
  update(decorations, transaction) {
    let now = decorations.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(setTokens)) now = effect.value;
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Foldable parts of the last analysis. */
const folds = StateField.define({
  create: () => [],
  update(known, transaction) {
    for (const effect of transaction.effects) if (effect.is(setFolds)) return effect.value;
    return transaction.docChanged
      ? known.map(([from, to]) => [transaction.changes.mapPos(from), transaction.changes.mapPos(to, 1)])
      : known;
  },
});

const signature = StateField.define({
  create: () => null,
  update(known, transaction) {
    for (const effect of transaction.effects) if (effect.is(setSignature)) return effect.value;
    return known && transaction.docChanged ? { ...known, pos: transaction.changes.mapPos(known.pos) } : known;
  },
  provide: (field) => showTooltip.from(field),
});

function colours(list, length) {
  const ranges = [];
  for (let index = 0; index + 2 < list.length; index += 3) {
    const [from, to, kind] = [list[index], list[index + 1], list[index + 2]];
    if (MARKS[kind] && from < to && to <= length) ranges.push(MARKS[kind].range(from, to));
  }
  return Decoration.set(ranges);
}

/** Whether these colours are those that stand there already: what is typed inside of a token only moves them. */
function sameColours(now, list, length) {
  const at = now.iter();
  for (let index = 0; index + 2 < list.length; index += 3) {
    const [from, to, mark] = [list[index], list[index + 1], MARKS[list[index + 2]]];
    if (!mark || from >= to || to > length) continue;
    if (at.value !== mark || at.from !== from || at.to !== to) return false;
    at.next();
  }
  return at.value === null;
}

/** Whether these problems are shown already. Those that are shown take over what the fixes change now. */
function sameProblems(state, diagnostics) {
  const shown = [];
  forEachDiagnostic(state, (known, from, to) => shown.push([known, from, to]));
  const titles = ({ fixes }) => fixes.map(({ title }) => title).join();
  const same = shown.length === diagnostics.length && shown.every(([known, from, to], number) => {
    const now = diagnostics[number];
    return now.from === from && now.to === to && now.message === known.message && titles(now) === titles(known);
  });
  if (same) {
    shown.forEach(([known], number) => {
      const { fixes, doc } = diagnostics[number];
      Object.assign(known, { fixes, doc });
    });
  }
  return same;
}

const samePairs = (one, other) => one.length === other.length && one.every(([from, to], index) => from === other[index][0] && to === other[index][1]);

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/** A box with a title, what it says, and the documentation's address as text: the page opens nothing. */
function card(title, text, link) {
  const box = element('div', 'query-card');
  for (const line of title.split('\n')) box.append(element('code', '', line));
  if (text) box.append(element('p', '', text));
  if (link) {
    const anchor = element('a', '', 'Documentation');
    anchor.href = link;
    anchor.target = '_blank';
    anchor.rel = 'noreferrer noopener';
    box.append(anchor);
  }
  return box;
}

function signatureCard(found) {
  const box = element('div', 'query-card');
  const label = found.labels[found.active] ?? '';
  const line = element('code');
  const [from, to] = found.parameter ?? [0, 0];
  line.append(label.slice(0, from), element('strong', '', label.slice(from, to)), label.slice(to));
  box.append(line);
  if (found.labels.length > 1) box.append(element('p', 'facts', `Form ${found.active + 1} of ${found.labels.length}`));
  if (found.text) box.append(element('p', '', found.text));
  return box;
}

/** What a completion is, when it has been chosen for a moment: while a word is written another one is chosen with each key. */
const afterRest = (detail) => new Promise((done) => {
  setTimeout(() => done(element('div', '', detail)), SETTLED);
});

/** Changes of the language service as changes of the editor. */
const changes = (edits) => edits.map(({ start, end, text }) => ({ from: start, to: end, insert: text }));

function open(host, options) {
  const { ask, changed = () => {}, run = null } = options;
  const root = host.attachShadow({ mode: 'open' });
  const told = element('p');
  told.setAttribute('role', 'status');
  told.textContent = 'After Escape, Tab leaves the editor.';
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(OUTER);
  root.adoptedStyleSheets = [sheet];
  const tell = (text) => {
    told.textContent = text;
  };
  let analysing = false;
  let stale = false;
  let timer;
  let problemsTimer;
  let waitingSince;
  let lastKey = -SETTLED;
  let spent = 0;

  /** Asks about the text as it is; null when it has changed before the answer came. */
  async function asked(view, question) {
    const { doc } = view.state;
    let answer = null;
    try {
      answer = JSON.parse(await ask(doc.toString(), JSON.stringify(question)));
    } catch {
      return null;
    }
    return view.state.doc === doc ? answer : null;
  }

  /** One analysis is under way at most; a change meanwhile asks for another one. */
  async function analyse(view) {
    if (analysing) {
      stale = true;
      return;
    }
    analysing = true;
    do {
      stale = false;
      const answer = await asked(view, 'Analyse');
      const start = performance.now();
      if (answer?.Analysis) show(view, answer.Analysis);
      spent = performance.now() - start;
    } while (stale);
    analysing = false;
  }

  /** Analyses a text that is being written behind the key's own work; one that takes long waits until the keys rest. */
  function analyseSoon(view) {
    const now = performance.now();
    lastKey = now;
    waitingSince ??= now;
    clearTimeout(timer);
    const look = () => {
      waitingSince = undefined;
      analyse(view);
    };
    timer = setTimeout(look, Math.max(0, Math.min(spent * REST, waitingSince + AT_MOST - now)));
  }

  /** Problems of a text as CodeMirror shows them. */
  function diagnosticsOf({ problems }, doc) {
    const { length } = doc;
    return problems.map(({ start, end, severity, code, message, fixes }) => {
      const found = {
        from: Math.min(start, length),
        to: Math.min(Math.max(end, Math.min(start + 1, length)), length),
        severity,
        source: code,
        message,
        fixes,
        doc,
      };
      found.actions = fixes.map(({ title }, number) => ({
        name: title,
        apply: (target) => {
          // Its places are those of the text that it was found in; the problems of the new text come in a moment.
          if (target.state.doc !== found.doc) return tell('The text has changed meanwhile; try again.');
          return target.dispatch({ changes: changes([found.fixes[number].edit]), userEvent: 'input.fix' });
        },
      }));
      return found;
    });
  }

  /**
   * Shows an analysis. Problems that are all that changed are shown when the keys rest: a half-written word has
   * others with each key, and an update of the editor costs a look at the layout and a frame.
   */
  function show(view, analysis) {
    const { tokens: list, folds: parts } = analysis;
    const { doc } = view.state;
    const { length } = doc;
    clearTimeout(problemsTimer);
    const diagnostics = diagnosticsOf(analysis, doc);
    const effects = [];
    if (!sameColours(view.state.field(tokens), list, length)) effects.push(setTokens.of(colours(list, length)));
    if (!samePairs(view.state.field(folds), parts)) effects.push(setFolds.of(parts));
    const others = !sameProblems(view.state, diagnostics);
    if (others && !effects.length && performance.now() - lastKey < SETTLED) {
      problemsTimer = setTimeout(() => {
        if (view.state.doc === doc) show(view, analysis);
      }, SETTLED);
      return;
    }
    if (others) effects.push(setDiagnostics(view.state, diagnostics).effects ?? []);
    // One update for all of it: each costs a look at the layout.
    if (effects.length) view.dispatch({ effects: effects.flat() });
    host.dataset.analysed = String(length);
  }

  async function complete(context) {
    const word = context.matchBefore(/[\w!~-]+/);
    if (!word && !context.explicit && !context.matchBefore(/[|(,.]\s*$/)) return null;
    const answer = await asked(view, { Complete: { at: context.pos } });
    const found = answer?.Completions;
    if (!found?.items.length) return null;
    return {
      from: found.start,
      to: context.pos,
      options: found.items.map(({ text, kind, detail }, index) => ({
        label: text, type: KINDS[kind], detail: kind, info: detail ? () => afterRest(detail) : undefined, boost: -index / 1000,
      })),
      validFor: /^[\w!~-]*$/,
    };
  }

  const hover = hoverTooltip(async (view, pos) => {
    const found = (await asked(view, { Hover: { at: pos } }))?.Hover;
    if (!found) return null;
    return { pos: found.start, end: found.end, above: true, create: () => ({ dom: card(found.title, found.text, found.link) }) };
  });

  async function help(view) {
    const pos = view.state.selection.main.head;
    const found = (await asked(view, { Signature: { at: pos } }))?.Signature;
    const shown = found ? { pos, above: true, create: () => ({ dom: signatureCard(found) }) } : null;
    if (shown || view.state.field(signature)) view.dispatch({ effects: setSignature.of(shown) });
  }

  async function places(view) {
    return (await asked(view, { Places: { at: view.state.selection.main.head } }))?.Places ?? null;
  }

  async function define(view) {
    const found = await places(view);
    const target = found?.declarations[0];
    if (!target) return tell(found ? `${found.name}: ${found.role}.` : 'There is no name here.');
    view.dispatch({ selection: { anchor: target[0], head: target[1] }, scrollIntoView: true });
    tell(`${found.name} is introduced here.`);
  }

  async function references(view) {
    const found = await places(view);
    if (!found) return tell('There is no name here.');
    const all = [...found.declarations, ...found.uses];
    const ranges = all.map(([from, to]) => EditorSelection.range(from, to));
    view.dispatch({ selection: EditorSelection.create(ranges), scrollIntoView: true });
    tell(`${found.name} stands in ${all.length} places.`);
  }

  async function apply(view, question, done) {
    const answer = await asked(view, question);
    if (!answer) return tell('The text has changed meanwhile; try again.');
    if (answer.Refused) return tell(answer.Refused.reason);
    const { edits, note } = answer.Edits ?? { edits: [] };
    if (edits.length) view.dispatch({ changes: changes(edits), userEvent: 'input.service', scrollIntoView: true });
    tell([done(edits), note].filter(Boolean).join(' '));
  }

  const format = (view) => apply(view, 'Format', (edits) => (edits.length ? 'Formatted.' : 'The text is in its usual form.'));

  /** A field for the new name below the editor. Enter renames, Escape leaves all as it is. */
  async function rename(view) {
    const found = await places(view);
    if (!found) return tell('There is no name here to rename.');
    const at = view.state.selection.main.head;
    root.querySelector('form')?.remove();
    const form = element('form');
    const label = element('label', '', `New name for ${found.name} `);
    const input = element('input');
    input.value = found.name;
    label.append(input);
    const confirm = element('button', '', 'Rename');
    form.append(label, confirm);
    const close = () => {
      form.remove();
      view.focus();
    };
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      close();
      apply(view, { Rename: { at, name: input.value } }, (edits) => `Renamed in ${edits.length} places.`);
    });
    form.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') close();
    });
    told.before(form);
    input.select();
    return undefined;
  }

  const command = (what) => (view) => {
    what(view);
    return true;
  };

  /** Escape closes what is open first; with nothing open, Tab leaves the editor until the next change. */
  const leave = (view) => {
    if (view.state.field(signature)) {
      view.dispatch({ effects: setSignature.of(null) });
      return true;
    }
    view.setTabFocusMode(true);
    tell('Tab leaves the editor now.');
    return true;
  };

  const own = [
    { key: 'Shift-Alt-f', run: command(format) },
    { key: 'F2', run: command(rename) },
    { key: 'F12', run: command(define) },
    { key: 'Shift-F12', run: command(references) },
    { key: 'Ctrl-Shift-Space', run: command(help) },
    ...(run ? [{ key: 'Mod-Enter', run: command(run) }, { key: 'Shift-Enter', run: command(run) }] : []),
  ];

  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: options.text ?? '',
      extensions: [
        lineNumbers(), foldGutter({ foldingChanged: ({ startState, state }) => startState.field(folds) !== state.field(folds) }), lintGutter(), history(), drawn.of([]), drawSeveral, highlightActiveLine(), bracketMatching(),
        codeFolding(), highlightSelectionMatches(), indentUnit.of('    '), EditorState.tabSize.of(4),
        EditorState.allowMultipleSelections.of(true), EditorView.lineWrapping,
        THEME, tokens, folds, signature, hover,
        foldService.of((state, from, to) => {
          const part = state.field(folds).find(([start]) => start >= from && start <= to);
          return part ? { from: part[0], to: part[1] } : null;
        }),
        linter(null),
        autocompletion({ override: [complete], icons: false }),
        placeholder(options.hint ?? ''),
        Prec.high(keymap.of(own)),
        keymap.of([
          ...completionKeymap, ...lintKeymap, ...searchKeymap, ...foldKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab,
        ]),
        Prec.lowest(keymap.of([{ key: 'Escape', run: leave }])),
        EditorView.contentAttributes.of({ 'aria-label': options.label ?? 'Query', 'aria-multiline': 'true', spellcheck: 'false', tabindex: '0' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) {
            delete host.dataset.analysed;
            update.view.setTabFocusMode(false);
            changed(update.state.doc.toString());
            analyseSoon(update.view);
          }
          if (update.docChanged || update.selectionSet) {
            const head = update.state.selection.main.head;
            const before = update.state.sliceDoc(Math.max(0, head - 1), head);
            if (update.view.hasFocus && (update.state.field(signature) || before === '(' || before === ',')) help(update.view);
          }
        }),
      ],
    }),
  });

  root.append(told);
  // What the editor does with these keys is not also done by the page.
  root.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && ['z', 'y', 'enter'].includes(event.key.toLowerCase())) event.stopPropagation();
  });
  analyse(view);

  return {
    /** The text. */
    text: () => view.state.doc.toString(),
    /** Another text, in place of all. */
    set(text) {
      if (text !== view.state.doc.toString()) {
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, userEvent: 'input.set' });
      }
    },
    /** A text at the caret, or in place of what is selected. */
    insert(text) {
      view.focus();
      view.dispatch(view.state.replaceSelection(text), { userEvent: 'input.insert', scrollIntoView: true });
    },
    focus: () => view.focus(),
    /** `format`, `rename`, `define`, `references`, `complete`. */
    command(name) {
      view.focus();
      const known = { format, rename, define, references, complete: startCompletion };
      known[name]?.(view);
    },
    /** Asks again about the same text: the tables have changed. */
    refresh: () => analyse(view),
    close() {
      clearTimeout(timer);
      clearTimeout(problemsTimer);
      view.destroy();
    },
  };
}

// The page starts this script when an editor is first wanted.
globalThis.rulesmithEditor = { open };

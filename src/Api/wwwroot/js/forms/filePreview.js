// How a file was understood, with what can be set before it is stored.

import { previewFile } from '../api.js';
import { el, makeId, setChildren } from '../dom.js';
import { countOf, formatCount } from '../format.js';
import { makeLatestSignal } from '../pageLife.js';
import { runAction } from '../parts/buttons.js';
import { makeScrollBox } from '../parts/dataTable.js';
import { makeErrorBox, makeList, makeNotice } from '../parts/notices.js';
import { makeUploadProgress } from '../parts/uploadProgress.js';

const delimiters = ['comma', 'semicolon', 'tab', 'pipe', 'spaces'];
const encodings = ['utf-8', 'windows-1252', 'utf-16le', 'utf-16be'];
const kinds = ['number', 'category', 'boolean', 'date'];
const leftOut = 'left out';
const automatic = 'automatic';
const decimals = { [automatic]: undefined, point: '.', comma: ',' };
const workbookName = /\.xls[xm]$/i;
const typedName = /\.(parquet|pq|arrows?|feather|ipc|json|ndjson|jsonl)(\.gz)?$/i;

/**
 * @param store stores the file as it is to be read: { options, sheet, range }, undefined where nothing is set; gets a
 *   function for what is done now
 * @param cancel cancels storing, and closes the preview
 */
export function makeFilePreview(file, { store, cancel, signal }) {
  const options = {};
  const cells = { sheet: undefined, range: undefined }; // of a workbook
  const errorBox = makeErrorBox(signal);
  const cellFields = makeCellFields(setCells); // stays as it is, so that a late answer does not undo what is typed
  const understood = el('div.card-part');
  const startRequest = makeLatestSignal(signal);
  const progress = makeUploadProgress();
  const storeButton = el('button.primary', {
    type: 'button', on: { click: () => runAction(storeButton, storeFile, errorBox) },
  }, 'Store dataset');
  const element = el('section.card', { 'aria-label': `Preview of ${file.name}` },
    el('h3', file.name),
    cellFields,
    understood,
    errorBox.element,
    progress.element,
    el('div.toolbar', storeButton, el('button', { type: 'button', on: { click: cancel } }, 'Cancel')));
  const makeReading = () => ({
    ...cells,
    options: Object.values(options).some(value => value !== undefined) ? JSON.stringify(options) : undefined,
  });

  const storeFile = () => progress.during(onProgress => store(makeReading(), onProgress));

  function refresh() {
    const latest = startRequest();
    storeButton.disabled = true; // what is stored was shown before
    return errorBox.attempt(async () => {
      const preview = await previewFile(file, makeReading(), latest).catch(failure => {
        if (!latest.aborted) offerCorrections();
        throw failure;
      });
      cellFields.hidden = preview.format !== 'xlsx';
      storeButton.disabled = preview.questions.length > 0;
      const setting = document.activeElement?.dataset.setting;
      setChildren(understood, describePreview(preview, options, { set, setColumn }));
      if (setting) understood.querySelector(`[data-setting="${CSS.escape(setting)}"]`)?.focus();
    });
  }

  /** Shows what can be set for a file that is refused before anything of it was shown. */
  function offerCorrections() {
    if (understood.hasChildNodes()) return;
    if (workbookName.test(file.name)) cellFields.hidden = false;
    else if (!typedName.test(file.name)) setChildren(understood, [el('div.fields', makeDialectFields(null, set))]);
  }

  function set(name, value) {
    options[name] = value;
    delete options.columns; // another delimiter or header makes other columns
    return refresh();
  }

  function setCells(name, value) {
    cells[name] = value.trim() || undefined;
    delete options.columns;
    return refresh();
  }

  function setColumn(name, value) {
    options.columns = { ...options.columns, [name]: value };
    return refresh();
  }

  return { element, refresh };
}

function describePreview(preview, options, change) {
  const { questions, warnings, columns } = preview;
  const reasons = new Set([preview.delimiter.reason, preview.encoding.reason]); // one and the same for other formats
  return [
    el('p.small.muted', `${countOf(preview.total, 'row')}, ${countOf(columns.length, 'column')}. `
      + [...reasons].join(' ')),
    questions.length > 0 && makeNotice('bad',
      el('b', 'Decide before the file is stored'), makeList(questions.map(({ message }) => message))),
    warnings.length > 0 && makeNotice('warn', makeList(warnings.map(({ message }) => message))),
    el('div.fields',
      preview.format === 'csv' && makeDialectFields(preview, change.set),
      makeSelect('Decimal mark', Object.keys(decimals),
        Object.keys(decimals).find(name => decimals[name] === options.decimal),
        value => change.set('decimal', decimals[value]))),
    makeColumnTable(columns, questions, change.setColumn),
  ];
}

/** @param preview how the file was understood; null if it was refused, so that only the user can know */
function makeDialectFields(preview, set) {
  const [names, values] = ['names of the columns', 'values'];
  const makeChoice = (label, all, value, onChoose) => preview ? makeSelect(label, all, value, onChoose)
    : makeSelect(label, [automatic, ...all], automatic, chosen => onChoose(chosen === automatic ? undefined : chosen));
  return [
    makeChoice('Delimiter', delimiters, preview?.delimiter.value, value => set('delimiter', value)),
    makeChoice('Encoding', encodings, preview?.encoding.value, value => set('encoding', value)),
    makeChoice('First row', [names, values], preview?.header.value ? names : values,
      value => set('header', value && value === names)),
  ];
}

/** What is read of a workbook. */
function makeCellFields(setCells) {
  return el('div.fields', { hidden: true },
    makeTextField('Sheet', 'the first one with values', value => setCells('sheet', value)),
    makeTextField('Cells', 'all, or such as B2:F100', value => setCells('range', value)));
}

function makeColumnTable(columns, questions, setColumn) {
  const isAsked = name => questions.some(({ field }) => field === `options.columns.${name}.format`);
  return makeScrollBox('Columns of the file', el('table',
    el('thead', el('tr', ['Column', 'Read as', 'Examples'].map(text => el('th', text)), el('th.number', 'Missing'))),
    el('tbody', columns.map(column => el('tr',
      el('th', { scope: 'row' }, column.name),
      el('td', makeKindChoice(column, isAsked(column.name), setColumn)),
      el('td.small', column.examples.slice(0, 3).join(' · ') || '–'),
      el('td.number', column.missing ? formatCount(column.missing) : '–'))))));
}

/** @param isFormatAsked whether the format is a guess, which is not filled in: the user decides */
function makeKindChoice({ name, kind, format, reason }, isFormatAsked, setColumn) {
  const choose = value => setColumn(name, value === leftOut ? { drop: true } : { kind: value });
  return [
    makeInput([...kinds, leftOut], kind ?? leftOut, choose,
      { 'aria-label': `Kind of ${name}`, title: reason, 'data-setting': `kind of ${name}` }),
    kind === 'date' && el('input', {
      type: 'text', value: isFormatAsked ? '' : format ?? '', placeholder: 'd/M/yyyy', size: 12,
      'aria-label': `Date format of ${name}`,
      'data-setting': `format of ${name}`,
      on: { change: event => setColumn(name, { kind: 'date', format: event.target.value.trim() }) },
    }),
  ];
}

function makeSelect(label, values, value, onChoose) {
  const id = makeId('reading');
  return el('div.field',
    el('label', { for: id }, label),
    makeInput(values, value, onChoose, { id, 'data-setting': label }));
}

function makeTextField(label, placeholder, onSet) {
  const id = makeId('reading');
  return el('div.field', el('label', { for: id }, label), el('input', {
    type: 'text', id, placeholder,
    on: { change: event => onSet(event.target.value) },
  }));
}

function makeInput(values, value, onChoose, props) {
  const all = values.includes(value) ? values : [...values, value];
  return el('select', { ...props, on: { change: event => onChoose(event.target.value) } },
    all.map(text => el('option', { value: text, selected: text === value }, text)));
}

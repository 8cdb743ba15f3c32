// The page: what the server sends, section by section, goes to where it is shown. The filter is in the page's address.

import {byId, clock, count, element, millis, percent, points, say} from './text.js';
import {drawAccuracy, drawSpeed} from './charts.js';
import {drawClasses, drawConfusion, drawModels, drawRejections, sortable, tellCells} from './tables.js';

// So many alerts that are over are shown.
const OVER = 5;

// Of fewer labels the interval is wider than what they are to tell.
const ENOUGH_SAMPLED = 30;

// Where so many tags have a label, these tell more than a sample of them.
const NEARLY_ALL = 0.9;

const form = byId('filter');
const shown = {};
let source;

function filter() {
  const asked = new URLSearchParams(location.search);
  return {model: asked.get('model') ?? '', segment: asked.get('segment') ?? '', label: asked.get('label') ?? '', windows: /^[1-9]\d{0,3}$/.test(asked.get('windows')) ? asked.get('windows') : '15'};
}

function choose(changed) {
  const chosen = {...filter(), ...changed};
  const asked = new URLSearchParams(Object.entries(chosen).filter(([name, value]) => value && !(name === 'windows' && value === '15')));
  history.replaceState(null, '', [...asked].length ? `?${asked}` : location.pathname);
  connect();
}

function connect() {
  source?.close();
  const chosen = filter();
  for (const [name, value] of Object.entries(chosen)) {
    offer(form.elements[name], value ? [value] : []);
    form.elements[name].value = value;
  }
  source = new EventSource(`events?${new URLSearchParams(chosen)}`);
  source.onerror = () => { say('status', 'The page has lost its server; it tries again.'); byId('status').className = 'trouble'; };
  for (const [section, draw] of Object.entries(sections)) {
    source.addEventListener(section, event => { shown[section] = JSON.parse(event.data); draw(shown[section]); });
  }
}

// Adds what is not offered yet.
function offer(select, values) {
  const offered = new Set([...select.options].map(option => option.value));
  values.filter(value => !offered.has(value)).forEach(value => select.append(element('option', {value}, value)));
}

const sections = {
  status(status) {
    const trouble = status.trouble || (status.unreadable ? `${count(status.unreadable)} records of the topics cannot be read` : '');
    say('status', `${status.bootstrapServers}, ${clock(status.at)}${trouble ? `: ${trouble}` : ''}`);
    byId('status').className = trouble ? 'trouble' : 'soft';
  },
  choices(choices) {
    offer(form.elements.model, choices.models);
    offer(form.elements.segment, choices.segments);
    offer(form.elements.label, choices.labels);
    form.elements.model.options[0].textContent = choices.model ? `now: ${choices.model}` : 'the one that tags now';
  },
  speed(speed) {
    say('rate', count(Math.round(speed.taggedPerSecond)));
    say('latency', millis(speed.p50Millis));
    say('latency-note', speed.p99Millis < 0 ? 'from event to tag' : `from event to tag, median; 1 % take over ${millis(speed.p99Millis)}`);
    say('rejected', count(speed.rejected));
    say('rejected-note', `rejected, of ${count(speed.tagged + speed.rejected)} seen`);
    drawSpeed(speed);
  },
  alerts(alerts) {
    const open = alerts.filter(alert => alert.status === 'open').length;
    say('open-alerts', count(open));
    byId('open-alerts-figure').classList.toggle('bad', open > 0);
    const list = alerts.slice(0, open + OVER).map(drawAlert);
    byId('alert-list').replaceChildren(...(list.length ? list : [element('p', {class: 'empty'}, 'None: no drift has been found.')]));
    if (shown.accuracy) sections.accuracy(shown.accuracy);
  },
  accuracy(accuracy) {
    const {label} = filter();
    const alerts = (shown.alerts ?? []).filter(alert => alert.modelVersion === shown.choices?.model);
    const ofClass = label ? accuracy.classes.find(each => each.label === label) : null;
    const what = label ? ofClass ?? {support: 0, baseline: null} : accuracy;
    const isChosen = alerts.some(alert => alert.status === 'open' && alert.kind === 'label-selection');
    sayAccuracy(what, label, label ? null : accuracy.sampled, accuracy.labelCoverage >= NEARLY_ALL, isChosen);
    say('expected', accuracy.tagged ? percent(accuracy.expectedAccuracy) : '–');
    // There is none by confidence alone.
    const hasInterval = (accuracy.expectedUpper ?? null) !== null;
    say('expected-note', `expected accuracy, without labels${hasInterval ? `, ${percent(accuracy.expectedLower)} to ${percent(accuracy.expectedUpper)}` : ''}`);
    say('macro-recall', accuracy.support ? percent(accuracy.macroRecall) : '–');
    say('coverage', accuracy.tagged ? percent(accuracy.labelCoverage) : '–');
    say('coverage-note', accuracy.support ? `of tags have a label, ${millis(Math.round(accuracy.meanLabelDelayMillis))} after the event` : 'of tags have a label');
    say('accuracy-title', `Accuracy by window${label ? `, ${label}` : ''}${accuracy.from ? `; figures and tables: ${clock(accuracy.from)} to ${clock(accuracy.until)}` : ''}`);
    drawAccuracy(accuracy.timeline, what.baseline, alerts.filter(alert => (alert.label ?? '') === label));
    drawClasses(accuracy, alerts, label, chosen => choose({label: chosen === filter().label ? '' : chosen}));
    drawConfusion(accuracy, label);
  },
  tags: drawTags,
  rejections: drawRejections,
  models: drawModels};

// Labels of known probability tell the accuracy of all tags; those of tags that were chosen do not.
function sayAccuracy(what, label, sampled, isCensus, isChosen) {
  const told = sampled && sampled.support >= ENOUGH_SAMPLED && !isCensus ? sampled : what;
  const toTest = what.baseline === null ? '' : `; ${points(told.accuracy - what.baseline)} to the test`;
  const between = each => `${percent(each.lower)} to ${percent(each.upper)}`;
  say('accuracy', told.support ? percent(told.accuracy) : '–');
  if (!told.support) say('accuracy-note', 'accuracy: no labels yet');
  else if (told === sampled) {
    say('accuracy-note', `accuracy of all tags, ${between(sampled)}, by ${count(sampled.support)} labels of known probability${toTest}${
      sampled.auditedLabelled < 0.9 * sampled.audited ? `, though only ${count(sampled.auditedLabelled)} of ${count(sampled.audited)} audited tags have a label` : ''}; of the tags that have a label: ${percent(what.accuracy)}`);
  } else {
    const of = label ? ` of ${label}` : '';
    say('accuracy-note', `${isChosen ? `accuracy${of} by labels that are no random sample of the tags: that of all may be another` : `accuracy${of}`}, ${between(what)}${toTest}${
      sampled ? `; by ${count(sampled.support)} labels of known probability: ${percent(sampled.accuracy)}, ${between(sampled)}` : ''}`);
  }
}

const kinds = {calibration: 'accuracy for the confidence', confusions: 'wrong tags say', predictions: 'the mix of tags', confidence: 'confidence', brightness: 'brightness', familiarity: 'unfamiliar images', 'expected-accuracy': 'accuracy to be expected', 'unknown-label': 'a class that the model does not know', 'label-selection': 'labels are no random sample'};

// Between when and when it began, where that is known and more than the one time.
const interval = ({sinceEarliest, sinceLatest}) => sinceEarliest && sinceLatest && clock(sinceEarliest) !== clock(sinceLatest)
  ? ` (${clock(sinceEarliest)} to ${clock(sinceLatest)})` : '';

function drawAlert(alert) {
  const gray = value => alert.kind === 'brightness' ? value.toFixed(0) : percent(value);
  const what = alert.kind === 'accuracy' ? `accuracy${alert.label ? ` of ${alert.label}` : ' of all tags'}`
    : `${kinds[alert.kind]}${alert.label ? ` (${alert.label})` : ''}`;
  return element('div', {class: `alert ${alert.status}`},
    element('b', {}, what), `: ${gray(alert.referenceValue)} → ${gray(alert.currentValue)} `,
    element('time', {}, `since ${clock(alert.since)}${interval(alert)}${alert.status === 'open' ? '' : `, over at ${clock(alert.at)}`}`), element('br'),
    element('small', {}, `${alert.detector}, against ${alert.reference.replaceAll('-', ' ')}: ${alert.evidence}; ${alert.modelVersion}`),
    drawAlertImages(alert));
}

// Side by side, as far as their events are still in the topic.
function drawAlertImages({imagesBefore = [], imagesAfter = [], pictured}) {
  const shown = images => images.filter(image => pictured.includes(image.sourceRecord));
  const sides = [['before', shown(imagesBefore)], ['since then', shown(imagesAfter)]].filter(([, images]) => images.length > 0);
  return element('div', {class: 'sides'}, ...sides.map(([when, images]) => element('div', {class: 'side'},
    element('span', {}, when), ...images.map(drawAlertImage))));
}

function drawAlertImage({sourceRecord, label, truth, segment}) {
  const isWrong = truth && truth !== label;
  return element('figure', {class: truth ? (isWrong ? 'wrong' : 'right') : '', title: [segment, sourceRecord].filter(Boolean).join(', ')},
    element('img', {src: `alert-images/${sourceRecord}`, alt: ''}),
    element('figcaption', {}, label, isWrong ? element('span', {class: 'truth'}, `is ${truth}`) : ''));
}

// Pictures that are shown already stay as they are.
function drawTags(tags) {
  const box = byId('tags');
  if (tags.length === 0) {
    box.replaceChildren(element('p', {class: 'empty'}, 'No tag seen yet.'));
    return;
  }
  const present = new Map([...box.children].map(figure => [figure.dataset.id, figure]));
  box.replaceChildren(...tags.map(sample => present.get(String(sample.id)) ?? drawTag(sample)));
}

function drawTag({id, tag, truth, segment, pictured}) {
  const picture = pictured ? element('img', {src: `pictures/${id}`, alt: ''}) : 'no picture';
  const caption = element('figcaption', {}, tag.label, element('span', {}, `${percent(tag.confidence, 0)} sure`));
  if (truth && truth !== tag.label) caption.append(element('span', {class: 'truth'}, `is ${truth}`));
  return element('figure', {'data-id': id, class: truth ? (truth === tag.label ? 'right' : 'wrong') : '',
    title: [tag.productId, segment, clock(tag.taggedAt), tag.modelVersion].filter(Boolean).join(', ')},
    element('div', {class: 'picture'}, picture), caption);
}

form.addEventListener('change', event => choose({[event.target.name]: event.target.value}));
form.addEventListener('reset', event => { event.preventDefault(); choose({model: '', segment: '', label: '', windows: '15'}); });
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { for (const name of ['speed', 'accuracy']) if (shown[name]) sections[name](shown[name]); });
sortable(() => shown.accuracy && sections.accuracy(shown.accuracy));
tellCells();
connect();

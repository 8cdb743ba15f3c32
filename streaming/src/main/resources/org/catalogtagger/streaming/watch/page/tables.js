// Classes, confusion matrix, rejections, models.

import {byId, clock, count, element, percent, points, say} from './text.js';

const SVG = 'http://www.w3.org/2000/svg';
let order = 'difference';

// Of a width or place.
const css = share => `${(100 * share).toFixed(1)}%`;

const difference = of => of.baseline === null || of.support === 0 ? null : of.accuracy - of.baseline;

// Sure to be below the test: even the interval's upper end is.
const isBelow = of => of.baseline !== null && of.support > 0 && of.upper < of.baseline - 1e-6;

const orders = {
  label: (a, b) => a.label.localeCompare(b.label),
  accuracy: (a, b) => (a.support ? a.accuracy : 2) - (b.support ? b.accuracy : 2),
  difference: (a, b) => (difference(a) ?? 2) - (difference(b) ?? 2),
  support: (a, b) => b.support - a.support,
  precision: (a, b) => (a.tagged ? a.precision ?? 2 : 2) - (b.tagged ? b.precision ?? 2 : 2),
  tagged: (a, b) => b.tagged - a.tagged,
  watched: (a, b) => unwatched(b) - unwatched(a)};

// The larger the worse a class is watched; one that has fallen is not.
const unwatched = of => of.detectionDelay ?? (of.labelsNeeded === null ? 0 : 1e6 + of.labelsNeeded);

// Classes are in the order that was asked for; those whose accuracy has fallen furthest come first unless another was.
export function sortable(redraw) {
  const buttons = document.querySelectorAll('#classes th button');
  const show = () => buttons.forEach(button => button.setAttribute('aria-pressed', button.dataset.by === order));
  buttons.forEach(button => button.addEventListener('click', () => { order = button.dataset.by; show(); redraw(); }));
  show();
}

function interval(of) {
  const bar = element('span', {class: 'interval', title: `${percent(of.lower)} to ${percent(of.upper)}`});
  if (of.support > 0) {
    const range = element('i');
    range.style.left = css(of.lower);
    range.style.width = css(of.upper - of.lower);
    bar.append(range);
  }
  if (of.baseline !== null) {
    const test = element('u', {title: `test: ${percent(of.baseline)}`});
    test.style.left = css(of.baseline);
    bar.append(test);
  }
  return bar;
}

function watched(of) {
  if (of.detectionDelay !== null) return `${count(of.detectionDelay)} labels`;
  return of.labelsNeeded === null ? '–' : `needs ${count(of.labelsNeeded)} more`;
}

function spark(of) {
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('class', 'spark');
  picture.setAttribute('viewBox', '0 0 100 100');
  picture.setAttribute('preserveAspectRatio', 'none');
  const draw = (tag, attributes) => {
    const shape = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
    picture.append(shape);
  };
  if (of.baseline !== null) draw('line', {x1: 0, x2: 100, y1: 100 * (1 - of.baseline), y2: 100 * (1 - of.baseline)});
  const step = 100 / Math.max(1, of.recent.length - 1);
  const seen = of.recent.flatMap((value, i) => value === null ? [] : [`${(i * step).toFixed(1)},${(100 * (1 - value)).toFixed(1)}`]);
  draw('polyline', {points: seen.join(' ')});
  return picture;
}

export function drawClasses(accuracy, alerts, label, choose) {
  const alerted = new Set(alerts.filter(alert => alert.status === 'open').map(alert => alert.label));
  const rows = accuracy.classes.filter(of => !label || of.label === label).sort(orders[order]).map(of => {
    const off = difference(of);
    const row = element('tr', {class: [isBelow(of) ? 'below' : '', alerted.has(of.label) ? 'alerted' : ''].join(' ')},
      element('td', {class: 'text'}, of.label),
      element('td', {}, of.support ? percent(of.accuracy) : '–'),
      element('td', {class: 'text wide'}, interval(of)),
      element('td', {class: isBelow(of) ? 'below' : ''}, off === null ? '–' : points(off)),
      element('td', {class: 'text wide'}, spark(of)),
      element('td', {}, count(of.support)),
      element('td', {class: 'wide'}, of.tagged && of.support && of.precision !== null ? percent(of.precision) : '–'),
      element('td', {class: 'wide'}, count(of.tagged)),
      element('td', {class: of.detectionDelay === null ? 'wide soft' : 'wide'}, watched(of)));
    row.addEventListener('click', () => choose(of.label));
    return row;
  });
  byId('classes').tBodies[0].replaceChildren(...rows);
  say('classes-note', accuracy.classesLeftOut ? `the ${count(accuracy.classes.length)} largest; ${count(accuracy.classesLeftOut)} are not shown` : '');
}

export function drawConfusion(accuracy, label) {
  const table = byId('confusion');
  const {labels, rows: counts, truths, leftOut} = accuracy.confusion;
  say('confusion-note', leftOut ? `of the ${count(labels.length)} largest classes; ${count(leftOut)} are not shown` : '');
  const head = element('tr', {}, element('th'), ...labels.map(each => element('th', {}, element('span', {}, each))));
  const rows = labels.map((truth, r) => {
    const row = counts[r];
    const all = truths[r];
    return element('tr', truth === label ? {class: 'chosen'} : {}, element('th', {}, truth), ...row.map((cell, c) => {
      const made = element('td', {'data-truth': truth, 'data-label': labels[c], 'data-count': cell, 'data-of': all});
      if (cell) {
        const share = cell / all;
        made.style.background = `rgba(var(${r === c ? '--mark' : '--wrong'}), ${(.15 + .85 * share).toFixed(2)})`;
      }
      return made;
    }));
  });
  table.replaceChildren(element('thead', {}, head), element('tbody', {}, ...rows));
}

export function tellCells() {
  const tell = event => {
    const cell = event.target.closest('td');
    if (!cell) return;
    const {truth, label, count: n, of} = cell.dataset;
    say('cell', `${truth} tagged ${label}: ${count(+n)} of ${count(+of)}${+of ? `, ${percent(n / of)}` : ''}`);
  };
  byId('confusion').addEventListener('mouseover', tell);
  byId('confusion').addEventListener('click', tell);
}

export function drawRejections(rejections) {
  const none = element('tr', {}, element('td', {class: 'empty text'}, 'None seen.'));
  const most = Math.max(1, ...rejections.reasons.map(each => each.events));
  byId('reasons').tBodies[0].replaceChildren(...(rejections.reasons.length ? rejections.reasons.map(each => {
    const bar = element('span', {class: 'interval'}, element('i'));
    bar.firstChild.style.width = css(each.events / most);
    return element('tr', {}, element('td', {class: 'text'}, each.reason), element('td', {}, count(each.events)), element('td', {class: 'text'}, bar));
  }) : [none]));
  byId('rejections').tBodies[0].replaceChildren(...rejections.newest.map(each => element('tr', {},
    element('td', {class: 'text'}, each.productId || '(no key)'), element('td', {class: 'text'}, each.reason),
    element('td', {class: 'text'}, each.detail), element('td', {}, clock(each.at)))));
}

export function drawModels(models) {
  byId('models').tBodies[0].replaceChildren(...models.versions.map(each => element('tr', {},
    element('td', {class: 'text'}, each.modelVersion + (each.current ? ' (now)' : '')), element('td', {}, count(each.tags)), element('td', {}, clock(each.last)))));
  byId('releases-title').hidden = models.releases.length === 0;
  byId('releases').tBodies[0].replaceChildren(...models.releases.map(each => element('tr', {},
    element('td', {class: 'text'}, `${each.role}: ${each.modelVersion}`),
    element('td', {class: each.refused ? 'text below' : 'text'}, each.refused ? `refused: ${each.detail}` : `accepted by ${each.accepted} of ${each.subtasks}`),
    element('td', {}, clock(each.releasedAt)))));
}

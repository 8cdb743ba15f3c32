// The two charts over time. ECharts is a global of its own script.

import {byId, clock, millis, percent} from './text.js';

const charts = {};
const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const mark = alpha => `rgba(${style('--mark')}, ${alpha})`;

function chart(id) {
  return charts[id] ??= echarts.init(byId(id), null, {renderer: 'canvas'});
}

addEventListener('resize', () => Object.values(charts).forEach(each => each.resize()));

const axis = extra => ({
  axisLabel: {color: style('--soft'), hideOverlap: true}, axisLine: {lineStyle: {color: style('--line')}},
  splitLine: {lineStyle: {color: style('--line')}}, nameTextStyle: {color: style('--soft')}, ...extra});

// So long at least: one point alone has no extent.
const times = (moments, least) => axis({type: 'time', splitLine: {show: false},
  ...(moments.length ? {min: Math.min(moments[0], moments[moments.length - 1] - least), max: moments[moments.length - 1]} : {})});

const frame = extra => ({
  animation: false, grid: {left: 52, right: 64, top: 36, bottom: 24}, textStyle: {fontFamily: 'system-ui, sans-serif'},
  legend: {top: 0, textStyle: {color: style('--ink')}, itemWidth: 18, itemHeight: 8},
  tooltip: {trigger: 'axis', backgroundColor: style('--ground'), borderColor: style('--line'), textStyle: {color: style('--ink')}},
  ...extra});

const line = (name, data, color, extra = {}) => ({
  name, type: 'line', data, showSymbol: data.length < 2, symbolSize: 5, lineStyle: {color, width: 2}, itemStyle: {color}, connectNulls: false, ...extra});

// Accuracy with its interval, what was to be expected without labels, the test's accuracy, and when alerts were open.
export function drawAccuracy(timeline, baseline, alerts) {
  const at = point => Date.parse(point.end);
  const labelled = timeline.filter(point => point.support > 0);
  const band = labelled.map(point => [at(point), point.lower]);
  const height = labelled.map(point => [at(point), point.upper - point.lower]);
  const areas = alerts.filter(alert => alert.kind === 'accuracy').map(alert => [
    {xAxis: Date.parse(alert.since)},
    {xAxis: alert.status === 'open' ? (timeline.length ? at(timeline[timeline.length - 1]) : Date.now()) : Date.parse(alert.at)}]);
  const series = [
    {name: 'lower', type: 'line', data: band, stack: 'interval', symbol: 'none', lineStyle: {opacity: 0}, silent: true, tooltip: {show: false}},
    {name: 'upper', type: 'line', data: height, stack: 'interval', symbol: 'none', lineStyle: {opacity: 0}, silent: true, areaStyle: {color: mark(.18)}, tooltip: {show: false}},
    line('accuracy', labelled.map(point => [at(point), point.accuracy]), mark(1),
      {markArea: {silent: true, itemStyle: {color: style('--bad'), opacity: .12}, data: areas}})];
  const expected = timeline.filter(point => point.expected !== null).map(point => [at(point), point.expected]);
  if (expected.length) series.push(line('expected', expected, style('--soft'), {lineStyle: {color: style('--soft'), type: 'dashed', width: 2}}));
  if (baseline !== null && timeline.length) {
    series.push(line('test', [[at(timeline[0]), baseline], [at(timeline[timeline.length - 1]), baseline]], style('--ink'),
      {lineStyle: {color: style('--ink'), width: 1}}));
  }
  chart('accuracy-chart').setOption(frame({
    legend: {...frame().legend, data: ['accuracy', 'expected', 'test']},
    xAxis: times(timeline.map(at), 600_000),
    yAxis: axis({type: 'value', max: 1, min: extent => Math.max(0, Math.floor(10 * extent.min - .5) / 10), axisLabel: {color: style('--soft'), formatter: value => percent(value, 0)}}),
    tooltip: {...frame().tooltip, valueFormatter: value => percent(value), order: 'seriesAsc',
      formatter: items => [clock(items[0].value[0]), ...items.filter(item => !['lower', 'upper'].includes(item.seriesName))
        .map(item => `${item.seriesName} ${percent(item.value[1])}`)].join('<br>')},
    series}), {replaceMerge: ['series']});
}

export function drawSpeed(speed) {
  const over = values => speed.seconds.map((second, i) => [1000 * second, values[i] < 0 ? null : values[i]]);
  const series = [
    line('tags/s', over(speed.taggedBySecond), mark(1), {areaStyle: {color: mark(.18)}}),
    line('median', over(speed.p50BySecond), style('--good'), {yAxisIndex: 1, lineStyle: {color: style('--good'), width: 1.5}}),
    line('99th percentile', over(speed.p99BySecond), style('--soft'), {yAxisIndex: 1, lineStyle: {color: style('--soft'), width: 1.5, type: 'dashed'}})];
  if (speed.rejectedBySecond.some(value => value > 0)) series.push(line('rejected/s', over(speed.rejectedBySecond), style('--bad')));
  chart('speed-chart').setOption(frame({
    xAxis: times(speed.seconds.map(second => 1000 * second), 300_000),
    yAxis: [axis({type: 'value', min: 0}),
      axis({type: 'log', min: 1, splitLine: {show: false}, axisLabel: {color: style('--soft'), formatter: millis}})],
    series}), {replaceMerge: ['series']});
}

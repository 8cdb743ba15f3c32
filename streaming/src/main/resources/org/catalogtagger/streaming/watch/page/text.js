// Numbers, times and elements. All text goes in as text: labels and product ids come from outside.

export const percent = (value, digits = 1) => `${(100 * value).toFixed(digits)} %`;

export const points = value => `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(1)}`;

export const count = value => value.toLocaleString('en-US');

export const millis = value =>
  value < 0 ? '–' : value < 10_000 ? `${count(value)} ms` : value < 600_000 ? `${(value / 1000).toFixed(0)} s`
    : value < 36_000_000 ? `${(value / 60_000).toFixed(0)} min` : `${(value / 3_600_000).toFixed(0)} h`;

const today = time => time.toDateString() === new Date().toDateString();

export const clock = iso => {
  const time = new Date(iso);
  return (today(time) ? '' : `${time.toLocaleDateString()} `) + time.toLocaleTimeString([], {hour12: false});
};

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export const byId = id => document.getElementById(id);

export const say = (id, text) => { byId(id).textContent = text; };

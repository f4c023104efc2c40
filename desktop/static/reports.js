// The pages of figures: charts of the values that the page has as tables, drawn anew as today goes on.
import uPlot from "/static/uplot.js";

const byId = (id) => document.getElementById(id);
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const DASHES = [[], [8, 5], [2, 4], [12, 4, 2, 4], [5, 2], [16, 6], [2, 8]];
const HEIGHT = 250;

const two = (number) => String(number).padStart(2, "0");
const said = {
  count: (value) => value.toLocaleString(document.documentElement.lang),
  number: (value) => value.toLocaleString(document.documentElement.lang),
  money: (value) => value.toLocaleString(document.documentElement.lang),
  percent: (value) => `${value}\u202f%`,
  seconds: (value) => `${Math.floor(value / 60)}:${two(Math.round(value % 60))}`,
  hours: (value) => `${Math.floor(value / 3600)}:${two(Math.round((value % 3600) / 60))}`,
};
// Round steps of time.
const STEPS = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 36000, 72000, 180000, 360000];

// Nobody has to tell colours: each series has a pattern of its own.
const pattern = (place, ink) => {
  const size = 8;
  const tile = document.createElement("canvas");
  tile.width = tile.height = size;
  const pen = tile.getContext("2d");
  pen.strokeStyle = pen.fillStyle = ink;
  pen.lineWidth = 2;
  if (place === 0) return ink;
  pen.globalAlpha = 0.25;
  pen.fillRect(0, 0, size, size);
  pen.globalAlpha = 1;
  pen.beginPath();
  if (place % 6 === 1) for (const shift of [-size, 0, size]) pen.moveTo(shift, size), pen.lineTo(shift + size, 0);
  if (place % 6 === 2) pen.arc(size / 2, size / 2, 1.6, 0, 7), pen.fill();
  if (place % 6 === 3) pen.moveTo(0, size / 2), pen.lineTo(size, size / 2);
  if (place % 6 === 4) pen.moveTo(size / 2, 0), pen.lineTo(size / 2, size);
  if (place % 6 === 5) for (const shift of [-size, 0, size]) pen.moveTo(shift, 0), pen.lineTo(shift + size, size);
  pen.stroke();
  return pen.createPattern(tile, "repeat");
};

// Bars that stand on each other are drawn from the highest sum down.
const stacked = (series) => {
  const sums = [];
  let below = series[0]?.values.map(() => 0) ?? [];
  for (const one of series) {
    below = below.map((sum, place) => sum + (one.values[place] ?? 0));
    sums.push(below);
  }
  return sums;
};

const options = (chart, width, isStacked) => {
  const ink = color("--soft");
  const grid = { stroke: color("--rule"), width: 1 };
  const order = chart.series.map((_, place) => place);
  if (isStacked) order.reverse();
  const bars = isStacked || chart.kind === "bars";
  const isTime = chart.unit === "seconds" || chart.unit === "hours";
  const series = order.map((place) => {
    const stroke = color(`--s${(place % 7) + 1}`);
    const value = (_, __, ___, at) => (at === null ? "" : chart.series[place].texts[at]);
    return bars
      ? { label: chart.series[place].label, stroke, fill: pattern(place, stroke), width: 1, value, paths: uPlot.paths.bars({ size: [0.7, 60] }), points: { show: false } }
      : { label: chart.series[place].label, stroke, width: 2, dash: DASHES[place % 7], value, points: { show: chart.labels.length < 40, size: 5, fill: stroke } };
  });
  if (chart.target !== null)
    series.push({ label: "✓", stroke: color("--ink"), width: 1, dash: [4, 4], value: () => said[chart.unit](chart.target), points: { show: false } });
  return {
    width,
    height: HEIGHT,
    cursor: { drag: { x: false, y: false }, y: false },
    scales: {
      x: { time: false, range: () => [-0.6, chart.labels.length - 0.4] },
      y: { range: (_, __, most) => (chart.unit === "percent" ? [0, 100] : [0, Math.max(most ?? 0, 1) * 1.1]) },
    },
    axes: [
      { stroke: ink, grid: { show: false }, ticks: grid, space: 70, incrs: [1, 2, 3, 4, 6, 8, 12, 24, 48, 96, 168], values: (_, at) => at.map((place) => chart.labels[place] ?? "") },
      { stroke: ink, grid, ticks: grid, size: 62, ...(isTime ? { incrs: STEPS } : { incrs: [1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 50000] }), values: (_, at) => at.map((value) => said[chart.unit](value)) },
    ],
    series: [{ label: "\u00a0", value: (_, __, ___, at) => (at === null ? "" : chart.labels[at]) }, ...series],
  };
};

const drawn = new Map();
const draw = (place, chart) => {
  drawn.get(place)?.plot.destroy();
  const isStacked = chart.kind === "stacked";
  const values = isStacked ? stacked(chart.series).reverse() : chart.series.map((one) => one.values);
  const target = chart.target === null ? [] : [chart.labels.map(() => chart.target)];
  const data = [chart.labels.map((_, at) => at), ...values, ...target];
  const plot = new uPlot(options(chart, place.clientWidth, isStacked), data, place);
  drawn.set(place, { plot, chart, width: place.clientWidth });
};

const drawToday = () => {
  const place = byId("today-plot");
  if (place) draw(place, JSON.parse(byId("today-figures").dataset.chart));
};
drawToday();
for (const place of document.querySelectorAll(".plot[data-chart]")) draw(place, JSON.parse(place.dataset.chart));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const [place, { chart }] of drawn) draw(place, chart);
});
addEventListener("resize", () => {
  for (const [place, { plot, width }] of drawn)
    if (place.clientWidth !== width) {
      plot.setSize({ width: place.clientWidth, height: HEIGHT });
      drawn.get(place).width = place.clientWidth;
    }
});
// The table of today came anew: so does its chart; what was unfolded stays so.
let isOpen = false;
document.addEventListener("htmx:beforeSwap", ({ target }) => {
  isOpen = target.querySelector("details")?.open ?? false;
});
document.addEventListener("htmx:afterSwap", () => {
  const details = document.querySelector("#today-figures details");
  if (details) details.open = isOpen;
  drawToday();
});

const stretch = byId("period");
stretch?.addEventListener("change", () => {
  byId("last-day").hidden = stretch.value !== "from_to";
});

// A small curve for each figure of a board, asked for one after the other as it comes into view.
(function () {
  "use strict";
  if (!window.uPlot) { return; }
  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }
  function draw(place, columns) {
    var axis = { stroke: colour("--muted"), grid: { stroke: colour("--line") } };
    var when = { values: place.dataset.days > 2 ? "{D} {MMM}" : "{HH}:{mm}" };
    new window.uPlot({
      tzDate: function (at) { return window.uPlot.tzDate(new Date(at * 1000), "Etc/UTC"); },
      width: place.clientWidth, height: 110, cursor: { y: false }, legend: { show: false },
      series: [{}, { label: place.dataset.unit, stroke: colour("--accent"), width: 2, points: { show: true, size: 4 } }],
      axes: [Object.assign(when, axis), Object.assign({ size: 48 }, axis)]
    }, columns, place);
  }
  function load(place) {
    return fetch(place.dataset.source, { credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.json() : null; })
      .then(function (curve) {
        if (curve && curve.columns[1].some(function (one) { return one !== null; })) { draw(place, curve.columns); }
      });
  }
  var queue = Promise.resolve();
  var watch = new IntersectionObserver(function (seen) {
    seen.forEach(function (one) {
      if (!one.isIntersecting) { return; }
      watch.unobserve(one.target);
      queue = queue.then(function () { return load(one.target); });
    });
  });
  document.querySelectorAll(".kpi .chart").forEach(function (place) { watch.observe(place); });
})();

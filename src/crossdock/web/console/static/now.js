// The one chart of the first page; drawn again whenever the hub says that something changed, at most every ten seconds.
(function () {
  "use strict";
  var place = document.getElementById("flow-chart");
  if (!place || !window.uPlot) { return; }
  var chart = null, drawn = 0;
  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }
  function draw(columns) {
    if (chart) { chart.setData(columns); return; }
    chart = new window.uPlot({
      tzDate: function (at) { return window.uPlot.tzDate(new Date(at * 1000), "Etc/UTC"); },
      width: place.clientWidth, height: 150, cursor: { y: false }, legend: { show: false },
      scales: { y: { range: function (u, min, max) { return [0, Math.max(5, max * 1.1)]; } } },
      series: [{}, { label: "facts", stroke: colour("--accent"), width: 2, fill: colour("--sunk"), points: { show: false } }],
      axes: [{ values: "{HH}:{mm}", stroke: colour("--muted"), grid: { stroke: colour("--line") } }, { stroke: colour("--muted"), grid: { stroke: colour("--line") }, size: 48 }]
    }, columns, place);
  }
  function load() {
    if (Date.now() - drawn < 10000) { return; }
    drawn = Date.now();
    fetch(place.dataset.source, { credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.json() : null; })
      .then(function (flow) { if (flow) { draw(flow.columns); } });
  }
  window.addEventListener("resize", function () { if (chart) { chart.setSize({ width: place.clientWidth, height: 150 }); } });
  document.body.addEventListener("htmx:sseMessage", load);
  load();
})();

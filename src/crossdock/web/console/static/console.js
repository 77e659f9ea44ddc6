// Small comforts; every page works without them.
(function () {
  "use strict";
  document.documentElement.classList.add("scripted");
  document.body.addEventListener("htmx:sseOpen", function () { mark(true); });
  document.body.addEventListener("htmx:sseError", function () { mark(false); });
  // htmx sends the token of the page with everything that changes something.
  document.body.addEventListener("htmx:configRequest", function (event) {
    var token = document.querySelector('meta[name="csrf-token"]');
    if (token) { event.detail.headers["X-CSRF-Token"] = token.content; }
  });
  // What somebody is writing is not taken away by a page that looks again; it waits until they are done.
  document.body.addEventListener("htmx:beforeRequest", function (event) {
    if (looksAgain(event.detail.requestConfig)) { event.preventDefault(); }
  });
  // Nor by a look that was under way when they began.
  document.body.addEventListener("htmx:beforeSwap", function (event) {
    if (looksAgain(event.detail.requestConfig)) { event.detail.shouldSwap = false; }
  });
  // A part that looks again asks for itself; what a form or a slider within it asks for is what the reader wants.
  function looksAgain(request) {
    var part = request.elt;
    return request.verb === "get" && part.id && /-live$/.test(part.id) && isBusy(part);
  }
  function isBusy(part) {
    return Array.prototype.some.call(part.querySelectorAll("input, textarea, select"), function (field) {
      return field === document.activeElement || (/^(text|search|number|email|)$/.test(field.type) && field.value !== field.defaultValue) || (field.tagName === "TEXTAREA" && field.value !== field.defaultValue);
    });
  }
  function mark(on) {
    var light = document.getElementById("live");
    if (light) { light.classList.toggle("on", on); light.textContent = on ? "live" : "not live"; }
  }
  var goes = false;
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) {
      if (event.key === "Escape") { event.target.blur(); }
      return;
    }
    if (event.key === "/") { event.preventDefault(); document.getElementById("q").focus(); return; }
    if (goes) {
      goes = false;
      var item = document.querySelector('.side a[data-key="' + CSS.escape(event.key) + '"]');
      if (item) { window.location.assign(item.href); }
      return;
    }
    if (event.key === "g") { goes = true; window.setTimeout(function () { goes = false; }, 1500); }
    if (event.key === "j" || event.key === "k") { step(event.key === "j" ? 1 : -1); }
  });
  function step(by) {
    var rows = Array.prototype.slice.call(document.querySelectorAll("tbody a[data-row]"));
    var at = rows.indexOf(document.activeElement) + by;
    if (rows[at]) { rows[at].focus(); }
  }
})();

// The page of an order looks again when something happened to it. Without script, or without the stream, it is a page.
(function () {
  "use strict";
  var part = document.getElementById("live");
  if (!part || !window.EventSource || !window.DOMParser) { return; }
  var said = document.getElementById("fresh");
  var source = new EventSource(part.dataset.stream);
  var asked = false, busy = false;
  part.dataset.kinds.split(" ").forEach(function (kind) { source.addEventListener(kind, look); });
  source.onopen = function () { part.dataset.on = "yes"; };
  source.onerror = function () { part.dataset.on = "no"; };
  // What somebody is filling in is not taken away; the page looks again when they are done.
  document.addEventListener("focusout", function () { window.setTimeout(again, 0); });
  part.addEventListener("toggle", function () { window.setTimeout(again, 0); }, true);
  function again() { if (asked) { look(); } }
  function filling() {
    var field = part.contains(document.activeElement) && /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    return field || part.querySelector("details[open]") !== null;
  }
  function look() {
    asked = true;
    if (busy || filling()) { return; }
    asked = false;
    busy = true;
    fetch(window.location.href, { headers: { "x-looks-again": "yes" }, credentials: "same-origin", redirect: "error" })
      .then(function (answer) { return answer.ok ? answer.text() : ""; })
      .then(function (text) {
        var fresh = text && new DOMParser().parseFromString(text, "text/html").getElementById("live");
        if (fresh && filling()) { asked = true; return; }
        if (fresh) { swap(fresh); }
      })
      .catch(function () { asked = false; })
      .then(function () { busy = false; if (asked) { again(); } });
  }
  function swap(fresh) {
    var at = document.activeElement, path = at && part.contains(at) ? at.getAttribute("href") : null;
    part.replaceChildren.apply(part, Array.prototype.slice.call(fresh.childNodes));
    if (path) {
      var same = Array.prototype.filter.call(part.querySelectorAll("a"), function (one) { return one.getAttribute("href") === path; })[0];
      if (same) { same.focus(); }
    }
    if (said) { said.textContent = ""; said.textContent = "This page was updated."; }
  }
})();

/* Keeps an open ticket page right by Server-Sent Events, and remembers the last ticket.
   Old syntax on purpose: the browsers inside chat programs are years behind. Without this file the page still works. */
(function () {
  "use strict";

  var KEY = "zhiting.ticket";
  var OURS = /^\/t\/[A-Za-z0-9_-]{22}(\?lang=[A-Za-z-]{2,8})?$/;
  var SILENCE_MS = 40000; // the server gives a sign of life every 15 s
  var LATER_MS = [2000, 4000, 8000, 15000, 30000];

  function remembered() {
    try { return localStorage.getItem(KEY); } catch (error) { return null; }
  }
  function remember(path) {
    try { localStorage.setItem(KEY, path); } catch (error) { /* private mode */ }
  }
  function forget() {
    try { localStorage.removeItem(KEY); } catch (error) { /* private mode */ }
  }

  function byId(id) { return document.getElementById(id); }

  var kind = document.body.getAttribute("data-page");
  var here = location.pathname + location.search;
  if (kind === "last") {
    var path = remembered();
    if (path && OURS.test(path)) { location.replace(path); }
    return;
  }
  if (kind === "unknown") {
    if ((remembered() || "").split("?")[0] === location.pathname) { forget(); }
    return;
  }
  if (kind === "trouble") {
    setTimeout(function () { location.reload(); }, 5000);
    return;
  }

  var main = byId("ticket");
  // Other pages show nothing live.
  if (!main) { return; }
  var line = byId("line");
  var state = main.getAttribute("data-state");
  var mark = main.getAttribute("data-mark");
  var alerted = main.getAttribute("data-alert");
  var said = null;
  var source = null;
  var over = false;
  var failures = 0;
  var lastSign = Date.now();
  var lostTimer = null;
  var flashTimer = null;

  if (OURS.test(here)) { remember(here); }
  // The answer to a form has the form's address; loading that again would be a question without an answer.
  if (/\/rating$/.test(location.pathname) && history.replaceState) {
    history.replaceState(null, "", main.getAttribute("data-events").replace("/events", ""));
  }
  watchForm();
  connect();
  setInterval(watch, 5000);
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden && Date.now() - lastSign > SILENCE_MS / 2) { connect(); }
  });

  function connect() {
    if (over) { return; }
    if (!window.EventSource) {
      if (state !== "finished" && state !== "rated") { setTimeout(function () { location.reload(); }, 20000); }
      return;
    }
    if (source) { source.close(); }
    lastSign = Date.now();
    source = new EventSource(main.getAttribute("data-events"));
    source.onopen = function () { failures = 0; sign(); };
    source.onerror = function () {
      lost();
      // Refused, not merely cut: the browser has given up and we go on, ever more slowly.
      if (source.readyState === 2) { again(); }
    };
    source.addEventListener("ticket", function (event) { sign(); apply(JSON.parse(event.data)); });
    source.addEventListener("beat", sign);
    source.addEventListener("end", function () {
      over = true;
      source.close();
      document.body.className = "";
      line.textContent = line.getAttribute("data-still");
    });
  }

  function again() {
    var pause = LATER_MS[Math.min(failures, LATER_MS.length - 1)];
    failures += 1;
    setTimeout(connect, pause * (0.5 + Math.random() / 2));
  }

  function watch() {
    if (!over && source && source.readyState !== 2 && Date.now() - lastSign > SILENCE_MS) { lost(); connect(); }
  }

  function sign() {
    lastSign = Date.now();
    clearTimeout(lostTimer);
    lostTimer = null;
    byId("lost").hidden = true;
    document.body.className = "live";
    line.textContent = line.getAttribute("data-on");
  }

  function lost() {
    if (over || lostTimer) { return; }
    // A blink of the network is nobody's worry.
    lostTimer = setTimeout(function () {
      byId("lost").hidden = false;
      document.body.className = "lost";
      line.textContent = line.getAttribute("data-lost");
    }, 2000);
  }

  function apply(news) {
    byId("at").textContent = news.at;
    if (news.html) { draw(news); } else { figures(news); }
    document.title = news.title;
    if (said !== null && news.say !== said) { byId(news.state === "called" ? "shout" : "say").textContent = news.say; }
    said = news.say;
    if (news.alert && news.alert !== alerted) { ring(news.title); }
    if (!news.alert) { clearInterval(flashTimer); }
    if (news.state !== state && window.scrollTo) { window.scrollTo(0, 0); }
    alerted = news.alert;
    state = news.state;
  }

  function draw(news) {
    // Somebody may be in the middle of a rating: the form stays as it is until its state is over.
    if (news.mark !== mark && !(news.state === "finished" && state === "finished")) {
      var focused = main.contains(document.activeElement);
      main.innerHTML = news.html;
      var notice = byId("notice");
      if (notice && news.state !== state) { notice.parentNode.removeChild(notice); }
      if (focused) { main.focus(); }
      watchForm();
    }
    mark = news.mark;
  }

  // Only these have changed; the page is still the right one.
  function figures(news) {
    put("ahead", news.ahead);
    put("wait", news.wait);
    put("step-out", news.step_out);
    // What is shown now is no page that the server has ever marked: the next one is taken, whatever its mark.
    mark = "";
  }

  function put(id, told) {
    var place = byId(id);
    if (place && told) { place.textContent = told; }
  }

  function ring(title) {
    // Browsers let a page vibrate only after somebody has touched it, and complain otherwise.
    var touched = !navigator.userActivation || navigator.userActivation.hasBeenActive;
    if (navigator.vibrate && touched) { navigator.vibrate([500, 200, 500, 200, 800]); }
    clearInterval(flashTimer);
    var on = false;
    flashTimer = setInterval(function () {
      on = document.hidden && !on;
      document.title = on ? "\u25cf " + title : title;
    }, 1000);
  }

  function watchForm() {
    var form = byId("rating");
    if (!form) { return; }
    form.addEventListener("submit", function () {
      // Disabled a moment later: a button that is disabled at once would stop the form.
      setTimeout(function () {
        byId("send").disabled = true;
        byId("send").textContent = form.getAttribute("data-sending");
      }, 0);
    });
  }
})();

// Renews the status page from /status.json and draws the charts. All words come from the exporter.
(() => {
  "use strict";

  const INTERVAL_MS = 1500;
  // An answer that takes longer counts as none, and figures that are older are stale.
  const TIMEOUT_MS = 4000;
  const STALE_MS = 6000;
  const UNAUTHORIZED = 401;
  const CHART_HEIGHT = 132;

  const root = document.documentElement;
  const byId = id => document.getElementById(id);
  const list = byId("bots");
  const cards = new Map(); // by bot
  let answered = Date.now();
  let refusal = null; // the HTTP status of the last answer, where it was an error

  class Card {
    constructor(element) {
      this.element = element;
      this.severity = element.dataset.severity;
      this.charts = null;
      this.bot = null;
      element.addEventListener("toggle", () => this.draw());
    }

    update(bot) {
      this.bot = bot;
      const element = this.element;
      if (this.severity !== bot.severity && ["critical", "warning"].includes(bot.severity)) {
        element.open = true;
      }
      this.severity = bot.severity;
      Object.assign(element.dataset, {bot: bot.bot, severity: bot.severity, life: bot.state, mode: bot.mode,
        problems: bot.problems.map(problem => problem.kind).join(" ")});
      for (const place of element.querySelectorAll("[data-text]")) {
        setText(place, bot.text[place.dataset.text]);
      }
      for (const place of element.querySelectorAll("[data-if]")) {
        place.hidden = !bot.text[place.dataset.if];
      }
      setList(element.querySelector(".problems"), bot.problems, problemItem);
      this.draw();
    }

    // Only what is open is drawn: a hundred closed bots cost nothing.
    draw() {
      if (!this.element.open || this.bot === null) {
        return;
      }
      this.charts ??= [".orders", ".latency"].map(name => this.element.querySelector(name));
      const history = this.bot.history;
      this.element.querySelector(".charts").hidden = !history;
      if (history) {
        drawOrders(this.charts[0], history);
        drawLatency(this.charts[1], history);
      }
    }

    redraw() {
      for (const chart of this.charts ?? []) {
        chart.plot?.destroy();
        chart.plot = null;
      }
      this.draw();
    }
  }

  function setText(element, text) {
    if (element.textContent !== text) {
      element.textContent = text;
    }
  }

  // Rebuilds a list only when it changed, so that a link in it keeps the focus.
  function setList(element, items, make) {
    const key = JSON.stringify(items);
    if (element.key !== key) {
      element.key = key;
      element.replaceChildren(...items.map(make));
    }
  }

  function problemItem(problem) {
    const item = document.createElement("li");
    item.dataset.severity = problem.severity;
    item.append(problem.text);
    if (problem.runbook !== null) {
      const base = root.dataset.runbooks;
      const runbook = document.createElement(base ? "a" : "span");
      runbook.className = "runbook";
      runbook.textContent = base ? "Runbook" : "Runbook: " + problem.runbook + ".md";
      if (base) {
        runbook.href = base + problem.runbook + ".md";
      }
      item.append(" ", runbook);
    }
    return item;
  }

  function namedItem(name, text) {
    const item = document.createElement("li");
    const bold = document.createElement("b");
    bold.textContent = name;
    item.append(bold, " " + text);
    return item;
  }

  function showText(id, text) {
    setText(byId(id), text);
    byId(id).hidden = !text;
  }

  function show(status) {
    document.title = status.title;
    setText(byId("summary"), status.summary);
    byId("summary").dataset.severity = status.severity;
    setText(byId("time"), status.time.replace("T", " ").replace("Z", " UTC"));
    setText(byId("uptime"), status.uptime);
    byId("unreadable").hidden = status.unreadable_files.length === 0;
    setList(byId("unreadable-files"), status.unreadable_files, file => namedItem(file.bot + ".counters", file.text));
    showText("more-unreadable", status.more_unreadable);
    showText("no-bots", status.no_bots);
    byId("forgotten").hidden = status.forgotten_bots.length === 0;
    setList(byId("forgotten-bots"), status.forgotten_bots, bot => namedItem(bot.bot, bot.text));
    const names = new Set(status.bots.map(bot => bot.bot));
    for (const [name, card] of cards) {
      if (!names.has(name)) {
        card.element.remove();
        cards.delete(name);
      }
    }
    for (const bot of status.bots) {
      let card = cards.get(bot.bot);
      if (!card) {
        card = new Card(byId("blank-bot").content.firstElementChild.cloneNode(true));
        card.element.open = status.bots.length <= 3;
        cards.set(bot.bot, card);
      }
      card.update(bot);
    }
    const order = status.bots.map(bot => cards.get(bot.bot).element);
    if (order.some((element, index) => list.children[index] !== element)) {
      list.append(...order);
    }
  }

  async function poll() {
    try {
      const response = await fetch("/status.json", {cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS)});
      if (response.ok) {
        const status = await response.json();
        if (status.page !== root.dataset.edition) {
          location.reload();
          return;
        }
        show(status);
        answered = Date.now();
        fresh();
      } else {
        refusal = response.status;
      }
    } catch (failure) {
      refusal = null; // What is shown turns stale by itself.
    }
    if (refusal === UNAUTHORIZED) {
      // Only people know the password: to go on asking would bother them, or look like guessing.
      stale();
    } else {
      setTimeout(poll, INTERVAL_MS);
    }
  }

  function fresh() {
    root.classList.remove("stale");
    byId("stale").hidden = true;
  }

  // By a clock of its own: an answer that never comes must not look like a fresh one.
  function watchAge() {
    if (Date.now() - answered > STALE_MS) {
      stale();
    }
  }

  function stale() {
    const time = new Date(answered).toLocaleTimeString("en-GB");
    const [brief, what] = reason();
    root.classList.add("stale");
    setText(byId("stale"), what + " since " + time + ". The figures below are of that time.");
    byId("stale").hidden = false;
    document.title = "⚠ " + brief + " since " + time + " – CryptoBot exporter";
  }

  function reason() {
    if (refusal === null) {
      return ["No answer", "No answer from the exporter"];
    }
    return refusal === UNAUTHORIZED
        ? ["Password needed", "The exporter wants a password: reload this page to enter it. No figures"]
        : ["Error " + refusal, "The exporter answers with error " + refusal + ", and its log may say why. No figures"];
  }

  // Charts. The x axis is in seconds before now; a step that nobody watched is null.
  const color = name => getComputedStyle(root).getPropertyValue("--" + name).trim();

  function ends(history) {
    const last = history.submitted.length - 1;
    return history.submitted.map((_, index) =>
        index === last ? 0 : -(history.last_step_seconds + (last - 1 - index) * history.step_seconds));
  }

  // All steps are equally far apart, so that the one which has just begun does not make the bars thin.
  function starts(history) {
    const last = history.submitted.length - 1;
    return history.submitted.map((_, index) => -history.last_step_seconds - (last - index) * history.step_seconds);
  }

  function axis(size, values) {
    return {
      stroke: color("quiet"),
      grid: {stroke: color("grid"), width: 1},
      ticks: {show: false},
      font: "11px system-ui, sans-serif",
      gap: 4,
      size,
      ...values,
    };
  }

  function draw(element, data, series, valueAxis, range) {
    element.classList.toggle("empty", data === null);
    if (data === null) {
      element.plot?.destroy();
      element.plot = null;
      return;
    }
    if (element.plot) {
      element.plot.setData(data);
      return;
    }
    element.plot = new uPlot({
      width: element.clientWidth,
      height: CHART_HEIGHT,
      padding: [8, 14, 0, 0],
      cursor: {show: false},
      legend: {show: false},
      scales: {x: {time: false, range: [-900, 0]}, y: {range}},
      axes: [
        axis(26, {
          gap: 9,
          splits: () => [-900, -600, -300, 0],
          values: (_, splits) => splits.map(split => split === 0 ? "now" : "−" + -split / 60 + " min"),
        }),
        axis(46, {
          space: 28,
          // Six digits do not fit.
          values: (_, splits) =>
              splits.map(split => split.toLocaleString("en", {notation: split < 1e5 ? "standard" : "compact"})),
          ...valueAxis,
        }),
      ],
      series: [{}, ...series],
    }, data, element);
  }

  function total(values) {
    return values.reduce((sum, value) => sum + (value ?? 0), 0);
  }

  function drawOrders(element, history) {
    element.setAttribute("aria-label",
        total(history.submitted) + " submitted and " + total(history.failed) + " failed in the last 15 min");
    const bars = uPlot.paths.bars({size: [0.75, 12], align: 1});
    const bar = name => ({paths: bars, points: {show: false}, fill: color(name), stroke: color(name), width: 0});
    draw(
        element,
        [starts(history), history.submitted, history.failed],
        [bar("submitted"), bar("failed")],
        {incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7, 1e8]},
        (_, least, most) => [0, Math.max(4, Math.ceil(most * 1.1))]);
  }

  function drawLatency(element, history) {
    const known = history.p95_ms.filter(value => value !== null);
    element.setAttribute("aria-label", known.length
        ? "p95 latency between " + Math.min(...known) + " and " + Math.max(...known) + " ms, limit 750 ms"
        : "No order has finished in the last 15 min");
    draw(
        element,
        known.length ? [ends(history), history.p95_ms, history.p95_ms.map(() => 750)] : null,
        [
          {stroke: color("p95"), width: 2, points: {show: false}},
          {stroke: color("failed"), width: 1.5, dash: [5, 4], points: {show: false}},
        ],
        {},
        (_, least, most) => [0, Math.max(900, Math.ceil(most * 1.1))]);
  }

  for (const element of list.children) {
    cards.set(element.dataset.bot, new Card(element));
  }
  const redraw = () => cards.forEach(card => card.redraw());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  addEventListener("resize", redraw);
  document.addEventListener("visibilitychange", watchAge);
  setInterval(watchAge, 1000);
  poll();
})();

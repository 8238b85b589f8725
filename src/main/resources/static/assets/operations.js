// What the pages do by themselves: ages go on counting, figures are renewed unless told not to, plots are drawn.
"use strict";
(() => {
  const STALE = 60; // seconds without new figures
  const length = seconds => seconds < 120 ? Math.max(0, Math.round(seconds)) + " s"
    : seconds < 7200 ? Math.floor(seconds / 60) + " min" : Math.floor(seconds / 3600) + " h";

  // Ages are told by the server; here only what has passed since the page was shown is added.
  let renewed = performance.now();
  const count = () => {
    const passed = (performance.now() - renewed) / 1000;
    document.querySelectorAll(".age time .since").forEach(since => {
      if (!since.dataset.text) {
        since.dataset.text = since.textContent;
      }
      if (passed >= 2) {
        since.textContent = since.dataset.text + " and " + length(passed);
      }
    });
    if (passed > STALE) {
      document.querySelectorAll("#figures .age:not(.stale)").forEach(age => {
        age.classList.add("stale");
        age.insertAdjacentHTML("beforeend", "<strong> stale</strong>");
      });
    }
  };
  setInterval(count, 1000);

  document.addEventListener("htmx:beforeRequest", event => {
    const renew = document.getElementById("renew");
    if (renew && !renew.checked) {
      event.preventDefault();
    }
  });
  document.addEventListener("htmx:afterSwap", () => { renewed = performance.now(); });
  // A login that has ended answers with the form, which must not be put among the figures.
  document.addEventListener("htmx:beforeSwap", event => {
    if (event.detail.xhr.responseURL.includes("/login")) {
      event.detail.shouldSwap = false;
      location.reload();
    }
  });

  const charts = document.getElementById("charts");
  if (!charts || !window.Chart) {
    return;
  }
  const color = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const colors = {
    stripe: "--s1", youtube: "--s5", n8n: "--s3", resend: "--s4",
    openai: "--s3", google_tts: "--s1", elevenlabs: "--s4", stability: "--s2", shutterstock: "--s5",
    completed: "--s3", failed: "--s5", cancelled: "--s6",
    text: "--s1", speech: "--s2", thumbnail: "--s3",
    new: "--s3", expansion: "--s1", reactivation: "--s4", contraction: "--s2", churn: "--s5"
  };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let drawn = [];
  const draw = week => {
    drawn.forEach(chart => chart.destroy());
    const animation = matchMedia("(prefers-reduced-motion: reduce)").matches ? false : { duration: 300 };
    drawn = week.charts.map(chart => {
      const lines = chart.kind === "lines";
      const datasets = chart.series.map((series, i) => {
        const drawnIn = color(colors[series.name] || "--s" + (i % 6 + 1));
        return {
          label: series.name, data: series.values, backgroundColor: drawnIn, borderColor: drawnIn,
          borderWidth: lines ? 2.5 : 0, borderRadius: lines ? 0 : 2, pointRadius: lines ? 3 : 0, tension: 0.25,
          spanGaps: true, maxBarThickness: 42, stack: "all"
        };
      });
      if (chart.limit !== null && chart.limit !== undefined) {
        datasets.push({
          type: "line", label: lines ? "aim" : "limit", data: chart.labels.map(() => chart.limit),
          borderColor: color("--muted"), backgroundColor: "transparent", borderDash: [5, 4], borderWidth: 1.5,
          pointRadius: 0, stack: "limit"
        });
      }
      return new Chart(document.getElementById("c-" + chart.id), {
        type: lines ? "line" : "bar",
        data: { labels: chart.labels, datasets },
        options: {
          animation, responsive: true, maintainAspectRatio: false,
          interaction: { mode: "index", intersect: false },
          plugins: {
            legend: { position: "bottom", labels: { color: color("--text"), boxWidth: 12, boxHeight: 12, usePointStyle: !lines, pointStyle: "rectRounded" } },
            tooltip: { itemSort: (one, other) => other.raw - one.raw }
          },
          scales: {
            x: { stacked: !lines, grid: { display: false }, ticks: { color: color("--muted"), maxRotation: 0, autoSkipPadding: 14 }, border: { color: color("--line") } },
            y: { stacked: !lines, beginAtZero: true, grid: { color: color("--grid") }, border: { display: false }, ticks: { color: color("--muted"), maxTicksLimit: 6 }, title: { display: true, text: chart.unit, color: color("--muted") } }
          }
        }
      });
    });
    charts.dataset.drawn = dark.matches ? "dark" : "light"; // the colours they were drawn for
  };
  fetch(charts.dataset.from, { headers: { Accept: "application/json" } })
    .then(answer => answer.ok ? answer.json() : Promise.reject(new Error(answer.status)))
    .then(week => {
      draw(week);
      dark.addEventListener("change", () => draw(week));
    });
})();


// The table of students: sorted, filtered and searched in place. All it needs stands in the rows.
(() => {
  const table = document.getElementById("students");
  const body = table.tBodies[0];
  const find = document.getElementById("find");
  const standing = document.getElementById("standing");
  const check = document.getElementById("check");
  const shown = document.getElementById("shown");
  const tools = document.querySelector(".tools");
  const bars = [...document.querySelectorAll(".histogram button")];
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const number = (text) => (text === "" ? NaN : Number(text));
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

  const rows = [...body.rows].map((element) => {
    const { points, time, rank, standing: status, late, band, ended } = element.dataset;
    const cell = element.cells[0];
    return {
      element, band, ended, status, late: late !== undefined,
      words: plain(cell.textContent), name: cell.querySelector(".who").textContent,
      points: number(points), time: number(time), standing: Number(rank),
    };
  });

  const first = { name: 1, points: -1, standing: 1, time: -1 };
  const compare = {
    name: (a, b) => collator.compare(a.name, b.name),
    points: (a, b) => a.points - b.points,
    time: (a, b) => a.time - b.time,
    standing: (a, b) => a.standing - b.standing,
  };

  // Whoever has no number stands last, in whichever direction.
  const sort = (key, direction) => {
    const missing = (row) => Number.isNaN(row[key]);
    rows.sort((a, b) => missing(a) - missing(b)
      || (missing(a) ? 0 : direction * compare[key](a, b)) || compare.name(a, b));
    const sorted = document.createDocumentFragment();
    for (const row of rows) sorted.append(row.element);
    body.append(sorted);
  };

  const filter = () => {
    const asked = plain(find.value).split(/\s+/).filter(Boolean);
    const band = bars.find((bar) => bar.ariaPressed === "true")?.dataset.band;
    const column = Number(check.value) - 1;
    let count = 0;
    for (const row of rows) {
      const fits = asked.every((word) => row.words.includes(word))
        && (!standing.value || (standing.value === "late" ? row.late : row.status === standing.value))
        && (column < 0 || "afb".includes(row.ended[column] || "."))
        && (band === undefined || row.band === band);
      if (row.element.hidden === fits) row.element.hidden = !fits;
      count += fits;
    }
    shown.textContent = count === rows.length ? `All ${rows.length} students`
      : `${count} of ${rows.length} students`;
    document.querySelector(".nobody").hidden = count > 0 || rows.length === 0;
  };

  const press = (pressed) => { for (const bar of bars) bar.ariaPressed = String(bar === pressed); };
  const reveal = () => {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    tools.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
  };

  for (const header of table.tHead.querySelectorAll("[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => {
      const key = header.dataset.sort;
      const now = header.ariaSort;
      const direction = now ? (now === "ascending" ? -1 : 1) : first[key];
      for (const other of table.tHead.querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort");
      header.ariaSort = direction > 0 ? "ascending" : "descending";
      sort(key, direction);
    });
  }
  for (const bar of bars) {
    bar.addEventListener("click", () => {
      press(bar.ariaPressed === "true" ? undefined : bar);
      filter();
    });
  }
  for (const button of document.querySelectorAll("[data-check]")) {
    button.addEventListener("click", () => {
      tools.reset();
      check.value = button.dataset.check;
      filter();
      reveal();
      check.focus({ preventScroll: true });
    });
  }
  find.addEventListener("input", filter);
  standing.addEventListener("change", filter);
  check.addEventListener("change", filter);
  tools.addEventListener("submit", (event) => event.preventDefault());
  tools.addEventListener("reset", () => { press(undefined); setTimeout(filter); });
  tools.hidden = false;
  filter();
})();

// Long lists are short at first; without a script they are whole.
(() => {
  for (const [id, list] of [["all-trouble", ".trouble"], ["all-checks", ".hardest"]]) {
    const button = document.getElementById(id);
    if (!button) continue;
    const section = document.querySelector(list);
    const label = button.textContent;
    const set = (isOpen) => {
      section.classList.toggle("short", !isOpen);
      button.ariaExpanded = String(isOpen);
      button.textContent = isOpen ? "Show fewer" : label;
    };
    button.addEventListener("click", () => set(section.classList.contains("short")));
    button.hidden = false;
    set(false);
  }
})();

// What the square under the pointer is. For the keyboard and for screen readers each strip says it in words.
(() => {
  const tip = document.getElementById("tip");
  const titles = [...document.getElementById("check").options].slice(1).map((option) => option.textContent);
  const says = { p: "passed", a: "partly passed", f: "failed", b: "not started", u: "not graded" };
  const head = document.querySelector(".heat.head");
  if (!head) return;
  const width = head.viewBox.baseVal.width;
  const middles = [...head.querySelectorAll(".track")].map((mark) => mark.x.baseVal.value + mark.width.baseVal.value / 2);
  const nearest = (at) => middles.reduce((best, middle, index) =>
    (Math.abs(middle - at) < Math.abs(middles[best] - at) ? index : best), 0);
  document.getElementById("students").addEventListener("pointermove", (event) => {
    const strip = event.target.closest("svg.heat");
    tip.hidden = !strip;
    if (!strip) return;
    const box = strip.getBoundingClientRect();
    const column = nearest((event.clientX - box.left) / box.width * width);
    const ended = strip.closest("tr").dataset.ended?.[column];
    tip.textContent = ended === undefined ? titles[column] : `${titles[column]}: ${says[ended] ?? "did not take part"}`;
    tip.style.left = `${Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 12)}px`;
    tip.style.top = `${event.clientY + 18}px`;
  });
  document.getElementById("students").addEventListener("pointerleave", () => { tip.hidden = true; });
})();

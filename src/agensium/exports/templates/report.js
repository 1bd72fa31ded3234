"use strict";
(() => {
  if (window !== window.top) document.documentElement.classList.add("framed");
  const list = document.getElementById("column-list");
  const tools = document.getElementById("column-tools");
  if (!list || !tools) return;
  const rows = Array.from(list.children);
  const search = tools.querySelector("[name=search]");
  const order = tools.querySelector("[name=order]");
  const look = tools.querySelector("[name=look]");
  const shown = document.getElementById("column-count");
  const orders = {
    file: (a, b) => a.dataset.n - b.dataset.n,
    name: (a, b) => a.dataset.name.localeCompare(b.dataset.name),
    missing: (a, b) => b.dataset.missing - a.dataset.missing,
    distinct: (a, b) => b.dataset.distinct - a.dataset.distinct,
    findings: (a, b) => b.dataset.findings - a.dataset.findings,
  };
  const filter = () => {
    const words = search.value.trim().toLowerCase();
    let count = 0;
    for (const row of rows) {
      const text = `${row.dataset.name} ${row.dataset.kind}`.toLowerCase();
      row.hidden = !text.includes(words) || (look.checked && !row.dataset.look);
      if (!row.hidden) count += 1;
    }
    shown.textContent = count === rows.length ? `${count}` : `${count} of ${rows.length}`;
  };
  const sort = () => {
    const compare = orders[order.value];
    list.append(...rows.sort((a, b) => compare(a, b) || orders.file(a, b)));
  };
  const open = () => {
    let id = "";
    try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const row = document.getElementById(id);
    if (!row || !list.contains(row)) return;
    row.hidden = false;
    row.querySelector("details").open = true;
    row.scrollIntoView();
  };
  search.addEventListener("input", filter);
  look.addEventListener("change", filter);
  order.addEventListener("change", sort);
  window.addEventListener("hashchange", open);
  tools.hidden = false;
  filter();
  sort();
  open();
})();

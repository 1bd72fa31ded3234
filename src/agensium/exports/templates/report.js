(() => {
  if (window !== window.top) document.documentElement.classList.add("framed");
  const list = document.getElementById("column-list");
  const tools = document.getElementById("column-tools");
  numbers.in(document);
  if (!list || !tools) return;
  // Of wide tables, lines and details are text until they are needed: the page opens at once.
  const folded = Array.from(document.querySelectorAll("script.lines"));
  let rows = Array.from(list.children);
  const grow = () => {
    const lines = folded.shift();
    if (!lines) return false;
    list.insertAdjacentHTML("beforeend", lines.textContent);
    lines.remove();
    rows = Array.from(list.children);
    numbers.in(list);
    return folded.length > 0;
  };
  const complete = () => { while (grow()); };
  const growWhenIdle = () => { if (grow()) later(growWhenIdle); };
  const later = (work) => (window.requestIdleCallback || window.setTimeout)(work);
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
  const kinds = Array.from(document.querySelectorAll("#column-kinds button"));
  const filter = () => {
    complete();
    const wanted = kinds.filter((each) => each.ariaPressed === "true").map((each) => each.dataset.kind);
    const words = search.value.trim().toLowerCase();
    let count = 0;
    for (const row of rows) {
      const text = `${row.dataset.name} ${row.dataset.kind}`.toLowerCase();
      row.hidden = !text.includes(words) || (look.checked && !row.dataset.look)
        || (wanted.length > 0 && !wanted.includes(row.dataset.kind));
      if (!row.hidden) count += 1;
    }
    const [some, every] = [count, rows.length].map((each) => numbers.write(`${each}`));
    shown.textContent = count === rows.length ? some : `${some} of ${every}`;
  };
  const sort = () => {
    complete();
    const compare = orders[order.value];
    list.append(...rows.sort((a, b) => compare(a, b) || orders.file(a, b)));
  };
  const unfold = (details) => {
    const text = document.getElementById(`more-${details.parentElement.dataset.n}`);
    if (!text) return;
    text.remove();
    details.insertAdjacentHTML("beforeend", text.textContent);
    numbers.in(details);
  };
  const open = () => {
    let id = "";
    try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    if (id.startsWith("col-") && !document.getElementById(id)) complete();
    const row = document.getElementById(id);
    if (!row || !list.contains(row)) return;
    row.hidden = false;
    const details = row.querySelector("details");
    unfold(details);
    details.open = true;
    row.scrollIntoView();
  };
  list.addEventListener("toggle", (event) => unfold(event.target), true);
  search.addEventListener("input", filter);
  look.addEventListener("change", filter);
  order.addEventListener("change", sort);
  for (const each of kinds) {
    each.addEventListener("click", () => {
      each.ariaPressed = each.ariaPressed === "true" ? "false" : "true";
      filter();
    });
  }
  window.addEventListener("hashchange", open);
  window.addEventListener("beforeprint", complete);
  tools.hidden = false;
  document.getElementById("column-rest")?.remove();
  if (kinds.length) kinds[0].parentElement.hidden = false;
  open();
  if (folded.length) later(growWhenIdle);
})();

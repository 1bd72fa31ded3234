"use strict";

const TERMINAL = new Set(["SUCCESS", "FAILURE", "REVOKED"]);
const WORDS = { PENDING: "waiting", STARTED: "working", RETRY: "trying again" };
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 3000;

const showAges = () => {
  const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const format = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  for (const element of document.querySelectorAll("time[data-age]")) {
    const moment = new Date(element.dateTime);
    const seconds = Math.min(0, Math.round((moment - Date.now()) / 1000));
    const [unit, length] = units.find(([, size]) => -seconds >= size) ?? ["second", 1];
    element.title = moment.toLocaleString();
    element.textContent = format.format(Math.trunc(seconds / length), unit);
  }
};

const showProgress = (element, task) => {
  const bar = element.querySelector("[data-progress]");
  const percent = task.progress?.percent;
  if (bar && typeof percent === "number") bar.value = percent;
  const word = element.querySelector("[data-word]");
  if (word && WORDS[task.status]) word.textContent = WORDS[task.status];
  const phase = element.querySelector("[data-phase]");
  if (!phase) return;
  const rows = task.progress?.rows ? `, ${task.progress.rows.toLocaleString(navigator.languages)} rows` : "";
  phase.textContent = (task.progress?.phase ?? "in the queue") + rows + rest(task.progress);
};

const rest = (progress) => {
  const seconds = progress?.eta_seconds;
  if (typeof seconds !== "number" || seconds < 1) return "";
  return seconds < 90 ? `, about ${Math.ceil(seconds)} s left` : `, about ${Math.ceil(seconds / 60)} min left`;
};

const follow = async (element) => {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 1.3, LONGEST_WAIT_MS)) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (document.hidden) continue;
    let answer;
    try {
      answer = await fetch(element.dataset.task, { headers: { Accept: "application/json" } });
    } catch {
      continue;
    }
    if (answer.status === 404) return location.reload();
    if (!answer.ok) continue;
    const task = await answer.json();
    if (TERMINAL.has(task.status)) return location.reload();
    showProgress(element, task);
  }
};

// A browser opens few connections to one server: a page that nobody looks at holds none.
const listen = (element) => {
  let source, last = 0;
  const open = () => {
    source = new EventSource(`${element.dataset.events}?after=${last}`);
    source.addEventListener("task", (event) => {
      last = event.lastEventId;
      const task = JSON.parse(event.data);
      if (!TERMINAL.has(task.status)) return showProgress(element, task);
      source.close();
      location.reload();
    });
    source.addEventListener("error", () => {
      if (source.readyState !== EventSource.CLOSED) return;
      document.removeEventListener("visibilitychange", change);
      follow(element);
    });
  };
  const change = () => document.hidden ? source?.close() : open();
  document.addEventListener("visibilitychange", change);
  if (!document.hidden) open();
};

const wordsOf = (answer) => {
  if (answer?.getResponseHeader("Content-Type")?.includes("json")) {
    const problem = JSON.parse(answer.responseText);
    return { message: problem.detail, hint: problem.hint };
  }
  const page = new DOMParser().parseFromString(answer?.responseText ?? "", "text/html");
  const text = (name) => page.querySelector(`[role=alert]:not([hidden]) [data-${name}]`)?.textContent;
  return { message: text("message"), hint: text("hint") };
};

const showTrouble = (answer, file) => {
  const { message, hint } = wordsOf(answer);
  const box = document.getElementById("upload-trouble");
  box.querySelector("[data-message]").textContent = (file ? `${file}: ` : "") + (message || "The file did not arrive. Try again.");
  box.querySelector("[data-hint]").textContent = hint ?? "";
  box.hidden = false;
};

const sendForm = (form, data, told) => new Promise((resolve) => {
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) told(Math.floor((100 * event.loaded) / event.total));
  });
  request.addEventListener("load", () => resolve(request));
  request.addEventListener("error", () => resolve(null));
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "text/html");
  request.send(data);
});

const sendOne = async (form, common, file, told) => {
  const data = new FormData();
  for (const [name, value] of common) data.append(name, value);
  if (file && file.size >= LARGE_BYTES) {
    const { id, refusal } = await sendLarge(`${form.dataset.home}uploads`, file, told);
    if (!id) return refusal;
    data.append("upload_id", id);
    told(100);
    const answer = await sendForm(form, data, () => {});
    if (answer && answer.status < 400) notes.forget(file);
    return answer;
  }
  if (file) data.append("file", file);
  return sendForm(form, data, told);
};

// Several files are as many tasks, sent one after the other.
const send = async (form) => {
  const sending = form.querySelector(".sending");
  const bar = sending.querySelector("progress");
  const words = sending.querySelector("[data-sending]");
  const button = form.querySelector("button");
  const files = Array.from(form.querySelector("input[type=file]").files);
  const common = new FormData(form);
  common.delete("file");
  document.getElementById("upload-trouble").hidden = true;
  sending.hidden = false;
  button.disabled = true;
  let target = "";
  const parts = files.length ? files : [null]; // none: there is an address, or the service says so
  for (const [index, file] of parts.entries()) {
    const which = files.length > 1 ? `${index + 1} of ${files.length}: ` : "";
    const answer = await sendOne(form, common, file, (percent) => {
      bar.value = percent;
      words.textContent = which + (percent < 100 ? `${percent} % sent` : "Sent; waiting for the ticket");
    });
    if (!answer || answer.status >= 400) {
      sending.hidden = true;
      button.disabled = false;
      return showTrouble(answer, files.length > 1 ? file.name : "");
    }
    target = answer.responseURL;
  }
  location.assign(files.length > 1 ? form.dataset.home : target);
};

const acceptDrops = (form) => {
  const input = form.querySelector("input[type=file]");
  const reading = form.querySelector(".reading");
  // Whoever says how to read it starts by hand.
  const start = () => reading.open || form.requestSubmit();
  form.classList.add("scripted");
  input.multiple = true;
  form.querySelector("[data-call]").textContent = "Drop files here";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
  input.addEventListener("change", () => input.files.length && start());
  for (const name of ["dragover", "dragenter"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    form.addEventListener(name, () => form.classList.remove("over"));
  }
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    start();
  });
};

for (const form of document.querySelectorAll("form[data-confirm]")) {
  form.addEventListener("submit", (event) => {
    if (!confirm(form.dataset.confirm)) event.preventDefault();
  });
}
const upload = document.getElementById("upload");
if (upload) acceptDrops(upload);
for (const element of document.querySelectorAll("[data-task]")) {
  (element.dataset.events && "EventSource" in window ? listen : follow)(element);
}
numbers.in(document);
showAges();
setInterval(showAges, 15000);

"use strict";

// Large files come by tus 1.0: they go on after a broken connection, and when the same file is
// chosen again after the page was closed.
const LARGE_BYTES = 16 * 2 ** 20;
const FIRST_BYTES = 2 ** 18; // enough to tell a table from something else before the rest is sent
const PIECE_BYTES = 64 * 2 ** 20;
const TRIES = 8;
const LONGEST_PAUSE = 20_000;
const PASSING = new Set([0, 404, 408, 409, 429, 500, 502, 503, 504]);

const notes = {
  name: (file) => `upload ${file.name} ${file.size} ${file.lastModified}`,
  // A browser may forbid storage: then an upload goes on only while the page is open.
  read: (file) => { try { return localStorage.getItem(notes.name(file)); } catch { return null; } },
  write: (file, place) => { try { localStorage.setItem(notes.name(file), place); } catch { /* as above */ } },
  forget: (file) => { try { localStorage.removeItem(notes.name(file)); } catch { /* as above */ } },
};

const ask = (method, place, headers = {}, body = null, told = null) => new Promise((resolve) => {
  const request = new XMLHttpRequest();
  if (told) request.upload.addEventListener("progress", (event) => told(event.loaded));
  request.addEventListener("loadend", () => resolve(request));
  request.open(method, place);
  for (const [name, value] of Object.entries({ "Tus-Resumable": "1.0.0", ...headers })) request.setRequestHeader(name, value);
  request.send(body);
});

const sendPiece = (place, file, offset, told) => {
  const piece = file.slice(offset, offset + (offset ? PIECE_BYTES : FIRST_BYTES));
  const headers = { "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream" };
  return ask("PATCH", place, headers, piece, (sent) => told(Math.floor((100 * (offset + sent)) / file.size)));
};

const begin = (url, file) => {
  const name = btoa(String.fromCharCode(...new TextEncoder().encode(file.name)));
  return ask("POST", url, { "Upload-Length": file.size, "Upload-Metadata": `filename ${name}` });
};

// Returns the upload's id, or the answer that refused it; neither when nobody answers.
const sendLarge = async (url, file, told) => {
  let place = notes.read(file);
  let offset = null; // unknown: it is asked for
  for (let failures = 0; failures < TRIES; ) {
    const answer = await (!place ? begin(url, file) : offset === null ? ask("HEAD", place) : sendPiece(place, file, offset, told));
    if (answer.status >= 200 && answer.status < 300) {
      if (!place) {
        place = answer.getResponseHeader("Location");
        notes.write(file, place);
        offset = 0;
      } else {
        offset = Number(answer.getResponseHeader("Upload-Offset"));
      }
      failures = 0;
      if (offset === file.size) return { id: place.split("/").pop() };
      continue;
    }
    if (answer.status === 404 || !PASSING.has(answer.status)) {
      notes.forget(file);
      place = null;
    }
    if (!PASSING.has(answer.status)) return { refusal: answer };
    offset = null;
    failures += 1;
    await new Promise((resolve) => setTimeout(resolve, Math.min(500 * 2 ** failures, LONGEST_PAUSE)));
  }
  return {};
};

// Uploads a file with the reference client: node upload.cjs ENDPOINT FILE MEMORY [STOP_AT]
// Remembers its uploads in the file MEMORY and goes on with one that was begun before; with STOP_AT
// the process dies, without a word, once so many bytes are confirmed. Prints what it did as JSON.
const fs = require("node:fs");
const path = require("node:path");
// The packages lie where the test put them, not beside this file.
const load = require("node:module").createRequire(path.join(process.cwd(), "package.json"));
const tus = load("tus-js-client");

const [endpoint, file, memory, stopAt] = process.argv.slice(2);
let resumedFrom = 0;
const upload = new tus.Upload(fs.createReadStream(file), {
  endpoint,
  chunkSize: 2 << 20,
  uploadSize: fs.statSync(file).size,
  metadata: { filename: path.basename(file) },
  urlStorage: new tus.FileUrlStorage(memory),
  fingerprint: () => Promise.resolve(`tus-${path.basename(file)}`),
  removeFingerprintOnSuccess: true,
  retryDelays: [0, 200, 1000, 2000, 4000],
  onAfterResponse: (request, response) => {
    if (request.getMethod() === "HEAD") resumedFrom = Number(response.getHeader("Upload-Offset"));
  },
  onChunkComplete: (_, accepted) => {
    if (stopAt && accepted >= Number(stopAt)) process.kill(process.pid, "SIGKILL");
  },
  onError: (error) => {
    console.error(String(error));
    process.exitCode = 1;
  },
  onSuccess: () => console.log(JSON.stringify({ url: upload.url, resumedFrom })),
});
upload.findPreviousUploads().then((found) => {
  if (found.length) upload.resumeFromPreviousUpload(found[0]);
  upload.start();
});

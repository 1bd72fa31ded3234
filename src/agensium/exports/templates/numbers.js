"use strict";

// Our own numbers are written as the reader writes numbers. What stands between quotes, in code
// or as a name comes from the file and stays as it is.
const OURS = [
  ".told", ".figure", ".caption", ".share", ".amount", ".amount b", ".state", ".distinct", ".distinct small",
  ".end", ".range small", ".top small", ".facts dd", ".facts small", ".counts td", ".axis span", "figcaption",
  ".arithmetic", ".certainty", ".quotes .faint", ".topic .faint", ".details h3 small", "nav b", ".filter b",
  ".block > header p", ".number", ".heat .v",
].join();
const NUMBER = /(?<![\p{L}\d_.,:/]|[\p{L}\d]-)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?![\p{L}\d_:/]|-[\p{L}\d]|[.,]\d)/gu;

const numbers = {
  formats: new Map(),
  done: new WeakSet(),
  // Grouped like the text was, with as many decimals.
  write(whole, fraction = "") {
    const digits = Math.max(0, fraction.length - 1);
    const key = whole.includes(",") ? -1 - digits : digits;
    if (!this.formats.has(key)) {
      const options = { useGrouping: key < 0, minimumFractionDigits: digits, maximumFractionDigits: digits };
      this.formats.set(key, new Intl.NumberFormat(navigator.languages, options));
    }
    return this.formats.get(key).format(whole.replaceAll(",", "") + fraction);
  },
  localise(element) {
    if (this.done.has(element)) return;
    this.done.add(element);
    const all = element.textContent;
    const first = all.search(/['"]/);
    const last = Math.max(all.lastIndexOf("'"), all.lastIndexOf('"'));
    let start = 0;
    for (const node of element.childNodes) {
      const length = node.textContent.length;
      if (node.nodeType === Node.TEXT_NODE) {
        const from = start;
        const text = node.data.replace(NUMBER, (found, whole, fraction, at) => (
          first < 0 || from + at < first || from + at > last ? this.write(whole, fraction) : found));
        if (text !== node.data) node.data = text;
      }
      start += length;
    }
  },
  in(root) {
    if (this.write("12,345", ".6") === "12,345.6") return;
    for (const element of root.querySelectorAll(OURS)) this.localise(element);
  },
};

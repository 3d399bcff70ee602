// The document viewer. <div data-viewer data-pdf-url="…"> or data-image-url="…" with
// data-pdfjs (module), data-pdfjs-worker, data-pdfjs-assets (folder) from static files. Inside it:
// [data-viewer-pages] takes the pages, [data-viewer-count] their number, [data-viewer-scale] the zoom,
// buttons data-viewer-do="in|out|fit|rotate". Without script the link in it opens the file.

const STEPS = [0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3];
const MOST_PIXELS = 16_000_000;

class Viewer {
  constructor(box) {
    this.box = box;
    this.pages = box.querySelector("[data-viewer-pages]");
    this.zoom = 1;
    this.turn = 0;
    this.drawing = 0;
    box.querySelectorAll("[data-viewer-do]").forEach((button) => {
      button.addEventListener("click", () => this.act(button.dataset.viewerDo));
    });
    this.seen = new IntersectionObserver((entries) => {
      entries.filter((entry) => entry.isIntersecting).forEach((entry) => this.draw(entry.target));
    }, { root: this.pages, rootMargin: "600px" });
  }

  async open() {
    try {
      if (this.box.dataset.imageUrl) this.openImage();
      else await this.openPdf();
    } catch {
      this.fail();
    }
  }

  fail() {
    const line = document.createElement("p");
    line.className = "pl-notice";
    line.textContent = this.box.dataset.textFailed || "This file cannot be shown here. Download it to look at it.";
    this.pages.replaceChildren(line);
  }

  openImage() {
    const image = document.createElement("img");
    image.alt = this.box.dataset.alt || "";
    image.addEventListener("error", () => this.fail());
    image.src = this.box.dataset.imageUrl;
    this.image = image;
    this.pages.replaceChildren(image);
    this.show();
  }

  async openPdf() {
    const lib = await import(this.box.dataset.pdfjs);
    lib.GlobalWorkerOptions.workerSrc = this.box.dataset.pdfjsWorker;
    const assets = this.box.dataset.pdfjsAssets;
    this.file = await lib.getDocument({
      url: this.box.dataset.pdfUrl,
      isEvalSupported: false,
      enableXfa: false,
      useWasm: false,
      cMapUrl: `${assets}cmaps/`,
      standardFontDataUrl: `${assets}standard_fonts/`,
      wasmUrl: `${assets}wasm/`,
      iccUrl: `${assets}iccs/`,
    }).promise;
    const count = this.box.querySelector("[data-viewer-count]");
    const { textOne, textPages } = this.box.dataset;
    if (count) count.textContent = this.file.numPages === 1 ? textOne : textPages.replace("{count}", this.file.numPages);
    await this.layOut();
  }

  // Every page gets its place at once; only the ones near the screen are drawn.
  async layOut() {
    const round = ++this.drawing;
    this.seen.disconnect();
    const first = await this.file.getPage(1);
    const plain = first.getViewport({ scale: 1, rotation: (first.rotate + this.turn) % 360 });
    const room = Math.max(240, this.pages.clientWidth - 32);
    this.scale = Math.min(room / plain.width, 2) * this.zoom;
    const places = [];
    for (let number = 1; number <= this.file.numPages; number += 1) {
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(plain.width * this.scale);
      canvas.height = Math.round(plain.height * this.scale);
      canvas.dataset.page = String(number);
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `${this.box.dataset.textPage || "Page"} ${number}`);
      places.push(canvas);
    }
    if (round !== this.drawing) return;
    this.pages.replaceChildren(...places);
    places.forEach((canvas) => this.seen.observe(canvas));
    this.show();
  }

  async draw(canvas) {
    if (canvas.dataset.drawn) return;
    canvas.dataset.drawn = "true";
    const page = await this.file.getPage(Number(canvas.dataset.page));
    const rotation = (page.rotate + this.turn) % 360;
    const plain = page.getViewport({ scale: 1, rotation });
    const sharp = Math.min(window.devicePixelRatio || 1, 2);
    const most = Math.sqrt(MOST_PIXELS / (plain.width * plain.height));
    const view = page.getViewport({ scale: Math.min(this.scale * sharp, most), rotation });
    canvas.width = Math.round(view.width);
    canvas.height = Math.round(view.height);
    canvas.style.width = `${Math.round(plain.width * this.scale)}px`;
    canvas.style.height = `${Math.round(plain.height * this.scale)}px`;
    await page.render({ canvas, canvasContext: canvas.getContext("2d"), viewport: view }).promise;
  }

  act(what) {
    if (what === "rotate") this.turn = (this.turn + 90) % 360;
    else if (what === "fit") this.zoom = 1;
    else {
      const bigger = STEPS.find((step) => step > this.zoom + 0.01);
      const smaller = STEPS.findLast((step) => step < this.zoom - 0.01);
      this.zoom = (what === "in" ? bigger : smaller) ?? this.zoom;
    }
    if (this.image) this.showImage();
    else if (this.file) this.layOut();
  }

  showImage() {
    this.pages.classList.remove("is-turned-90", "is-turned-180", "is-turned-270");
    if (this.turn) this.pages.classList.add(`is-turned-${this.turn}`);
    this.pages.classList.toggle("is-zoomed", this.zoom !== 1);
    this.image.width = this.zoom === 1 ? this.image.naturalWidth : Math.round((this.pages.clientWidth - 32) * this.zoom);
    this.image.removeAttribute("height");
    this.show();
  }

  show() {
    const scale = this.box.querySelector("[data-viewer-scale]");
    if (scale) scale.textContent = `${Math.round(this.zoom * 100)} %`;
  }
}

function start(scope) {
  scope.querySelectorAll("[data-viewer]:not([data-opened])").forEach((box) => {
    box.dataset.opened = "true";
    new Viewer(box).open();
  });
}

start(document);
document.addEventListener("htmx:afterSettle", () => start(document));
document.addEventListener("pl:refreshed", () => start(document));

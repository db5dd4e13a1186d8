// The story desk with a script: it saves by itself, sends each file with its progress, and loses nothing that was typed.
// Every form works without it.

const SAVE_AFTER = 2000;
const TRY_AGAIN_AFTER = 10000;
const NOT_TYPED = new Set(["csrfmiddlewaretoken", "base", "files", "assets"]);

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];

/** A form of the desk that saves itself. */
class Writing {
  constructor(form) {
    this.form = form;
    this.words = form.dataset;
    this.state = form.querySelector("[data-state]");
    this.key = `desk:${this.words.person}:${location.pathname}`;
    this.saved = this.typed();
    this.uploads = Promise.resolve(true);
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", (event) => this.chosen(event.target));
    form.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.isOver) this.save();
    });
    this.restore();
  }

  /** What stands in the form, as pairs of name and value. */
  typed() {
    return JSON.stringify([...new FormData(this.form)].filter(([name]) => !NOT_TYPED.has(name)));
  }

  get base() {
    return this.form.elements.base;
  }

  say(words, ...more) {
    this.state.replaceChildren(words, ...more);
  }

  changed() {
    if (this.typed() === this.saved) return;
    this.keep();
    if (this.paused) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), SAVE_AFTER);
  }

  /** Keep a copy in the browser until the server has it. */
  keep() {
    try {
      localStorage.setItem(this.key, JSON.stringify({ typed: this.typed(), base: this.base.value }));
    } catch {
      // A browser that keeps nothing: the server has what was saved two seconds ago.
    }
  }

  forget() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // Nothing was kept.
    }
  }

  /** Bring back what was typed and never acknowledged; what others saved since is shown beside it. */
  restore() {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(this.key));
    } catch {
      return;
    }
    if (!kept?.typed || kept.typed === this.typed()) return this.forget();
    this.fill(JSON.parse(kept.typed));
    this.base.value = kept.base;
    this.say(this.words.restored);
    this.changed();
  }

  fill(pairs) {
    const left = pairs.map(([name, value]) => [name, value]);
    for (const field of this.form.elements) {
      if (!field.name || NOT_TYPED.has(field.name) || field.type === "file" || field.type === "submit") continue;
      const place = left.findIndex(
        ([name, value]) => name === field.name && (!["checkbox", "radio"].includes(field.type) || value === field.value),
      );
      if (["checkbox", "radio"].includes(field.type)) field.checked = place >= 0;
      else if (place >= 0) field.value = left[place][1];
      if (place >= 0) left.splice(place, 1);
    }
  }

  /** Save; true when the server has everything that is typed. */
  save() {
    clearTimeout(this.timer);
    this.saving = (this.saving ?? Promise.resolve()).then(() => this.send());
    return this.saving;
  }

  async send() {
    const typed = this.typed();
    const data = new FormData(this.form);
    data.delete("files");
    if (token()) data.set("csrfmiddlewaretoken", token());
    this.say(this.words.saving);
    let answer;
    try {
      answer = await fetch(this.form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
    } catch {
      return this.failed();
    }
    if (answer.status === 401 || answer.status === 403) return this.over();
    const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
    if (answer.status === 409 && told) return this.overtaken(told);
    if (answer.status === 422 && told) {
      this.say(`${this.words.kept} ${Object.values(told.errors ?? {}).flat().join(" ")}`);
      return "wrong";
    }
    return answer.ok && told ? this.acknowledged(told, typed) : this.failed();
  }

  acknowledged(told, typed) {
    this.isOver = false;
    this.base.value = told.base;
    this.saved = typed;
    // A new story has its own address from now on.
    if (this.form.elements.uid && !this.words.upload) {
      const here = `/desk/stories/${told.uid}/`;
      this.form.action = `${here}words/`;
      this.words.upload = `${here}files/`;
      history.replaceState(null, "", `${here}words/`);
      this.forget();
      this.key = `desk:${this.words.person}:${location.pathname}`;
    }
    if (this.typed() === typed) {
      this.forget();
      this.say(`${this.words.saved} ${new Date().toTimeString().slice(0, 5)}`);
    } else {
      this.changed();
    }
    return true;
  }

  failed() {
    this.keep();
    this.say(this.words.kept);
    this.timer = setTimeout(() => this.save(), TRY_AGAIN_AFTER);
    return false;
  }

  over() {
    this.keep();
    this.isOver = true;
    const link = element("a", { href: this.words.login, target: "_blank", rel: "noopener" }, this.words.loginWords);
    this.say(`${this.words.over} `, link);
    return false;
  }

  /** Somebody else was first: show theirs beside ours; nothing is saved until somebody has chosen. */
  overtaken(told) {
    this.keep();
    this.paused = true;
    this.base.value = told.base;
    const panel = document.querySelector("[data-conflict]");
    panel.querySelector("[data-theirs]").replaceChildren(...told.theirs.flatMap((one) => this.beside(one)));
    panel.hidden = false;
    panel.scrollIntoView();
    this.say(this.words.kept);
    return false;
  }

  beside(one) {
    const field = this.form.elements[one.name];
    const shown = one.name === "text"
      ? element("textarea", { readOnly: true, rows: 6, value: one.value, ariaLabel: one.label })
      : one.value || "—";
    const buttons = element("p", { className: "actions" });
    const offer = (words, act) => {
      const button = element("button", { type: "button", className: "quiet-button" }, words);
      button.addEventListener("click", () => this.choose(buttons, act));
      buttons.append(button);
    };
    offer(this.words.ours, () => {});
    if (field && "value" in field) {
      offer(this.words.theirs, () => { field.value = one.raw ?? ""; });
      if (field.tagName === "TEXTAREA") offer(this.words.both, () => { field.value += `\n\n${one.raw}`; });
    }
    return [element("dt", {}, one.label), element("dd", {}, shown, buttons)];
  }

  choose(buttons, act) {
    act();
    buttons.remove();
    this.keep();
    const panel = document.querySelector("[data-conflict]");
    if (panel.querySelector("button")) return;
    this.paused = false;
    panel.hidden = true;
    this.save();
  }

  /** A button was pressed: first everything has to have arrived. */
  async submitted(event) {
    if (this.passing) return;
    event.preventDefault();
    const button = event.submitter;
    if (button) button.disabled = true;
    await this.uploads;
    const done = this.paused && this.typed() === this.saved ? true : await this.save();
    if (button) button.disabled = false;
    if (!done) return;
    this.passing = true;
    this.forget();
    this.form.requestSubmit(button);
  }

  chosen(field) {
    if (field.type === "file") {
      const files = [...field.files];
      field.value = "";
      this.uploads = this.uploads.then(() => this.upload(files));
    } else if (field.name === "all_ours" && field.checked) {
      this.answerAll();
    }
  }

  /** The one tick for everything not answered yet: shown at once, and said by the server too. */
  answerAll() {
    for (const select of this.form.querySelectorAll("select")) {
      if (select.value) continue;
      if (select.name.startsWith("rights-")) select.value = "own";
      if (select.name.startsWith("people-")) select.value = "agreed";
    }
  }

  /** Send files one after the other: those that arrived stay. */
  async upload(files) {
    if (!this.words.upload && (await this.save()) !== true) return false;
    const list = this.form.querySelector("[data-files]");
    const rows = files.map((file) => [file, list.appendChild(element("li", {}, file.name))]);
    let all = true;
    for (const [file, row] of rows) all = (await this.one(file, row, list.dataset)) && all;
    if (all && "reload" in this.words && (await this.save()) === true) location.reload();
    return all;
  }

  one(file, row, words) {
    const bar = element("progress", { max: 1, value: 0, ariaLabel: file.name });
    row.replaceChildren(file.name, bar);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const data = new FormData();
      data.set("csrfmiddlewaretoken", token() ?? this.form.elements.csrfmiddlewaretoken.value);
      data.set("files", file);
      request.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; };
      request.onload = () => resolve(this.arrived(request, file, row, words));
      request.onerror = request.onabort = () => resolve(this.cut(file, row, words, words.cut));
      request.open("POST", this.words.upload);
      request.setRequestHeader("Accept", "application/json");
      request.responseType = "json";
      request.send(data);
    });
  }

  arrived(request, file, row, words) {
    if (request.status === 401 || request.status === 403) this.over();
    const told = request.response?.files?.[0];
    if (!told?.taken) return this.cut(file, row, words, told?.why ?? words.cut);
    const notes = [told.again ? words.againWords : words.arrived, told.had_location ? words.location : ""];
    const picture = told.thumbnail
      ? [element("img", { src: told.thumbnail, alt: "", width: 96, height: 96 })]
      : [];
    row.replaceChildren(...picture, element("span", {}, `${told.name} ${notes.filter(Boolean).join("。")}`));
    return true;
  }

  cut(file, row, words, why) {
    const again = element("button", { type: "button", className: "quiet-button" }, words.retry);
    again.addEventListener("click", () => { this.uploads = this.uploads.then(() => this.one(file, row, words)); });
    row.replaceChildren(element("span", { className: "flag" }, `${file.name}：${why} `), again);
    return false;
  }
}

for (const form of document.querySelectorAll("form[data-desk]")) new Writing(form);

// Handing in: pressed twice it is sent once.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  addEventListener("pageshow", () => delete form.dataset.sent);
}

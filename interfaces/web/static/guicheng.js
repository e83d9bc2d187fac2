// Our own script: keeps drafts on the device, refreshes what changed, brings the focus to what is wrong.
"use strict";
(() => {
  const PREFIX = "guicheng-draft ";

  // Drafts. What is typed into a form is kept until it was recorded, also while the session is over.
  const values = (form) =>
    [...new FormData(form)].filter(([name, value]) => !name.startsWith("_") && typeof value === "string");
  const read = (key) => {
    try { return JSON.parse(localStorage.getItem(PREFIX + key)); } catch { return null; }
  };
  const keep = (form) => {
    try { localStorage.setItem(PREFIX + form.dataset.draft, JSON.stringify(values(form))); } catch { /* full or off */ }
  };
  const drop = (form) => localStorage.removeItem(PREFIX + form.dataset.draft);
  const note = (form) => {
    const shown = form.querySelector("[data-draft-note]");
    if (shown) shown.hidden = false;
  };
  const restore = () => {
    const form = document.querySelector("form[data-draft]");
    const draft = form && read(form.dataset.draft);
    if (!draft || JSON.stringify(draft) === JSON.stringify(values(form))) return;
    const sent = { _restore: "1" };
    for (const [name, value] of draft) sent[name] = value;
    for (const name of ["_key", "_version"]) sent[name] = form.elements[name].value;
    htmx.ajax("POST", form.getAttribute("hx-post"), { source: form, target: form, swap: "outerHTML", select: "#form", values: sent })
      .then(() => note(document.querySelector("form[data-draft]")));
  };
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (form) keep(form);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-draft-drop]")) return;
    drop(event.target.closest("form"));
    location.reload();
  });
  document.addEventListener("saved", (event) => {
    const form = event.target.closest("form[data-draft]") || document.querySelector("form[data-draft]");
    if (form) drop(form);
  });

  // Focus. After an answer that says what is wrong, the reader lands there.
  document.addEventListener("htmx:afterSettle", () => {
    const form = document.querySelector("form[data-draft]");
    if (form) { const wrong = form.querySelector("[data-focus]"); if (wrong) wrong.focus(); keep(form); }
    listen();
  });

  // Live. Fragments name what they show in data-live; when the server says that it changed they ask for themselves.
  let source = null, topics = "";
  const waiting = new Set();
  const busy = (part) => part.contains(document.activeElement) && document.activeElement.matches("textarea, input");
  const refresh = (part) => {
    // Not while somebody types in it: it is asked for once he has left the field.
    if (busy(part)) waiting.add(part.id); else htmx.trigger(part, "refresh");
  };
  document.addEventListener("focusout", () => setTimeout(() => {
    for (const id of [...waiting]) {
      const part = document.getElementById(id);
      if (part && busy(part)) continue;
      waiting.delete(id);
      if (part) htmx.trigger(part, "refresh");
    }
  }, 0));
  const listen = () => {
    const parts = [...document.querySelectorAll("[data-live]")];
    const wanted = [...new Set(parts.flatMap((part) => part.dataset.live.split(" ")))].filter(Boolean).slice(0, 80);
    if (wanted.join(" ") === topics) return;
    if (source) source.close();
    topics = wanted.join(" ");
    if (!wanted.length) return;
    source = new EventSource("/live?" + wanted.map((each) => "topic=" + encodeURIComponent(each)).join("&"));
    source.addEventListener("changed", (event) => {
      for (const part of document.querySelectorAll("[data-live]"))
        if (part.dataset.live.split(" ").includes(event.data)) refresh(part);
    });
    source.addEventListener("open", () => document.documentElement.classList.add("live"));
  };
  addEventListener("pagehide", () => { if (source) source.close(); topics = ""; });
  addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
  document.addEventListener("DOMContentLoaded", () => { restore(); listen(); });
})();

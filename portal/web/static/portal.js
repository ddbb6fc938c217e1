// The portal's one small script. Every page works without it; it only makes forms smoother.
// Its words come from data- attributes on its own script tag, so there is no second catalogue.
(function () {
  "use strict";
  const words = document.currentScript.dataset;
  const lang = document.documentElement.lang || "en";
  const french = lang.startsWith("fr");
  const locale = french ? "fr-FR" : "en-GB";
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

  // A form is sent once. Buttons keep their name and value because they are only marked, not disabled.
  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll("button[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
  }
  function sendOnce(event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    form.querySelectorAll("button:not([type=button])").forEach((button) => button.setAttribute("aria-disabled", "true"));
    window.setTimeout(() => release(form), 8000); // an answer that is a file leaves this page standing
  }

  // The day understood, in words: a native date field shows the browser's language, not the page's.
  function dayInWords(iso) {
    const parts = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}))?/.exec(iso);
    if (!parts) return "";
    const day = new Date(Date.UTC(+parts[1], +parts[2] - 1, +parts[3]));
    const format = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
    const named = format.formatToParts(day).map((part) => (french && part.type === "day" && part.value === "1" ? "1er" : part.value)).join("");
    return parts[4] ? named + ", " + parts[4] + (french ? "\u00a0h\u00a0" : ":") + parts[5] : named;
  }
  function echoDate(output) {
    const input = document.getElementById(output.dataset.dateFor);
    if (!input) return;
    input.addEventListener("change", () => { output.textContent = dayInWords(input.value); });
  }

  // Running totals, a hint only: amounts are read as strictly as the page's language writes them.
  function cents(typed) {
    const text = typed.replace(/[\s\u00a0\u202f€]/g, "");
    if (text === "") return 0;
    const shape = french ? /^(-?\d+)(?:,(\d{1,2}))?$/ : /^(-?(?:\d+|\d{1,3}(?:,\d{3})+))(?:\.(\d{1,2}))?$/;
    const found = shape.exec(text);
    if (!found) return null;
    const whole = Math.abs(parseInt(found[1].replace(/,/g, ""), 10)) * 100 + parseInt(((found[2] || "") + "00").slice(0, 2), 10);
    return found[1].startsWith("-") ? -whole : whole;
  }
  function keepTotal(output) {
    const inputs = Array.from(document.querySelectorAll('[data-sum="' + output.dataset.sumOf + '"]'));
    const euros = new Intl.NumberFormat(locale, { style: "currency", currency: "EUR" });
    const add = () => {
      const amounts = inputs.map((input) => cents(input.value));
      output.textContent = amounts.includes(null) ? "—" : euros.format(amounts.reduce((a, b) => a + b, 0) / 100);
    };
    inputs.forEach((input) => input.addEventListener("input", add));
    if (inputs.length) add();
  }

  // Typed text survives an expired sign-in and a change of language: kept in this tab only, for the same person only.
  const KEPT = "portal-kept", TWO_HOURS = 7200000;
  const person = document.body.dataset.person || "";
  const typable = (field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type) && field.type !== "fieldset";
  const place = (form) => location.pathname + "#" + (form.id || form.getAttribute("action") || "");
  function recall() {
    try { return JSON.parse(sessionStorage.getItem(KEPT)); } catch (error) { return null; }
  }
  function remember(kept) {
    try {
      if (kept) sessionStorage.setItem(KEPT, JSON.stringify(kept));
      else sessionStorage.removeItem(KEPT);
    } catch (error) { /* storage refused: nothing is kept, nothing breaks */ }
  }
  function keep(form, met) {
    const fields = Array.from(form.elements).filter(typable).map((field) =>
      [field.name, field.value, field.checked === true, field.multiple ? Array.from(field.selectedOptions, (option) => option.value) : null]);
    remember({ place: place(form), person: person, at: Date.now(), met: met, fields: fields });
  }
  function putBack(form, kept) {
    let changed = false;
    const byName = (name) => Array.from(form.elements).filter((field) => typable(field) && field.name === name);
    const used = {};
    kept.fields.forEach(([name, value, checked, chosen]) => {
      const same = byName(name);
      const choice = same.find((field) => ["radio", "checkbox"].includes(field.type) && field.value === value);
      if (choice) { changed = changed || choice.checked !== checked; choice.checked = checked; return; }
      const field = same[used[name] = name in used ? used[name] + 1 : 0];
      if (!field) return;
      if (chosen) Array.from(field.options).forEach((option) => { option.selected = chosen.includes(option.value); });
      else if (field.value !== value) { changed = true; field.value = value; }
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    if (!changed) return;
    const note = document.createElement("p");
    note.className = "notice notice-wait";
    note.setAttribute("role", "status");
    note.textContent = words.restored || "";
    form.prepend(note);
  }
  function restore() {
    const kept = recall();
    if (!kept) return;
    if (Date.now() - kept.at > TWO_HOURS || (person && kept.person !== person)) { remember(null); return; }
    if (!person) { kept.met = true; remember(kept); return; } // turned away: wait until the same person is back
    const form = Array.from(document.querySelectorAll("form[data-keep]")).find((one) => place(one) === kept.place);
    if (kept.met && form) { putBack(form, kept); remember(null); }
    else if (!kept.met) remember(null); // the form was accepted, or shows what was typed itself
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) return;
    if (form.hasAttribute("data-forget")) remember(null);
    else if (form.hasAttribute("data-keep") && person) keep(form, false);
    else if (form.hasAttribute("data-language")) {
      const open = document.querySelector("form[data-keep]");
      if (open && person) keep(open, true);
    }
  });
  document.addEventListener("submit", sendOnce);
  window.addEventListener("pageshow", () => each("form[data-sent]", release));

  function ready() {
    each("[data-date-for]", echoDate);
    each("[data-sum-of]", keepTotal);
    restore();
    const faults = document.querySelector(".faults");
    if (faults) faults.focus();
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();

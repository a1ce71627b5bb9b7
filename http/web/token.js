// The token that lets a page write: asked once in a dialog, kept for this tab's session, sent in a header and never in an address.

import { el } from "./dom.js";

const kKey = "matchpoint.token";

export function storedToken() {
  return sessionStorage.getItem(kKey) ?? "";
}

export function forgetToken() {
  sessionStorage.removeItem(kKey);
}

let asking = null;  // several requests may find out at once; one dialog serves them all

// The token, or "" if the reader would rather not give one.
export function askToken(reason) {
  asking ??= ask(reason).finally(() => (asking = null));
  return asking;
}

function ask(reason) {
  const input = el("input", { type: "password", id: "token-input", autocomplete: "off", required: "", spellcheck: "false" });
  const cancel = el("button", { type: "button", text: "Cancel" });
  const form = el("form", { class: "dialog-form" }, [
    el("h2", { id: "token-title", text: "Token needed" }),
    el("p", { text: reason }),
    el("label", { for: "token-input", text: "Token" }),
    input,
    el("p", { class: "hint", text: "Kept in this tab until it is closed." }),
    el("div", { class: "dialog-buttons" }, [cancel, el("button", { type: "submit", class: "primary", text: "Continue" })]),
  ]);
  const dialog = el("dialog", { class: "dialog", "aria-labelledby": "token-title" }, [form]);
  document.body.append(dialog);
  return new Promise((done) => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      sessionStorage.setItem(kKey, input.value.trim());
      dialog.close("given");
    });
    cancel.addEventListener("click", () => dialog.close(""));
    dialog.addEventListener("close", () => {
      dialog.remove();
      done(dialog.returnValue === "given" ? storedToken() : "");
    });
    dialog.showModal();
    input.focus();
  });
}

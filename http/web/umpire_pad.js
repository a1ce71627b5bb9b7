// The umpire's buttons and the fields beside them, drawn from what umpire_actions.js offers. Buttons keep their element by id, so that
// the focus stays where it is while scores change.

import { el, setChildren, setClass, setHidden, setText } from "./dom.js";

export class UmpirePad {
  // handlers: press({body, label, side}), typed({[field]: value}).
  constructor(node, form, handlers, signal) {
    this.node_ = node;
    this.form_ = form;
    this.handlers_ = handlers;
    this.groups_ = new Map();
    this.buttons_ = new Map();
    this.inputs_ = new Map();
    this.actions_ = new Map();
    node.replaceChildren();
    form.replaceChildren();
    form.addEventListener("submit", (event) => event.preventDefault(), { signal });
    form.addEventListener("input", (event) => handlers.typed({ [event.target.name]: event.target.value.trim() }), { signal });
  }

  draw({ fields, groups }, values) {
    setHidden(this.form_, fields.length === 0);
    setChildren(this.form_, fields.map((field) => this.field_(field, values[field.id] ?? "")));
    this.actions_.clear();
    setChildren(this.node_, groups.map((group) => this.group_(group)));
  }

  pressKey(key) {
    const found = [...this.actions_.values()].find((action) => action.key === key && !action.disabled);
    if (!found) return false;
    this.press_(found);
    return true;
  }

  press_(action) {
    const node = this.buttons_.get(action.id);
    node.classList.add("pressed");
    setTimeout(() => node.classList.remove("pressed"), 160);
    this.handlers_.press(action);
  }

  field_({ id, label, kind, placeholder }, value) {
    let row = this.inputs_.get(id);
    if (!row) {
      const input = el("input", { id: `field-${id}`, name: id, type: kind, autocomplete: "off", ...(kind === "number" ? { min: 0, step: 1 } : { maxlength: 120 }) });
      row = el("p", { class: `field field-${kind}` }, [el("label", { for: `field-${id}`, text: label }), input]);
      this.inputs_.set(id, row);
    }
    const input = row.lastElementChild;
    if (input.placeholder !== placeholder) input.placeholder = placeholder;
    if (input.value.trim() !== value) input.value = value;
    return row;
  }

  group_({ title, side, actions }) {
    const key = `${side}:${title}`;
    let group = this.groups_.get(key);
    if (!group) {
      const heading = el("h2", { class: "pad-title" }, [el("bdi", { text: title })]);
      const main = el("div", { class: "pad-main" });
      const sub = el("div", { class: "pad-sub" });
      group = { element: el("section", { class: `pad-group${side ? ` pad-side pad-side-${side}` : ""}`, "aria-label": title }, [heading, main, sub]), main, sub };
      this.groups_.set(key, group);
    }
    const nodes = (weights) => actions.filter(({ weight }) => weights.includes(weight)).map((action) => this.button_({ ...action, side }));
    setChildren(group.main, nodes(["main"]));
    setChildren(group.sub, nodes(["sub", "phase"]));
    return group.element;
  }

  button_(action) {
    this.actions_.set(action.id, action);
    let node = this.buttons_.get(action.id);
    if (!node) {
      node = el("button", { type: "button", "data-action": action.id }, [el("span"), " ", el("kbd")]);
      node.addEventListener("click", () => this.press_(this.actions_.get(action.id)));
      this.buttons_.set(action.id, node);
    }
    setClass(node, `pad-button pad-${action.weight}${node.classList.contains("pressed") ? " pressed" : ""}`);
    node.disabled = Boolean(action.disabled);
    setText(node.firstElementChild, action.label);
    setText(node.lastElementChild, action.key);
    setHidden(node.lastElementChild, !action.key);
    return node;
  }
}

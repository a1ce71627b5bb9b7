// A match's score as a table: one row a side, one column a set, innings or period. Used small on a card and large in the
// opened match; `update` touches only the cells that changed and flashes those that hold points.

import { childrenUpTo, el, flash, setClass, setHidden, setText } from "./dom.js";

export class ScoreTable {
  // options.columns: show the column heads (the opened match); on cards they are for screen readers only.
  constructor({ columns = false } = {}) {
    this.head_ = el("tr");
    this.body_ = el("tbody");
    const thead = el("thead", { class: columns ? null : "visually-hidden" }, [this.head_]);
    this.element = el("table", { class: "score" }, [thead, this.body_]);
    this.drawn_ = false;
  }

  update(view, markLabel) {
    const heads = childrenUpTo(this.head_, view.columns.length + 1, (index) =>
      index === 0 ? el("th", { scope: "col", class: "score-name" }, [el("span", { class: "visually-hidden", text: "Side" })]) : el("th", { scope: "col" }),
    );
    view.columns.forEach((label, index) => setText(heads[index + 1], label));
    const rows = childrenUpTo(this.body_, view.lines.length, () => sideRow(markLabel));
    const { situation } = view;
    const chance = situation && situation.level !== "info" ? situation.side : null;
    view.lines.forEach((line, index) => this.updateRow_(rows[index], line, chance === index + 1));
    this.drawn_ = true;
  }

  updateRow_(row, line, chance) {
    setClass(row, `side${line.won ? " side-won" : ""}${chance ? " side-chance" : ""}`);
    const [name, mark, won] = row.firstElementChild.firstElementChild.children;
    setText(name, line.name);
    setHidden(mark, !line.marked);
    setHidden(won, !line.won);
    const before = row.children.length;
    const cells = childrenUpTo(row, line.cells.length + 1, () => scoreCell());
    line.cells.forEach((cell, index) => {
      const node = cells[index + 1];
      setClass(node, `cell cell-${cell.kind}`);
      setText(node.lastElementChild, cell.note);
      const wrote = setText(node.firstElementChild, cell.text);
      const counts = cell.kind === "points" || cell.kind === "total";
      if (wrote && counts && this.drawn_ && before === row.children.length) flash(node, { ring: true });
    });
  }
}

function sideRow(markLabel) {
  const mark = el("span", { class: "mark", hidden: "" }, [el("span", { class: "visually-hidden", text: markLabel })]);
  const won = el("span", { class: "won", hidden: "" }, [el("span", { class: "visually-hidden", text: "winner" })]);
  const names = el("div", { class: "side-name" }, [el("bdi", { class: "name" }), mark, won]);
  return el("tr", {}, [el("th", { scope: "row", class: "score-name" }, [names])]);
}

function scoreCell() {
  return el("td", {}, [el("span"), el("sup")]);
}

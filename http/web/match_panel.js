// The opened match: its score large, what is at stake, the summary, more tables of its sport, statistics side by side.
// A section is {element, update(state)}; further ones are added to the list in the constructor.

import { childrenUpTo, el, setHidden, setText } from "./dom.js";
import { SituationChip, statusLabel } from "./match_card.js";
import { competitionOf } from "./match_store.js";
import { ScoreTable } from "./score_table.js";
import { sideName, text } from "./sport_common.js";
import { sportOf, titleOf } from "./sports.js";
import { StatisticsView } from "./statistics_view.js";

const kClock = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

export class MatchPanel {
  // `onClose` is called when the reader closes the panel; the page then changes the address, which hides it.
  constructor(node, onClose) {
    this.node_ = node;
    this.where_ = el("p", { class: "panel-where" });
    this.title_ = el("h2", { id: "panel-title", tabindex: "-1" });
    this.closeButton_ = el("button", { type: "button", class: "close", text: "Close" });
    this.closeButton_.addEventListener("click", onClose);
    const head = el("header", { class: "panel-head" }, [el("div", {}, [this.where_, this.title_]), this.closeButton_]);
    this.missing_ = el("p", { class: "empty", text: "This match is not on the board: it has not begun or was forgotten." });
    this.body_ = el("div");
    this.sections_ = [boardSection(), tablesSection(), statisticsSection(), aboutSection()];
    this.body_.append(...this.sections_.map((section) => section.element));
    node.append(head, this.missing_, this.body_);
  }

  get title() {
    return this.title_.textContent;
  }

  // `state` is undefined while the match is not known.
  show(id, state) {
    setHidden(this.node_, false);
    setHidden(this.missing_, state !== undefined);
    setHidden(this.body_, state === undefined);
    setText(this.title_, state ? titleOf(state) : id);
    setText(this.where_, state ? [sportOf(state.sport).name, competitionOf(state)].filter(Boolean).join(" · ") : "");
    this.node_.dataset.match = id;
    if (!state) return;
    this.node_.dataset.seq = text(state.seq);
    for (const section of this.sections_) section.update(state);
  }

  hide() {
    setHidden(this.node_, true);
  }

  focus() {
    this.title_.focus();
  }
}

function boardSection() {
  const status = el("span", { class: "status" });
  const phase = el("span", { class: "phase" });
  const situation = new SituationChip({ named: true });
  const summary = el("p", { class: "summary" });
  let shown = null;  // the table belongs to one match: another one must not flash, nor keep a sport's mark
  let table = null;
  const holder = el("div", { class: "board-score" });
  const element = el("section", { class: "board" }, [el("div", { class: "card-top" }, [status, phase, situation.element]), holder, summary]);
  return {
    element,
    update(state) {
      if (shown !== state.match) {
        table = new ScoreTable({ columns: true });
        holder.replaceChildren(table.element);
        shown = state.match;
      }
      const sport = sportOf(state.sport);
      const view = sport.view(state);
      element.classList.toggle("card-live", state.status === "live");
      setText(status, statusLabel(state.status));
      setText(phase, view.phase);
      situation.update(view.situation);
      setHidden(summary, !state.summary);
      setText(summary, text(state.summary));
      table.update(view, sport.markLabel);
    },
  };
}

function tablesSection() {
  const element = el("div");
  return {
    element,
    update(state) {
      const tables = sportOf(state.sport).tables(state);
      const nodes = childrenUpTo(element, tables.length, () =>
        el("section", { class: "panel-section" }, [
          el("h3"),
          el("table", { class: "details" }, [el("thead", {}, [el("tr")]), el("tbody")]),
        ]),
      );
      tables.forEach((table, index) => fillTable(nodes[index], table));
    },
  };
}

function fillTable(node, { caption, head, rows }) {
  const [title, table] = node.children;
  setText(title, caption);
  const heads = childrenUpTo(table.tHead.rows[0], head.length, () => el("th", { scope: "col" }));
  head.forEach((label, index) => setText(heads[index], label));
  const lines = childrenUpTo(table.tBodies[0], rows.length, () => el("tr"));
  rows.forEach((row, index) => {
    const cells = childrenUpTo(lines[index], row.length, (column) => (column === 0 ? el("th", { scope: "row" }) : el("td")));
    row.forEach((value, column) => setText(cells[column], value));
  });
}

function statisticsSection() {
  const view = new StatisticsView();
  return {
    element: view.element,
    update: (state) => view.update([sideName(state, 1), sideName(state, 2)], sportOf(state.sport).statistics(state)),
  };
}

function aboutSection() {
  const element = el("p", { class: "about" });
  return {
    element,
    update(state) {
      const when = Number.isFinite(state.at) ? kClock.format(new Date(state.at)) : "";
      setText(element, `Match ${text(state.match)}, event ${text(state.seq)}${when ? `, ${when}` : ""}`);
    },
  };
}

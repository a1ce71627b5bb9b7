// The opened match: its score large, what is at stake, the summary, more tables of its sport, statistics side by side.
// Its chance to win, its events one by one. A section is {element, update(state, more)}, where more is {points, entries}; further
// ones are added to the list in the constructor.

import { childrenUpTo, el, setHidden, setText } from "./dom.js";
import { boardSection } from "./board.js";
import { EventList } from "./event_list.js";
import { competitionOf } from "./match_store.js";
import { ProbabilityChart } from "./probability_chart.js";
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
    this.sections_ = [boardSection(), chanceSection(), tablesSection(), statisticsSection(), eventsSection(), aboutSection()];
    this.body_.append(...this.sections_.map((section) => section.element));
    node.append(head, this.missing_, this.body_);
  }

  get title() {
    return this.title_.textContent;
  }

  // `state` is undefined while the match is not known; more: {points, entries}, its win probabilities and its events.
  show(id, state, more) {
    setHidden(this.node_, false);
    setHidden(this.missing_, state !== undefined);
    setHidden(this.body_, state === undefined);
    setText(this.title_, state ? titleOf(state) : id);
    setText(this.where_, state ? [sportOf(state.sport).name, competitionOf(state)].filter(Boolean).join(" · ") : "");
    this.node_.dataset.match = id;
    if (!state) return;
    this.node_.dataset.seq = text(state.seq);
    for (const section of this.sections_) section.update(state, more);
  }

  hide() {
    setHidden(this.node_, true);
  }

  focus() {
    this.title_.focus();
  }
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

function chanceSection() {
  const chart = new ProbabilityChart();
  return { element: chart.element, update: (state, { points }) => chart.update(state, points) };
}

function eventsSection() {
  const view = new EventList({ title: "Point by point", empty: "The events of this match show here as they come." });
  let shown = null;
  return {
    element: view.element,
    update(state, { entries }) {
      if (shown !== state.match) view.clear();
      shown = state.match;
      view.update(entries, (side) => sideName(state, side));
    },
  };
}

function aboutSection() {
  const about = el("p", { class: "about" });
  const umpire = el("a", { text: "Score this match" });
  const embed = el("a", { text: "Embed it" });
  const element = el("footer", { class: "panel-foot" }, [el("p", { class: "panel-links" }, [umpire, embed]), about]);
  return {
    element,
    update(state) {
      const query = new URLSearchParams({ match: state.match });
      umpire.setAttribute("href", `/umpire?${query}`);
      embed.setAttribute("href", `/embed?${query}`);
      const when = Number.isFinite(state.at) ? kClock.format(new Date(state.at)) : "";
      setText(about, `Match ${text(state.match)}, event ${text(state.seq)}${when ? `, ${when}` : ""}`);
    },
  };
}

// The page /leaderboard: the top players of one sport (?sport=tennis&top=10). Each message is the whole list; rows keep
// their identity by player, slide to their new rank and say for a while how far they moved.

import { Announcer } from "./announcer.js";
import { ConnectionBadge, keepAlive } from "./connection_badge.js";
import { animate, el, flash, frameBatch, setChildren, setClass, setHidden, setText } from "./dom.js";
import { EventStream, filterValue } from "./event_stream.js";
import { matchHash } from "./match_card.js";
import { moveSpoken, moveText, rankingMoves, sharedRanks, usableEntries } from "./ranking.js";
import { text } from "./sport_common.js";
import { kSportOrder, sportOf } from "./sports.js";

const kTops = [5, 10, 25, 50, 100];
const kMoveShownMs = 15000;
const kLongScore = 9;  // characters; a longer one has a line of its own on a phone
const kClock = new Intl.DateTimeFormat(undefined, { dateStyle: "short", timeStyle: "short" });
const kNumber = new Intl.NumberFormat();

const byId = (id) => document.getElementById(id);
const badge = new ConnectionBadge(byId("connection"));
const announcer = new Announcer((sentence) => setText(byId("announcements"), sentence));
let choice = choiceOf(new URLSearchParams(location.search));
let rows = new Map();
let shown = null;   // the list on the page; null before the first
let latest = null;  // the list to be shown with the next frame
let stream = null;

const requestDraw = frameBatch(draw);

function choiceOf(parameters) {
  const top = Number(parameters.get("top"));
  return { sport: parameters.get("sport") || kSportOrder[0], top: Number.isInteger(top) && top > 0 ? top : 10 };
}

function follow() {
  stream?.close();
  rows = new Map();
  shown = latest = null;
  byId("rows").replaceChildren();
  setHidden(byId("ranking"), true);
  setHidden(byId("empty"), false);
  setText(byId("empty"), "Waiting for the list…");
  setText(byId("title"), `${sportOf(choice.sport).name} leaderboard`);
  setText(byId("record"), sportOf(choice.sport).record);
  document.title = `${sportOf(choice.sport).name} leaderboard · Matchpoint`;
  drawChoice();
  stream = new EventStream(`/events/leaderboard?sport=${filterValue(choice.sport)}&top=${choice.top}`, {
    onState: (state) => badge.show(state),
    onMessage(list) {
      latest = usableEntries(list);
      requestDraw();
    },
  }, { resume: false });
  stream.open();
}

function draw() {
  if (latest === null || latest === shown) return;
  const places = new Map([...rows].map(([player, row]) => [player, row.element.offsetTop]));
  const moves = rankingMoves(shown, latest);
  const shared = sharedRanks(latest);
  setHidden(byId("empty"), latest.length > 0);
  setHidden(byId("ranking"), latest.length === 0);
  setText(byId("empty"), `No record in ${sportOf(choice.sport).name.toLowerCase()} yet.`);
  const now = new Map();
  for (const move of moves) {
    const row = rows.get(move.entry.player) ?? new Row();
    row.update(move, shared.has(move.entry.rank));
    now.set(move.entry.player, row);
  }
  rows = now;
  setChildren(byId("rows"), [...rows.values()].map((row) => row.element));
  for (const [player, row] of rows) row.slideFrom(places.get(player), shown !== null);
  announceLeader(shown, latest);
  shown = latest;
}

function announceLeader(before, now) {
  const [was, is] = [before?.[0]?.player, now[0]?.player];
  if (before !== null && is !== undefined && was !== is) announcer.say("leader", `${is} leads with ${text(now[0].score)}`);
}

class Row {
  constructor() {
    this.rank_ = el("span", { class: "rank" });
    this.move_ = el("span", { class: "move" });
    this.moveSpoken_ = el("span", { class: "visually-hidden" });
    this.player_ = el("bdi", { class: "name" });
    this.score_ = el("td", { role: "cell", class: "ranking-score" });
    this.link_ = el("a");
    this.when_ = el("span", { class: "ranking-when" });
    this.timer_ = null;
    // The roles are spelled out because a phone shows the rows as grids, which takes a table's own meaning away.
    this.element = el("tr", { role: "row" }, [
      el("td", { role: "cell", class: "ranking-rank" }, [this.rank_, this.move_, this.moveSpoken_]),
      el("th", { scope: "row", role: "rowheader", class: "ranking-player" }, [this.player_]),
      el("td", { role: "cell", class: "ranking-match" }, [this.link_, this.when_]),
      this.score_,
    ]);
  }

  update(move, shared) {
    const { entry } = move;
    this.element.dataset.player = entry.player;
    setText(this.rank_, `${shared ? "=" : ""}${entry.rank}`);
    setClass(this.rank_, entry.rank <= 3 ? `rank rank-${entry.rank}` : "rank");
    setText(this.player_, entry.player);
    const scored = setText(this.score_, Number.isFinite(entry.score) ? kNumber.format(entry.score) : text(entry.score));
    setClass(this.element, this.score_.textContent.length > kLongScore ? "ranking-long" : "");
    this.score_.title = text(entry.unit);
    setText(this.link_, text(entry.match));
    this.link_.setAttribute("href", `/${matchHash(text(entry.match))}`);
    setText(this.when_, Number.isFinite(entry.at) ? kClock.format(new Date(entry.at)) : "");
    if (move.move !== "same") this.showMove_(move);
    if (scored && move.scored) flash(this.score_);
  }

  showMove_(move) {
    setText(this.move_, moveText(move));
    setText(this.moveSpoken_, moveSpoken(move));
    this.move_.setAttribute("aria-hidden", "true");
    this.move_.dataset.move = move.move;
    clearTimeout(this.timer_);
    this.timer_ = setTimeout(() => {
      setText(this.move_, "");
      setText(this.moveSpoken_, "");
    }, kMoveShownMs);
  }

  // From where the row was to where it is; a new one fades in.
  slideFrom(place, moving) {
    const timing = { duration: 600, easing: "cubic-bezier(.2,.8,.2,1)" };
    const by = place === undefined ? 0 : place - this.element.offsetTop;
    if (by) animate(this.element, [{ transform: `translateY(${by}px)` }, { transform: "none" }], timing);
    else if (place === undefined && moving) animate(this.element, [{ opacity: 0 }, { opacity: 1 }], timing);
  }
}

// Links, so that each list has an address of its own; followed without loading the page anew.
function drawChoice() {
  const sports = [...new Set([...kSportOrder, choice.sport])];
  setChildren(byId("sports"), sports.map((sport) => {
    const query = new URLSearchParams({ sport, top: choice.top });
    return el("li", {}, [el("a", { href: `/leaderboard?${query}`, "data-sport": sport, "aria-current": sport === choice.sport ? "page" : null, text: sportOf(sport).name })]);
  }));
  const tops = [...new Set([...kTops, choice.top])].sort((a, b) => a - b);
  byId("top").replaceChildren(...tops.map((top) => el("option", { value: top, text: `Top ${top}` })));
  byId("top").value = String(choice.top);
}

function choose(next) {
  choice = { ...choice, ...next };
  history.pushState(null, "", `/leaderboard?${new URLSearchParams(choice)}`);
  follow();
}

byId("sports").addEventListener("click", (event) => {
  const sport = event.target.dataset?.sport;
  if (!sport || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  choose({ sport });
  byId("sports").querySelector("[aria-current]")?.focus();
});
byId("top").addEventListener("change", () => choose({ top: Number(byId("top").value) }));
addEventListener("popstate", () => {
  choice = choiceOf(new URLSearchParams(location.search));
  follow();
});
keepAlive(() => stream);
follow();

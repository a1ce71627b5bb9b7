// The page /: every match of the stream by sport and competition; one of them opened by the address (#match=… or ?match=…).
// Records only mark what changed; one draw a frame shows all of it.

import { Announcer } from "./announcer.js";
import { ConnectionBadge, keepAlive } from "./connection_badge.js";
import { el, frameBatch, setChildren, setHidden, setText } from "./dom.js";
import { EventStream } from "./event_stream.js";
import { MatchCard, matchHash } from "./match_card.js";
import { MatchEvents } from "./match_events.js";
import { MatchHistory } from "./match_history.js";
import { MatchPanel } from "./match_panel.js";
import { MatchStore } from "./match_store.js";
import { SimulationDialog } from "./simulation_dialog.js";
import { kSportOrder, sportOf, titleOf } from "./sports.js";

const kAtRest = 12;  // finished matches of a competition shown beside the live ones; the choice "Finished" shows all

const byId = (id) => document.getElementById(id);
const store = new MatchStore();
const cards = new Map();
const groups = new Map();  // the DOM of a sport or competition, by its key
const usedGroups = new Set();
const changed = new Set();
const spoken = new Map();  // match → what was last said of it
const badge = new ConnectionBadge(byId("connection"));
const announcer = new Announcer((sentence) => setText(byId("announcements"), sentence));
const panel = new MatchPanel(byId("panel"), () => closeMatch());
const histories = new MatchHistory();
const events = new MatchEvents(() => openedChanged());
const simulation = new SimulationDialog((match) => simulated(match));
let arranged = false;
let synced = false;
let opened = null;

const requestDraw = frameBatch(draw);

const stream = new EventStream("/events/match-state", {
  onState: (state) => badge.show(state),
  onSnapshot: () => store.beginSnapshot(),
  onMessage: received,
  onDelete: (id) => forget(id),
  onLive() {
    for (const id of store.endSnapshot()) forget(id);
    synced = true;
    arranged = false;
    requestDraw();
  },
});

function received(state) {
  const result = store.apply(state);
  if (!result.changed) return;
  changed.add(state.match);
  histories.add(state);
  if (state.match === opened) events.apply(state);
  if (result.arranged) arranged = false;
  if (synced) announce(state);
  requestDraw();
}

function forget(id) {
  store.remove(id);
  histories.remove(id);
  cards.delete(id);
  changed.delete(id);
  spoken.delete(id);
  if (id === opened) changed.add(id);
  arranged = false;
  requestDraw();
}

// Read aloud: how a match ended, and the opened one when more than its points changed.
function announce(state) {
  const sentence = state.status === "live" ? sportOf(state.sport).headline(state) : `finished, ${state.summary ?? ""}`;
  const before = spoken.get(state.match);
  spoken.set(state.match, sentence);
  if (before === undefined || before === sentence) return;
  if (state.match === opened || state.status !== "live") announcer.say(state.match, `${titleOf(state)}: ${sentence}`);
}

function draw() {
  for (const id of changed) drawCard(id);
  if (!arranged) arrange();
  if (opened !== null && changed.has(opened)) showOpened();
  changed.clear();
}

function drawCard(id) {
  const state = store.get(id);
  if (!state) return;
  let card = cards.get(id);
  if (!card) {
    card = new MatchCard(id);
    card.select(id === opened);
    cards.set(id, card);
  }
  try {
    card.update(state);
  } catch (error) {
    console.warn(`match ${id} cannot be shown`, error);  // one odd record must not stop the others
  }
}

function arrange() {
  arranged = true;
  const filter = { sport: byId("sport").value, status: byId("status").value, text: byId("search").value.trim() };
  const narrowed = filter.status || filter.text;
  const wanted = store.arrange({ ...filter, atRest: narrowed ? undefined : kAtRest });
  usedGroups.clear();
  setChildren(byId("matches"), wanted.map(sportGroup));
  for (const key of groups.keys()) if (!usedGroups.has(key)) groups.delete(key);
  const { total, live, bySport } = store.counts();
  setText(byId("totals"), total ? `${live} live · ${total - live} finished` : "");
  setHidden(byId("empty"), wanted.length > 0);
  setText(byId("empty"), emptyText(total));
  fillSports(bySport);
}

function emptyText(total) {
  if (!synced) return "Waiting for the matches…";
  return total === 0 ? "No match yet. It appears here with its first event." : "No match fits this choice.";
}

function sportGroup({ sport, live, competitions }) {
  const group = groupDom(JSON.stringify([sport]), () => {
    const count = el("span", { class: "count" });
    const body = el("div");
    const title = el("h2", { class: "sport-title" }, [el("span", { text: sportOf(sport).name }), count]);
    return { element: el("section", { class: "sport" }, [title, body]), count, body };
  });
  setText(group.count, live ? `${live} live` : "");
  setChildren(group.body, competitions.map((competition) => competitionGroup(sport, competition)));
  return group.element;
}

function competitionGroup(sport, { name, ids, left }) {
  const group = groupDom(JSON.stringify([sport, name]), () => {
    const body = el("ul", { class: "cards" });
    const title = el("h3", { class: "competition-title", text: name || "Other matches" });
    const more = el("button", { type: "button", class: "more" });
    more.addEventListener("click", () => choose("status", "finished"));
    return { element: el("section", { class: "competition" }, [title, body, more]), body, more };
  });
  setHidden(group.more, left === 0);
  setText(group.more, `${left} more finished`);
  setChildren(group.body, ids.map((id) => cards.get(id)?.element).filter(Boolean));
  return group.element;
}

function groupDom(key, make) {
  usedGroups.add(key);
  if (!groups.has(key)) groups.set(key, make());
  return groups.get(key);
}

// The choice of sports follows what there is; the one chosen stays even while it has no match.
function fillSports(bySport) {
  const select = byId("sport");
  const known = [...new Set([...kSportOrder, ...bySport.keys()])].filter((id) => bySport.has(id) || id === select.value);
  const wanted = ["", ...known].filter((id, index) => index === 0 || id !== "");
  const now = [...select.options].map((option) => option.value);
  if (now.join("\n") !== wanted.join("\n")) {
    const chosen = select.value;
    select.replaceChildren(...wanted.map((id) => el("option", { value: id })));
    select.value = chosen;
  }
  for (const option of select.options) {
    setText(option, option.value ? `${sportOf(option.value).name} (${bySport.get(option.value) ?? 0})` : "All sports");
  }
}

function showOpened() {
  const state = store.get(opened);
  if (state) events.apply(state);
  panel.show(opened, state, { points: histories.of(opened), entries: state ? events.entries() : [] });
  document.title = `${panel.title} · Matchpoint`;
}

function openedChanged() {
  if (opened === null) return;
  changed.add(opened);
  requestDraw();
}

// The match appears with its first event; until then the panel says that it has not begun.
function simulated(match) {
  if (match) location.hash = matchHash(match);
  announcer.say("simulation", "The simulation has been asked for");
}

function addressed() {
  const inHash = new URLSearchParams(location.hash.slice(1)).get("match");
  return (inHash ?? new URLSearchParams(location.search).get("match")) || null;  // an empty one names none
}

function followAddress() {
  const wanted = addressed();
  if (wanted === opened) return;
  cards.get(opened)?.select(false);
  const left = opened;
  opened = wanted;
  document.body.classList.toggle("has-panel", opened !== null);
  events.follow(opened);
  if (opened === null) {
    panel.hide();
    document.title = "Matchpoint · Scoreboard";
    cards.get(left)?.focus();
    return;
  }
  cards.get(opened)?.select(true);
  showOpened();
  panel.focus();
}

function closeMatch() {
  history.pushState(null, "", location.pathname);
  followAddress();
}

function rearrange() {
  arranged = false;
  requestDraw();
}

function choose(filter, value) {
  byId(filter).value = value;
  byId(filter).focus();
  rearrange();
}

for (const id of ["sport", "status", "search"]) byId(id).addEventListener("input", rearrange);
byId("search").form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", followAddress);
addEventListener("popstate", followAddress);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && opened !== null && !event.defaultPrevented) closeMatch();
});
byId("simulate").addEventListener("click", () => simulation.open());
keepAlive(() => [stream, events.stream]);
followAddress();
stream.open();

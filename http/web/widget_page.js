// The page /widget?match=…: the score of one match for an <iframe> of another page. Its look is in the address: theme=light|dark|auto,
// the colours ground, surface, ink, board, points, accent as RRGGBB, and summary=off. Whatever is not understood is left out.

import { Announcer } from "./announcer.js";
import { boardSection } from "./board.js";
import { keepAlive, kRefusedTexts } from "./connection_badge.js";
import { frameBatch, setHidden, setText } from "./dom.js";
import { EventStream, filterValue } from "./event_stream.js";
import { matchHash } from "./match_card.js";
import { competitionOf } from "./match_store.js";
import { sportOf, titleOf } from "./sports.js";
import { lookOf } from "./widget_look.js";

const kSaid = { connecting: "Connecting…", reconnecting: "Connection lost, trying again", ...kRefusedTexts };

const byId = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const match = query.get("match");
const board = boardSection();
const announcer = new Announcer((sentence) => setText(byId("announcements"), sentence));
let state = null;
let spoken = null;
let synced = false;
let seen = false;

const requestDraw = frameBatch(draw);

const stream = new EventStream(`/events/match-state?match=${filterValue(match ?? "")}`, {
  onSnapshot: () => (seen = false),
  onMessage(value) {
    if (value?.match !== match) return;
    seen = true;
    state = value;
    requestDraw();
  },
  onDelete(key) {
    if (key !== match) return;
    state = null;
    requestDraw();
  },
  onLive() {
    if (!seen) state = null;
    synced = true;
    requestDraw();
  },
  onState(now) {
    byId("connection").dataset.state = now;
    setText(byId("connection"), kSaid[now] ?? "");
  },
});

function draw() {
  setHidden(board.element, state === null);
  setHidden(byId("empty"), state !== null);
  if (synced) setText(byId("empty"), "This match has not begun, or is forgotten.");
  if (state === null) return;
  board.update(state);
  setText(byId("title"), titleOf(state));
  setText(byId("where"), [sportOf(state.sport).name, competitionOf(state)].filter(Boolean).join(" · "));
  document.title = titleOf(state);
  const sentence = `${state.status === "live" ? "" : "finished, "}${sportOf(state.sport).headline(state)}`;
  if (spoken !== null && spoken !== sentence) announcer.say("score", `${titleOf(state)}: ${sentence}`);
  spoken = sentence;
}

function dress() {
  const { theme, colours, summary } = lookOf(query);
  const root = document.documentElement;
  if (theme !== "auto") root.dataset.theme = theme;
  if (!summary) root.dataset.summary = "off";
  for (const [name, value] of Object.entries(colours)) root.style.setProperty(name, value);
}

dress();
byId("board").append(board.element);
setHidden(board.element, true);
byId("more").setAttribute("href", match ? `/${matchHash(match)}` : "/");
if (match) {
  keepAlive(() => stream);
  stream.open();
} else {
  setText(byId("empty"), "The address must name a match: /widget?match=…");
}

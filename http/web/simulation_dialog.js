// Asks the gateway for a simulated match: which sport, how fast, which seed. `started(match)` gets the id the gateway gave it.

import { el, setHidden, setText } from "./dom.js";
import { freshId, publish } from "./publish.js";
import { kSportOrder, sportOf } from "./sports.js";
import { askToken, forgetToken, storedToken } from "./token.js";

const kSpeeds = [[1, "As in life"], [10, "10 times faster"], [60, "A minute a second"], [600, "10 minutes a second"]];
const kSeeds = 1_000_000;

export class SimulationDialog {
  constructor(started) {
    this.started_ = started;
    this.sport_ = el("select", { id: "simulation-sport" }, kSportOrder.map((id) => el("option", { value: id, text: sportOf(id).name })));
    this.speed_ = el("select", { id: "simulation-speed" }, kSpeeds.map(([value, label]) => el("option", { value, text: label })));
    this.speed_.value = "60";
    this.seed_ = el("input", { id: "simulation-seed", type: "number", min: 0, max: Number.MAX_SAFE_INTEGER, step: 1, required: "" });
    this.said_ = el("p", { class: "form-error", role: "alert", hidden: "" });
    this.go_ = el("button", { type: "submit", class: "primary", text: "Start" });
    const cancel = el("button", { type: "button", text: "Cancel" });
    const form = el("form", { class: "dialog-form" }, [
      el("h2", { id: "simulation-title", text: "Start a simulation" }),
      el("p", { text: "The simulator plays a whole match between invented players. The same seed plays the same match." }),
      el("label", { for: "simulation-sport", text: "Sport" }), this.sport_,
      el("label", { for: "simulation-speed", text: "Pace" }), this.speed_,
      el("label", { for: "simulation-seed", text: "Seed" }), this.seed_,
      this.said_,
      el("div", { class: "dialog-buttons" }, [cancel, this.go_]),
    ]);
    this.element = el("dialog", { class: "dialog", "aria-labelledby": "simulation-title" }, [form]);
    document.body.append(this.element);
    cancel.addEventListener("click", () => this.element.close());
    form.addEventListener("input", () => (this.key_ = freshId()));  // another wish, another match
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.start_();
    });
  }

  open() {
    this.seed_.value = String(Math.floor(Math.random() * kSeeds));
    this.key_ = freshId();  // of what this dialog asks for: the second try after a failure is the same match
    this.tell_("");
    this.element.showModal();
    this.sport_.focus();
  }

  async start_() {
    this.go_.disabled = true;
    this.tell_("");
    const wanted = { sport: this.sport_.value, seed: Number(this.seed_.value), speed: Number(this.speed_.value) };
    const answer = await publishWithToken("/api/simulations", wanted, this.key_);
    this.go_.disabled = false;
    if (answer.kind === "accepted") {
      this.element.close();
      this.started_(String(answer.body?.match ?? ""));
    } else if (answer.kind !== "cancelled") {
      this.tell_(`${answer.message}${answer.kind === "away" ? " Try again in a moment." : ""}`);
    }
  }

  tell_(text) {
    setHidden(this.said_, !text);
    setText(this.said_, text);
  }
}

// A token that is refused is asked for again, until one is right or the reader gives up.
async function publishWithToken(path, body, key) {
  let token = storedToken();
  for (;;) {
    const answer = token ? await publish(path, body, { token, key }) : { kind: "unauthorised", message: "" };
    if (answer.kind !== "unauthorised") return answer;
    forgetToken();
    token = await askToken(answer.message || "Starting a simulation needs the token of this gateway.");
    if (!token) return { kind: "cancelled", message: "" };
  }
}

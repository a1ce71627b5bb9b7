// The look of a widget as its address asks for it: pure. Colours are RRGGBB, with or without a #; nothing else gets into a style.

const kColours = {
  ground: ["--ground"],
  surface: ["--surface"],
  ink: ["--ink"],
  board: ["--board"],
  points: ["--board-points"],
  accent: ["--board-accent"],
};

export function lookOf(query) {
  const theme = ["light", "dark"].includes(query.get("theme")) ? query.get("theme") : "auto";
  const colours = {};
  for (const [name, properties] of Object.entries(kColours)) {
    const [, digits] = /^#?([0-9a-f]{6})$/i.exec(query.get(name) ?? "") ?? [];
    if (digits) for (const property of properties) colours[property] = `#${digits.toLowerCase()}`;
  }
  return { theme, colours, summary: query.get("summary") !== "off" };
}

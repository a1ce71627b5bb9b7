// The few DOM helpers of the pages. Text from outside goes through textContent only, so no name can become markup; styles are
// set through the CSSOM, so a policy without inline styles holds.

export function el(tag, properties = {}, children = []) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (name === "class") node.className = value;
    else if (name === "text") node.textContent = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export function svg(tag, attributes = {}, children = []) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// Writes only what differs: an untouched node costs no layout. Says whether it wrote.
export function setText(node, value) {
  if (node.textContent === value) return false;
  node.textContent = value;
  return true;
}

export function setClass(node, value) {
  if (node.className !== value) node.className = value;
}

export function setHidden(node, hidden) {
  if (node.hidden !== hidden) node.hidden = hidden;
}

// Gives `parent` exactly `nodes`, in that order, moving as few as possible, so that focus and animations stay.
export function setChildren(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  let cursor = parent.firstChild;
  for (const node of nodes) {
    if (node !== cursor && cursor?.nextSibling === node) cursor = node;  // the one at the cursor moves down: step over it
    if (node === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(node, cursor);
  }
}

// The first `count` children of `parent`, made by `make(index)` as needed; what is beyond is removed.
export function childrenUpTo(parent, count, make) {
  while (parent.children.length > count) parent.lastElementChild.remove();
  while (parent.children.length < count) parent.append(make(parent.children.length));
  return parent.children;
}

// Calls `draw` once a frame however often `request` is called. A hidden page draws when it is shown again.
export function frameBatch(draw) {
  let waiting = false;
  return function request() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  };
}

const calm = matchMedia("(prefers-reduced-motion: reduce)");

export function animate(node, frames, timing) {
  if (!calm.matches && !document.hidden) node.animate(frames, timing);
}

// The style sheet's colour, read once a theme: reading a computed style between writes makes the browser lay out each time.
let flashColour = null;
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => (flashColour = null));

// A ring leaves the digits on their own ground, readable all the while.
export function flash(node, { ring = false } = {}) {
  flashColour ??= getComputedStyle(document.documentElement).getPropertyValue("--flash").trim();
  const lit = ring ? { boxShadow: `0 0 0 4px ${flashColour}` } : { backgroundColor: flashColour };
  animate(node, [lit, {}], { duration: 900, easing: "ease-out" });
}

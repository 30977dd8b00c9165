/**
 * What Chrome 79 lacks and our libraries call. Syntax is lowered by the build; our
 * own code is held to ES2020 by the compiler's `lib`. index.html loads this first.
 */

function give(on: object, name: string, value: unknown): void {
  if (!(name in on)) {
    Object.defineProperty(on, name, { value, writable: true, configurable: true });
  }
}

function at(this: ArrayLike<unknown>, n: number): unknown {
  const i = Math.trunc(n) || 0;
  return this[i < 0 ? this.length + i : i];
}

give(Object, "hasOwn", (o: object, key: PropertyKey) => Object.prototype.hasOwnProperty.call(o, key));
give(Array.prototype, "at", at);
give(String.prototype, "at", at);
give(String.prototype, "replaceAll", function (this: string, what: string | RegExp, by: string) {
  return typeof what === "string" ? this.split(what).join(by) : this.replace(what, by);
});
if (typeof Element !== "undefined") {
  give(Element.prototype, "replaceChildren", function (this: Element, ...nodes: (Node | string)[]) {
    while (this.lastChild) {
      this.removeChild(this.lastChild);
    }
    this.append(...nodes);
  });
  document.documentElement.classList.toggle("gapless", !spacesColumns());
}

/** Whether `gap` works outside of grids; @supports can't tell, since the word is known. */
function spacesColumns(): boolean {
  const column = document.createElement("div");
  column.style.cssText = "display:flex;flex-direction:column;row-gap:1px;position:absolute";
  column.append(document.createElement("i"), document.createElement("i"));
  document.body.append(column);
  const { scrollHeight } = column;
  column.remove();
  return scrollHeight === 1;
}

export {};

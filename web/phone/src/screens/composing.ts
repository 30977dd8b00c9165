/**
 * Keys that belong to an input method and not to the page: while hanzi are chosen, Enter takes the letters typed, Escape
 * closes the choice, arrows move in it. Browsers say so in three ways, and Safari once it is over already, by the code 229.
 */
const OF_INPUT_METHOD = 229;

export const isComposing = (e: KeyboardEvent): boolean => e.isComposing || e.keyCode === OF_INPUT_METHOD;

const KEYS = ["Enter", "Escape", "Tab", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

/**
 * Holds such keys back from the whole page, before anything on it hears of them, and keeps Enter from sending a form.
 * Called once; that is the one home of the rule: nothing else asks.
 */
export function keepComposing(root: Document): void {
  const hold = (e: KeyboardEvent): void => {
    if (!KEYS.includes(e.key) || !isComposing(e)) return;
    e.stopImmediatePropagation();
    if (e.key === "Enter") e.preventDefault(); // the input method has had it already
  };
  root.addEventListener("keydown", hold, true);
  root.addEventListener("keyup", hold, true);
}

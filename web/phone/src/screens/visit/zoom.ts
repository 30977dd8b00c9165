/** Fingers on a picture: one moves it or goes on to the next, two make it larger, a double tap does so at once. */
import { computed, reactive, type ComputedRef } from "vue";

const MOST = 6; // times
const TWICE = 2.5; // times, by a double tap
const SWIPE = 48; // px
const TAP = { far: 10, ms: 300 };

export interface Zoom {
  large: ComputedRef<boolean>;
  style: ComputedRef<{ transform: string }>;
  on: { [event: string]: (e: PointerEvent) => void };
  toggle(): void;
  reset(): void;
}

interface Point {
  x: number;
  y: number;
}

/** `swiped`: 1 for the next, -1 for the one before. */
export function useZoom(swiped: (by: 1 | -1) => void): Zoom {
  const view = reactive({ scale: 1, x: 0, y: 0 });
  const fingers = new Map<number, Point>();
  let began: Point = { x: 0, y: 0 };
  let tapped = { x: 0, y: 0, at: -Infinity };
  let many = false; // more than one finger since the last was lifted

  const reset = (): void => void Object.assign(view, { scale: 1, x: 0, y: 0 });

  /** Keeps the point under the fingers where it is, and the picture on the stage. */
  function scaleTo(scale: number, at: Point, stage: DOMRect): void {
    const next = Math.min(Math.max(1, scale), MOST);
    const [px, py] = [(at.x - stage.left - view.x) / view.scale, (at.y - stage.top - view.y) / view.scale];
    view.scale = next;
    moveTo(at.x - stage.left - px * next, at.y - stage.top - py * next, stage);
  }

  function moveTo(x: number, y: number, stage: DOMRect): void {
    const within = (v: number, size: number): number => Math.min(0, Math.max(v, size - size * view.scale));
    view.x = within(x, stage.width);
    view.y = within(y, stage.height);
  }

  const stageOf = (e: PointerEvent): DOMRect => (e.currentTarget as HTMLElement).getBoundingClientRect();
  const centre = (): Point => {
    const all = Array.from(fingers.values());
    return { x: all.reduce((n, p) => n + p.x, 0) / all.length, y: all.reduce((n, p) => n + p.y, 0) / all.length };
  };
  const span = (): number => {
    const [a, b] = Array.from(fingers.values());
    return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
  };

  function down(e: PointerEvent): void {
    (e.currentTarget as HTMLElement).setPointerCapture(e.pointerId);
    fingers.set(e.pointerId, { x: e.clientX, y: e.clientY });
    if (fingers.size === 1) began = { x: e.clientX, y: e.clientY };
    many = fingers.size > 1 || (many && fingers.size > 0);
  }

  function move(e: PointerEvent): void {
    const was = fingers.get(e.pointerId);
    if (!was) return;
    const [before, wide] = [centre(), span()];
    fingers.set(e.pointerId, { x: e.clientX, y: e.clientY });
    const [now, stage] = [centre(), stageOf(e)];
    if (fingers.size > 1 && wide > 0) scaleTo((view.scale * span()) / wide, now, stage);
    if (view.scale > 1) moveTo(view.x + now.x - before.x, view.y + now.y - before.y, stage);
  }

  function up(e: PointerEvent): void {
    if (!fingers.delete(e.pointerId) || fingers.size > 0) return;
    const [dx, dy] = [e.clientX - began.x, e.clientY - began.y];
    const alone = !many;
    many = false;
    if (!alone) return;
    if (Math.hypot(dx, dy) < TAP.far) {
      const again =
        e.timeStamp - tapped.at < TAP.ms && Math.hypot(e.clientX - tapped.x, e.clientY - tapped.y) < 4 * TAP.far;
      tapped = again ? { x: 0, y: 0, at: -Infinity } : { x: e.clientX, y: e.clientY, at: e.timeStamp };
      if (again) scaleTo(view.scale > 1 ? 1 : TWICE, { x: e.clientX, y: e.clientY }, stageOf(e));
    } else if (view.scale === 1 && Math.abs(dx) > SWIPE && Math.abs(dx) > 1.5 * Math.abs(dy)) {
      swiped(dx < 0 ? 1 : -1);
    }
  }

  function cancel(e: PointerEvent): void {
    fingers.delete(e.pointerId);
    many = fingers.size > 0;
  }

  return {
    large: computed(() => view.scale > 1),
    style: computed(() => ({ transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` })),
    on: { onPointerdown: down, onPointermove: move, onPointerup: up, onPointercancel: cancel },
    reset,
    toggle() {
      if (view.scale > 1) return reset();
      const stage = document.querySelector(".stage")?.getBoundingClientRect();
      if (stage) scaleTo(TWICE, { x: stage.left + stage.width / 2, y: stage.top + stage.height / 2 }, stage);
    },
  };
}

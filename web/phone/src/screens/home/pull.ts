/** Pulling the page down asks for a sync. A shortcut alone: the button stands on 我的 → 待发. */
import { onBeforeUnmount, onMounted } from "vue";

const FAR = 90;

export function usePull(act: () => void): void {
  let from: number | null = null;
  const start = (e: TouchEvent): void => {
    from = window.scrollY <= 0 ? (e.touches[0]?.clientY ?? null) : null;
  };
  const end = (e: TouchEvent): void => {
    const to = e.changedTouches[0]?.clientY;
    if (from !== null && to !== undefined && window.scrollY <= 0 && to - from > FAR) act();
    from = null;
  };
  onMounted(() => {
    window.addEventListener("touchstart", start, { passive: true });
    window.addEventListener("touchend", end, { passive: true });
  });
  onBeforeUnmount(() => {
    window.removeEventListener("touchstart", start);
    window.removeEventListener("touchend", end);
  });
}

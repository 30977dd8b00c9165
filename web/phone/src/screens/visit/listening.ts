/** Hearing a recording: what an audio element says of itself, and a length for those that don't carry one. */
import { onBeforeUnmount, reactive, type Ref } from "vue";

export const SPEEDS = [0.75, 1, 1.25, 1.5, 2];

export interface Listening {
  /** deaf: the browser cannot play such a recording. */
  state: "still" | "playing" | "deaf";
  at: number; // seconds
  length: number; // seconds; 0: not known yet
  speed: number;
}

/** Far behind every end: a browser that is sent there goes to the end, and knows then where that is. */
const BEHIND = 1e7; // seconds

/**
 * Follows an element. A recording that was streamed onto the disk names no length (Infinity): it is looked for once,
 * before anything is heard, and `at` stays where it was meanwhile.
 */
export function useListening(element: Ref<HTMLAudioElement | null>): {
  l: Listening;
  on: { [event: string]: () => void };
  toggle(): void;
  seek(seconds: number): void;
  hasten(speed: number): void;
} {
  const l = reactive<Listening>({ state: "still", at: 0, length: 0, speed: 1 });
  let looking = false;

  function length(): void {
    const a = element.value;
    if (!a || Number.isNaN(a.duration)) return;
    if (a.duration === Infinity) {
      if (!looking) {
        looking = true;
        a.currentTime = BEHIND;
      }
      return;
    }
    l.length = a.duration;
    if (looking) {
      looking = false;
      a.currentTime = 0;
    }
  }
  function told(): void {
    if (looking && element.value && element.value.currentTime > 0 && element.value.duration === Infinity) {
      l.length = element.value.currentTime; // one that never says its length is as long as it got
      looking = false;
      element.value.currentTime = 0;
    }
    if (!looking && element.value) l.at = element.value.currentTime;
  }
  onBeforeUnmount(() => element.value?.pause());

  return {
    l,
    on: {
      loadedmetadata: length,
      durationchange: length,
      timeupdate: told,
      seeked: told,
      play: () => (l.state = "playing"),
      pause: () => (l.state = "still"),
      ended: () => (l.state = "still"),
      error: () => (l.state = "deaf"),
    },
    toggle() {
      const a = element.value;
      if (!a || looking) return;
      if (!a.paused) return a.pause();
      a.playbackRate = l.speed;
      void a.play().catch(() => a.error && (l.state = "deaf"));
    },
    seek(seconds) {
      if (element.value && !looking) element.value.currentTime = l.at = seconds;
    },
    hasten(speed) {
      l.speed = speed;
      if (element.value) element.value.playbackRate = speed;
    },
  };
}

/** 0:07, 12:40 */
export const minutes = (seconds: number): string => {
  const s = Math.floor(seconds);
  return Math.floor(s / 60) + ":" + String(s % 60).padStart(2, "0");
};
